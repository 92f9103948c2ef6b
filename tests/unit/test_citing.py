"""A draft that quotes becomes a record that points."""

from loaders.citing import cite

TEXTS = {"a": "Một câu nói rõ.\nHai câu nữa.", "b": "Câu ở nguồn khác."}


def test_quotations_become_evidence_and_are_written_once_in_order_of_position() -> None:
    draft = "x:1 vndx:evidence «Hai câu» .\nx:2 vndx:evidence «Một câu» , «Hai câu» .\n"
    turtle, problems = cite(draft, TEXTS, "a")
    assert problems == []
    assert "«" not in turtle and "Hai câu" not in turtle
    assert "x:2 vndx:evidence evidence:a-0-7 , evidence:a-16-23 ." in turtle
    assert turtle.count("evidence:a-16-23 a vndx:Evidence") == 1
    assert turtle.index("evidence:a-0-7 a ") < turtle.index("evidence:a-16-23 a ")


def test_another_source_is_named_before_the_quotation_and_not_written_here() -> None:
    turtle, problems = cite("x:1 vndx:evidence b«Câu ở» .", TEXTS, "a")
    assert problems == []
    assert "evidence:b-0-5" in turtle
    assert "a vndx:Evidence" not in turtle


def test_evidence_that_stands_in_the_draft_is_not_repeated() -> None:
    once, _ = cite("x:1 vndx:evidence «Một câu» .\n", TEXTS, "a")
    twice, _ = cite(once + "\nx:2 vndx:evidence «Một câu» .\n", TEXTS, "a")
    assert twice.count("evidence:a-0-7 a vndx:Evidence") == 1


def test_every_problem_is_named_with_its_line() -> None:
    _, problems = cite("x:1 vndx:evidence «không có» .\nx:2 vndx:evidence c«Câu» .\n", TEXTS, "a")
    assert problems == ["line 1: a: «không có» stands nowhere", "line 2: there is no source 'c'"]
