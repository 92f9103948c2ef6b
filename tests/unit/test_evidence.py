"""Passages: code points, paragraphs and digests, as the contract counts them."""

import hashlib

import pytest

from loaders.evidence import PassageError, find, paragraphs, passage

# A blank line, a line of a no-break space, a line end of CR LF and a character outside the BMP.
TEXT = "Đoạn một.\n\n\u00a0\nĐoạn 𝄞 hai có “lời”.\r\nĐoạn ba. Đoạn ba."


def test_paragraphs_are_the_lines_that_hold_more_than_white_space() -> None:
    assert [TEXT[start:end] for start, end in paragraphs(TEXT)] == [
        "Đoạn một.",
        "Đoạn 𝄞 hai có “lời”.\r",
        "Đoạn ba. Đoạn ba.",
    ]


def test_positions_are_code_points_and_the_digest_is_of_utf8_bytes() -> None:
    found = find("s", TEXT, "hai có")
    assert (found.paragraph, TEXT[found.start : found.end]) == (2, "hai có")
    assert found.sha256 == hashlib.sha256("hai có".encode()).hexdigest()
    assert found.slug == f"s-{found.start}-{found.end}"


def test_an_ellipsis_leaves_out_the_middle_within_one_paragraph() -> None:
    found = find("s", TEXT, "Đoạn 𝄞 … “lời”")
    assert TEXT[found.start : found.end] == "Đoạn 𝄞 hai có “lời”"
    with pytest.raises(PassageError, match="stands nowhere"):
        find("s", TEXT, "Đoạn một … hai")


def test_a_quotation_must_stand_exactly_once() -> None:
    with pytest.raises(PassageError, match=r"stands 2 times \(paragraphs 3, 3\)"):
        find("s", TEXT, "Đoạn ba")
    with pytest.raises(PassageError, match="stands nowhere"):
        find("s", TEXT, "đoạn bốn")
    with pytest.raises(PassageError, match="quotes no words"):
        find("s", TEXT, "2| ")
    assert find("s", TEXT, "1|Đoạn").paragraph == 1


def test_a_span_lies_within_one_paragraph() -> None:
    with pytest.raises(PassageError, match="do not lie within one paragraph"):
        passage("s", TEXT, 0, 15)
    with pytest.raises(PassageError):
        passage("s", TEXT, 5, 5)
