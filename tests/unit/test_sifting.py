"""What the explorer's filters let through, and what a passage's digest says."""

from pathlib import Path

import pytest

from loaders.evidence import digest
from service.explorer.explaining import Passage, Told
from service.explorer.sifting import Mark, Sieve, day
from service.verifying import status
from visual.scale import strip


@pytest.mark.parametrize(
    ("sieve", "mark", "passes"),
    [
        (Sieve(), Mark(), True),
        (Sieve(dated=True), Mark(), False),
        (Sieve(since="2021-01-01"), Mark(), True),
        (Sieve(since="2021-01-04"), Mark("2021-01-04", "2021-01-04"), True),
        (Sieve(since="2021-01-05"), Mark("2021-01-04", "2021-01-04"), False),
        (Sieve(until="2021-01-03"), Mark("2021-01-04", "2021-01-04"), False),
        (Sieve(since="2021-06-01"), Mark("2021-01-01", "2021-12-31"), True),
        (Sieve(source="a"), Mark(sources=frozenset({"a", "b"})), True),
        (Sieve(source="c"), Mark(sources=frozenset({"a", "b"})), False),
        (Sieve(strength="example"), Mark(sectors=frozenset({"example"})), False),
        (Sieve(sector="health", strength="example"), Mark(sectors=frozenset({"health"})), False),
    ],
)
def test_an_event_passes_where_all_that_is_asked_may_hold(sieve: Sieve, mark: Mark, passes: bool) -> None:
    assert sieve.passes(mark) is passes


def test_hiding_a_kind_sifts_no_tie() -> None:
    assert not Sieve(hidden=("post",)).sifts
    assert Sieve(without=("partOf",)).sifts
    assert Sieve(hidden=("post",), since="2021-01-01", dated=True).pairs == [
        ("hide", "post"),
        ("since", "2021-01-01"),
        ("undated", "no"),
    ]


def test_only_iso_days_are_days() -> None:
    assert [day(value) for value in ("2021-01-04", "2021-02-30", "20210104", "", "4/1/2021")] == [
        "2021-01-04",
        "",
        "",
        "",
        "",
    ]


def test_a_digest_holds_is_changed_or_has_no_copy(tmp_path: Path) -> None:
    text = "Dòng đầu\n\nĐoạn hai có chữ\n"
    (tmp_path / "nguon.txt").write_text(text, encoding="utf-8")
    start = text.index("hai")

    def cited(source: str, words: str, paragraph: str = "2") -> Passage:
        told = Told(f"https://w3id.org/vndx/id/source/{source}", "", "")
        end = str(start + 3)
        return Passage("", told, paragraph, str(start), end, digest(words), None, "", "")

    assert status(cited("nguon", "hai"), tmp_path) == "verified"
    assert status(cited("nguon", "ba"), tmp_path) == "changed"
    assert status(cited("nguon", "hai", "1"), tmp_path) == "changed"
    assert status(cited("khac", "hai"), tmp_path) == "missing"
    law = Passage("", None, "", "", "", "", Told("", "", ""), "Điều 1", "")
    assert status(law, tmp_path) == "cited"


def test_the_strip_tells_targets_from_what_happened() -> None:
    drawn = strip([("2021-01-04", False), ("2021-12-31", True)], "<b>")
    assert drawn.count('class="met"') == 1
    assert drawn.count('class="due"') == 1
    assert "&lt;b&gt;" in drawn
    assert strip([], "nothing") == ""
