"""Folding of names: what compares equal, and what does not."""

import doctest
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology import folding
from ontology.folding import fold, has_marks, marked


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Bến Tre", "ben tre"),
        ("ĐỖ CÔNG ANH", "do cong anh"),
        ("Bộ TT&TT", "bo thong tin va truyen thong"),
        ("Bộ TTTT", "bo thong tin va truyen thong"),
        ("Bộ Thông tin & Truyền thông", "bo thong tin va truyen thong"),
        ("UBND  tỉnh", "uy ban nhan dan tinh"),
        ("HĐND", "hoi dong nhan dan"),
        ("Sở CNTT", "so cong nghe thong tin"),
        ("TP.HCM", "thanh pho ho chi minh"),
        ("TPHCM", "thanh pho ho chi minh"),
        ("TP. Hải Phòng", "thanh pho hai phong"),
        ("1400/TTg-KSTT", "1400 ttg kstt"),
        ("😀 «…»", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_both_places_of_a_tone_mark_are_the_same_name() -> None:
    assert marked("hoà bình") == marked("Hòa Bình") != marked("Hóa Bình")
    assert fold("thuỷ") == fold("thủy")


def test_marks_are_kept_apart() -> None:
    assert marked("Vỏ sò") != marked("Vo so")
    assert has_marks("Vỏ") and has_marks("đ")
    assert not has_marks("Vo SO & 1")


@given(st.text())
def test_any_text_folds_alike_composed_and_decomposed_and_folding_again_changes_nothing(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(fold(text)) == fold(text)


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(folding).failed == 0
