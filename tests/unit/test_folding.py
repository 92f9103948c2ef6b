"""Folding of names: what compares equal, and what does not."""

import doctest
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology import beside, folding
from ontology.folding import abbreviations, fold, has_marks, marked, words


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
        ("CĐS", "chuyen doi so"),
        ("Bộ GD&ĐT", "bo giao duc va dao tao"),
        ("BR-VT", "ba ria vung tau"),
        ("Kĩ thuật, Mĩ, lí, sĩ, quí", "ki thuat mi li si qui"),
        ("hai hay, thúi thúy", "hai hay thui thuy"),
        ("A_B.c", "a b c"),
        ("Ｐｈａｎ　Ｖăn", "phan van"),
        ("Ðỗ", "do"),
        ("Hù\u00adng \u200bMạnh\ufeff", "hung manh"),
        ("17/7/2020", "17 7 2020"),
        ("2020-07-17, 07.01.2021", "17 7 2020 7 1 2021"),
        ("sáng ngày 17 tháng 7 năm 2020", "sang 17 7 2020"),
        ("17 July 2020; July 17, 2020; 7/17/2020", "17 7 2020 17 7 2020 17 7 2020"),
        ("tháng 8/2020", "8 2020"),
        ("43/2011/NĐ-CP, 2020-2021, may 5, 32/13/2020", "43 2011 nd cp 2020 2021 may 5 32 13 2020"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_both_places_of_a_tone_mark_are_the_same_name() -> None:
    assert marked("hoà bình") == marked("Hòa Bình") != marked("Hóa Bình")
    assert fold("thuỷ") == fold("thủy")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mỹ", "Mĩ"),
        ("quản lý", "quản lí"),
        ("hoà-bình", "Hòa Bình"),
        ("uỷ ban", "Ủy ban"),
        ("UBND", "ủy ban nhân dân"),
    ],
)
def test_two_spellings_of_one_name_are_the_same_with_marks_too(one: str, other: str) -> None:
    assert marked(one) == marked(other)


def test_every_abbreviation_is_written_folded_and_stands_for_words_that_are_none() -> None:
    for short, full in abbreviations().items():
        plain = " ".join(word.folded for word in full)
        assert fold(plain) == plain, short
        assert fold(short) == plain, short


def test_marks_are_kept_apart() -> None:
    assert marked("Vỏ sò") != marked("Vo so")
    assert has_marks("Vỏ") and has_marks("đ")
    assert not has_marks("Vo SO & 1")


@given(st.text())
def test_any_text_folds_alike_composed_and_decomposed_and_folding_again_changes_nothing(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(fold(text)) == fold(text)
    assert len(marked(text).split()) == len(fold(text).split())


def test_words_beside_names_are_known_with_their_marks_or_without_any() -> None:
    def plain(found: list[folding.Word]) -> str:
        return " ".join(word.folded for word in found)

    assert plain(beside.unaddressed(words("Ông Mãi"))) == plain(beside.unaddressed(words("ong mai"))) == "mai"
    assert plain(beside.unaddressed(words("Đồng chí"))) == "dong chi"
    assert plain(beside.unaddressed(words("Ống Mãi"))) == "ong mai"
    assert plain(beside.telling(words("Ministry of Health and the"))) == "ministry health"
    assert plain(beside.telling(words("of the"))) == "of the"
    assert beside.era(words("Vĩnh Long (mới)"))[1] == beside.PRESENT
    assert beside.era(words("former Vinh Long"))[1] == beside.FORMER
    assert beside.era(words("mới"))[1] == beside.era(words("Vĩnh Long"))[1] == ""


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(folding).failed == 0
