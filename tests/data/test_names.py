"""Names as people type them, on the real record: what is found first, and what is found at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from loaders.release import open_release
from loaders.search import Match, SearchIndex
from loaders.search_index import STATEMENTS, THINGS

BASE = "https://w3id.org/vndx/id/"

TRICKY = """
Phan Văn Mãi                                | person/phan-van-mai
phan van mai                                | person/phan-van-mai
PHAN VĂN MÃI                                | person/phan-van-mai
Mãi                                         | person/phan-van-mai
ông Phan Văn Mãi                            | person/phan-van-mai
Mãi Phan Văn                                | person/phan-van-mai
phanvanmai                                  | person/phan-van-mai
Bộ trưởng Nguyễn Mạnh Hùng                  | person/nguyen-manh-hung
Ng. Mạnh Hùng                               | person/nguyen-manh-hung
Nguyen Manh Hugn                            | person/nguyen-manh-hung
nguyen manh                                 | person/nguyen-manh-hung
do cong anh                                 | person/do-cong-anh
Đỗ Công Anh                                 | person/do-cong-anh
Bến Tre                                     | unit/ben-tre
ben tre                                     | unit/ben-tre
bentre                                      | unit/ben-tre
Bê\u0301n Tre                               | unit/ben-tre
Ben Tre Province                            | unit/ben-tre
Hoà Bình                                    | unit/hoa-binh
Hòa Bình                                    | unit/hoa-binh
Hải Dươg                                    | unit/hai-duong
Sóc Chăng                                   | unit/soc-trang
Dak Lak                                     | unit/dak-lak
Đăk Lăk                                     | unit/dak-lak
Bà Rịa Vũng Tàu                             | unit/ba-ria-vung-tau
BR-VT                                       | unit/ba-ria-vung-tau
TP.HCM                                      | unit/thanh-pho-ho-chi-minh
TPHCM                                       | unit/thanh-pho-ho-chi-minh
Sài Gòn                                     | unit/thanh-pho-ho-chi-minh
Hồ Chí Minh                                 | person/ho-chi-minh
Thừa Thiên – Huế                            | unit/thua-thien-hue
Mĩ                                          | unit/my
Bộ TT&TT                                    | organization/bo-thong-tin-va-truyen-thong
bo tttt                                     | organization/bo-thong-tin-va-truyen-thong
Bộ 4T                                       | organization/bo-thong-tin-va-truyen-thong
MIC                                         | organization/bo-thong-tin-va-truyen-thong
UBND Bến Tre                                | organization/uy-ban-nhan-dan-tinh-ben-tre
uỷ ban nhân dân tỉnh Bến Tre                | organization/uy-ban-nhan-dan-tinh-ben-tre
Uy bann nhan dan tinh Ben Tre               | organization/uy-ban-nhan-dan-tinh-ben-tre
HĐND tỉnh Bến Tre                           | organization/hoi-dong-nhan-dan-tinh-ben-tre
Tỉnh uỷ Hải Dương                           | organization/tinh-uy-hai-duong
Cục Tin hóa                                 | organization/cuc-tin-hoc-hoa
Bộ GDĐT                                     | organization/bo-giao-duc-va-dao-tao
Sở TTTT Sóc Trăng                           | organization/so-thong-tin-va-truyen-thong-soc-trang
Vỏ sò                                       | platform/vo-so
voso                                        | platform/vo-so
vov bac si 24                               | platform/vovbacsi24
VOV Bác Sỹ                                  | platform/vovbacsi24
AkaChain                                    | platform/akachain
Quyết định 749                              | document/quyet-dinh-749-qd-ttg
749/QĐ-TTg                                  | document/quyet-dinh-749-qd-ttg
Nghị quyết 52                               | document/nghi-quyet-52-bo-chinh-tri
Chương trình CĐS quốc gia                   | programme/chuong-trinh-chuyen-doi-so-quoc-gia
Bộ trưởng Bộ TT&TT                          | post/bo-truong-bo-thong-tin-va-truyen-thong
Minister of Information                     | post/bo-truong-bo-thong-tin-va-truyen-thong
"""
TYPED = """
ông mãi                                           | person/phan-van-mai
bộ trưởng mạnh hùng                               | person/nguyen-manh-hung
bộ trưởng hùng                                    | person/nguyen-manh-hung
N.M. Hùng                                         | person/nguyen-manh-hung
N.M.Hung                                          | person/nguyen-manh-hung
NM Hùng                                           | person/nguyen-manh-hung
Nguyeenx Manhj Hungf                              | person/nguyen-manh-hung
Nguye64n Ma5nh Hu2ng                              | person/nguyen-manh-hung
cục trưởng huy dũng                               | person/nguyen-huy-dung
Bộ trưởng Nhạ                                     | person/phung-xuan-nha
bác hồ                                            | person/ho-chi-minh
vĩnh long mới                                     | unit/vinh-long-2025
tỉnh Vĩnh Long (mới)                              | unit/vinh-long-2025
thai nguyen moi                                   | unit/thai-nguyen-2025
vĩnh long cũ                                      | unit/vinh-long
thái nguyên cũ                                    | unit/thai-nguyen
former Ben Tre province                           | unit/ben-tre
province of Soc Trang                             | unit/soc-trang
cục thth                                          | organization/cuc-tin-hoc-hoa
vn post                                           | organization/vnpost
voso.vn                                           | platform/vo-so
ezcloud.vn                                        | platform/ezcloud
postmart.vn                                       | platform/postmart
sàn vỏ sò                                         | platform/vo-so
mở cửa chào đón doanh nghiệp công nghệ số         | source/hai-duong-2023-03-31
2020-07-17                                        | meeting/ben-tre-2020-07-17
17-07-2020                                        | meeting/ben-tre-2020-07-17
ngày 17 tháng 7 năm 2020                          | meeting/ben-tre-2020-07-17
17 July 2020                                      | meeting/ben-tre-2020-07-17
July 17, 2020                                     | meeting/ben-tre-2020-07-17
họp bến tre 17/7                                  | meeting/ben-tre-2020-07-17
cuộc họp 31/3/2023                                | meeting/hai-duong-2023-03-31
04/01/2021                                        | meeting/soc-trang-2021-01-04
<https://w3id.org/vndx/id/unit/vinh-long-2025>    | unit/vinh-long-2025
unit/thai-nguyen-2025                             | unit/thai-nguyen-2025
http://127.0.0.1:8000/doc/platform/vo-so          | platform/vo-so
platform:vo-so                                    | platform/vo-so
vinh-long-2025                                    | unit/vinh-long-2025
act/ben-tre-2020-07-17-vo-so                      | act/ben-tre-2020-07-17-vo-so
Ｐｈａｎ　Ｖａｎ　Ｍａｉ                                      | person/phan-van-mai
thủ tướng                                         | post/thu-tuong-chinh-phu
Mai Phan Van                                      | person/phan-van-mai
nguyễn mạng hùng                                  | person/nguyen-manh-hung
nguyne manh hung                                  | person/nguyen-manh-hung
nguyễn văn đức bến tre                            | person/nguyen-van-duc-ben-tre
nguyễn huy dũng cục tin học hóa                   | person/nguyen-huy-dung
Hoang Minh Cuong, Cuc Vien thong                  | person/hoang-minh-cuong
bí thư tỉnh ủy sóc trăng lâm văn mẫn              | person/lam-van-man
Ðỗ Công Anh                                       | person/do-cong-anh
hòang minh cừơng                                  | person/hoang-minh-cuong
bne tre                                           | unit/ben-tre
sock trăng                                        | unit/soc-trang
quang nghai                                       | unit/quang-ngai
TT-Huế                                            | unit/thua-thien-hue
STTTT Bến Tre                                     | organization/so-thong-tin-va-truyen-thong-ben-tre
bộ thông tin truyền thông                         | organization/bo-thong-tin-va-truyen-thong
ministry of information & communication           | organization/bo-thong-tin-va-truyen-thong
Tập đoàn Viettel                                  | organization/viettel
mobi fone                                         | organization/mobifone
VOVBasi24                                         | platform/vovbacsi24
akchain                                           | platform/akachain
ez cloud                                          | platform/ezcloud
dvc ben tre                                       | platform/cong-dich-vu-cong-ben-tre
https://dichvucong.bentre.gov.vn/                 | platform/cong-dich-vu-cong-ben-tre
Decision No. 749/QD-TTg                           | document/quyet-dinh-749-qd-ttg
Quyết định số 749/QĐ-TTg ngày 3/6/2020            | document/quyet-dinh-749-qd-ttg
NQ 52-NQ/TW                                       | document/nghi-quyet-52-bo-chinh-tri
tỉ lệ phủ sóng 4G                                 | indicator/ty-le-phu-song-4g
kinh te so grdp                                   | indicator/ty-trong-kinh-te-so-trong-grdp
dvctt mức độ 4                                    | indicator/ty-le-dvctt-muc-do-4
giấc mơ lớn                                       | source/thai-nguyen-2020-11-12
làm việc với sóc trăng                            | meeting/soc-trang-2021-01-04
phan văn mãi AND                                  | person/phan-van-mai
Minister of Health                                | post/bo-truong-bo-y-te
QĐ749                                             | document/quyet-dinh-749-qd-ttg
nghị quyết số 52-NQ/TW                            | document/nghi-quyet-52-bo-chinh-tri
T.P Hồ Chí Minh                                   | unit/thanh-pho-ho-chi-minh
MOIT                                              | organization/bo-cong-thuong
manh hung bo truong tt&tt                         | person/nguyen-manh-hung
Health Minister Nguyen Thanh Long                 | person/nguyen-thanh-long
meeting with hai duong                            | meeting/hai-duong-2023-03-31
bộ trưởng y tế                                    | post/bo-truong-bo-y-te
"""
CASES = [tuple(part.strip() for part in line.split("|")) for line in (TRICKY + TYPED).split("\n") if line]


@pytest.fixture(scope="module")
def index(release: Path) -> Iterator[SearchIndex]:
    found = SearchIndex(open_release(release).search)
    yield found
    found.close()


def slugs(matches: list[Match]) -> list[str]:
    return [match.id.removeprefix(BASE) for match in matches]


@pytest.mark.parametrize(("query", "slug"), CASES, ids=[query for query, _ in CASES])
def test_the_first_that_is_found(query: str, slug: str, index: SearchIndex) -> None:
    assert slugs(index.find(query))[:1] == [slug]


@pytest.mark.parametrize("name", ["Thái Nguyên", "vinh long", "TP. Hải Phòng", "Cần Thơ", "tỉnh Đắk Lắk"])
def test_former_and_present_units_of_one_name_are_both_found_and_say_which_they_are(
    name: str, index: SearchIndex
) -> None:
    former, present = index.find(name)[:2]
    assert present.id == former.id + "-2025"
    assert "đến 2025-06-30" in former.description and "nay là" in former.description
    assert "từ 2025-07-01" in present.description and "đến" not in present.description


def test_a_former_unit_says_in_english_what_succeeded_it(index: SearchIndex) -> None:
    described = index.find("Soc Trang Province", language="en")[0].description
    assert described.endswith("until 2025-06-30 · succeeded by Can Tho City (from 2025-07-01)")


@pytest.mark.parametrize("query", ["Bến Tre", "thai nguyen", "chuyển đổi số", "Vỏ sò", "doanh nghiệp"])
def test_things_come_before_statements_that_match_no_better(query: str, index: SearchIndex) -> None:
    found = [match.kind for match in index.find(query, limit=60)]
    assert any(kind in STATEMENTS for kind in found)
    last = max(place for place, kind in enumerate(found) if kind in THINGS)
    assert last < min(place for place, kind in enumerate(found) if kind in STATEMENTS)


@pytest.mark.parametrize("kind", ["person", "unit", "act", "observation"])
def test_a_kind_keeps_only_that_kind(kind: str, index: SearchIndex) -> None:
    assert {match.kind for match in index.find("Bến Tre", kind=kind)} <= {kind}
    assert {match.kind for match in index.find("a", kind=kind, limit=50)} == {kind}


def test_a_name_that_is_not_there_is_not_found(index: SearchIndex) -> None:
    assert index.find("Napoléon Bonaparte") == []
    assert index.find("Kỹ thuật xây dựng") == []


@pytest.mark.parametrize(
    "query",
    [
        "\u200bPhan\u200b Văn Mãi\ufeff",
        "\u202ePhan Văn Mãi\u202c",
        "Phan\u00a0Văn\u00a0Mãi",
        "Phan\u00adVăn M\u00adãi",
        "Phan Văn Mãi\x00",
        "Phan Văn Mãi 😀",
        "“Phan Văn Mãi”",
    ],
)
def test_letters_that_are_not_seen_and_signs_do_not_count(query: str, index: SearchIndex) -> None:
    assert slugs(index.find(query))[:1] == ["person/phan-van-mai"]


def test_why_something_was_found_is_told(index: SearchIndex) -> None:
    def why(query: str) -> tuple[str, str]:
        first = index.find(query)[0]
        return first.field, first.reason

    assert why("N.M. Hùng") == ("label", "initials")
    assert why("bộ trưởng mạnh hùng") == ("label", "around")
    assert why("Nguyeenx Manhj Hungf") == ("label", "typed")
    assert why("platform:vo-so") == ("label", "address")
    assert why("03/06/2020") == ("date", "date")
    assert why("so tttt bne tre") == ("altLabel", "similar")


def test_a_day_finds_everything_of_that_day(index: SearchIndex) -> None:
    assert {match.kind for match in index.find("1/7/2025", limit=50)} == {"change"}
    found = slugs(index.find("2020-07-17", kind="meeting"))
    assert found == ["meeting/ben-tre-2020-07-17", "meeting/ben-tre-2020-07-17-ky-ket-bien-ban-ghi-nho"]


@pytest.mark.parametrize("name", ["vĩnh long", "Thái Nguyên", "tỉnh an giang"])
def test_words_beside_a_name_say_which_of_two_units_is_meant(name: str, index: SearchIndex) -> None:
    former, present = index.find(name)[:2]
    for query in (f"{name} cũ", f"{name} trước sáp nhập", f"former {name}"):
        assert index.find(query)[0].id == former.id, query
    for query in (f"{name} mới", f"{name} (sau sáp nhập)", f"new {name}", f"{name} hiện nay"):
        assert index.find(query)[0].id == present.id, query


def test_a_word_of_the_query_that_stands_nowhere_near_a_name_finds_nothing_like_it(
    index: SearchIndex,
) -> None:
    for query in ("sở y tế", "thủ đô", "tp. thủ đức", "hồng"):
        assert all(match.reason not in ("around", "similar", "part") for match in index.find(query)), query


@pytest.mark.parametrize("query", ["Quyết định 748", "750/QĐ-TTg", "loa phường", "18/7/2020"])
def test_another_number_or_another_word_is_not_a_slip(query: str, index: SearchIndex) -> None:
    assert all(match.reason not in ("similar", "exact", "date") for match in index.find(query))


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("phan văn mãi", "person/phan-van-mai"),
        ("nguyễn mạnh hùng", "person/nguyen-manh-hung"),
        ("bến tre", "unit/ben-tre"),
        ("vovbacsi", "platform/vovbacsi24"),
    ],
)
def test_while_it_is_typed_the_thing_stays_among_the_first(typed: str, slug: str, index: SearchIndex) -> None:
    for length in range(3, len(typed) + 1):
        assert slug in slugs(index.find(typed[:length]))[:2], typed[:length]
