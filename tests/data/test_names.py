"""Names as people type them, on the real record: what is found first, and what is found at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from loaders import derive, search_index, turtle
from loaders.search import Match, SearchIndex
from loaders.search_index import STATEMENTS, THINGS

DATA = Path(__file__).parents[2] / "data" / "turtle"
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
CASES = [tuple(part.strip() for part in line.split("|")) for line in TRICKY.strip().splitlines()]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    store = derive.load(turtle.read(DATA).quads())
    store.bulk_extend(derive.derive(store))
    path = tmp_path_factory.mktemp("names") / "search.sqlite"
    search_index.write(store, path)
    found = SearchIndex(path)
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
