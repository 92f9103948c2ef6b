"""Search: what is found, in which order, and that no text breaks it."""

import resource
import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from minirecord import turtle
from pyoxigraph import RdfFormat, Store

from loaders import derive, search_index
from loaders.candidates import FormatError
from loaders.highlight import spans
from loaders.query import Query, initials, untyped
from loaders.search import MOST, SearchIndex

THINGS = turtle("""
unit:ben-tre a vndx:AdministrativeUnit ; rdfs:label "tỉnh Bến Tre"@vi , "Ben Tre Province"@en ;
  skos:altLabel "Bến Tre"@vi ; vndx:validUntil "2025-06-30"^^xsd:date .
unit:hoa-binh a vndx:AdministrativeUnit ; rdfs:label "tỉnh Hòa Bình"@vi , "Hoa Binh Province"@en .
organization:uy-ban-nhan-dan-tinh-ben-tre a vndx:Organization ;
  rdfs:label "Ủy ban nhân dân tỉnh Bến Tre"@vi , "Ben Tre People's Committee"@en .
organization:bo-thong-tin-va-truyen-thong a vndx:Organization ;
  rdfs:label "Bộ Thông tin và Truyền thông"@vi , "Ministry of Information and Communications"@en .
organization:cuc-tin-hoc-hoa a vndx:Organization ; rdfs:label "Cục Tin học hóa"@vi , "Authority"@en ;
  skos:hiddenLabel "Cục Tin hóa"@vi .
platform:vovbacsi24 a vndx:DigitalPlatform ; rdfs:label "VOVBacsi24"@vi , "VOVBacsi24"@en .
platform:vo-so a vndx:DigitalPlatform ; rdfs:label "Vỏ sò"@vi , "Voso"@en .
platform:vo-so-2 a vndx:DigitalPlatform ; rdfs:label "Vỡ sọ"@vi , "Something else"@en .
unit:my a vndx:AdministrativeUnit ; rdfs:label "Mỹ"@vi , "United States"@en .
unit:vinh-long a vndx:AdministrativeUnit ; rdfs:label "tỉnh Vĩnh Long"@vi , "Vinh Long Province"@en ;
  vndx:validUntil "2025-06-30"^^xsd:date .
unit:vinh-long-2025 a vndx:AdministrativeUnit ; rdfs:label "tỉnh Vĩnh Long"@vi , "Vinh Long Province"@en ;
  vndx:validFrom "2025-07-01"^^xsd:date .
change:vinh-long-2025 a vndx:TerritorialChange ; rdfs:label "Sắp xếp"@vi , "Merger"@en ;
  vndx:date "2025-07-01"^^xsd:date ; vndx:after unit:vinh-long-2025 ;
  vndx:before unit:ben-tre , unit:vinh-long .
document:quyet-dinh-749 a vndx:Document ; rdfs:label "Chương trình quốc gia"@vi , "The programme"@en ;
  skos:altLabel "Quyết định 749/TTg"@vi ; vndx:number "749/TTg" .
person:nguyen-manh-hung a vndx:Person ; rdfs:label "Nguyễn Mạnh Hùng"@vi , "Nguyen Manh Hung"@en ;
  vndx:heldPost post:bo-truong .
post:bo-truong a vndx:Post ; rdfs:label "Bộ trưởng"@vi , "Minister"@en .
person:le-thi-sai a vndx:Retired ; rdfs:label "Lê Thị Sài"@vi ; dcterms:isReplacedBy person:nguyen-manh-hung .
person:tran-van-nham a vndx:Retired ; dcterms:isReplacedBy person:nguyen-manh-hung .
person:bo-di a vndx:Retired ; rdfs:label "Bỏ Đi"@vi .
evidence:x-1-2 a vndx:Evidence ; rdfs:label "Bến Tre, đoạn 1"@vi , "Ben Tre, paragraph 1"@en .
participation:x a vndx:Participation ; rdfs:label "Bến Tre · x"@vi , "Ben Tre · x"@en .
""")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    path = tmp_path_factory.mktemp("index") / "search.sqlite"
    search_index.write(store(), path)
    found = SearchIndex(path)
    yield found
    found.close()


def store() -> Store:
    things = Store()
    things.load(THINGS, RdfFormat.TURTLE)
    return derive.load(list(things))


@pytest.mark.parametrize(
    ("query", "slug", "reason"),
    [
        ("tỉnh Bến Tre", "unit/ben-tre", "exact"),
        ("tinh ben tre", "unit/ben-tre", "folded"),
        ("BẾN TRE", "unit/ben-tre", "alias"),
        ("be\u0302\u0301n tre", "unit/ben-tre", "alias"),
        ("hoà bình", "unit/hoa-binh", "words"),
        ("tỉnh hoà bình", "unit/hoa-binh", "exact"),
        ("UBND tỉnh Bến Tre", "organization/uy-ban-nhan-dan-tinh-ben-tre", "exact"),
        ("Bộ TT&TT", "organization/bo-thong-tin-va-truyen-thong", "exact"),
        ("bo tttt", "organization/bo-thong-tin-va-truyen-thong", "folded"),
        ("cục tin hóa", "organization/cuc-tin-hoc-hoa", "alias"),
        ("bo thong tin va tr", "organization/bo-thong-tin-va-truyen-thong", "prefix"),
        ("truyền thông bộ", "organization/bo-thong-tin-va-truyen-thong", "words"),
        ("vov bác sĩ 24", "platform/vovbacsi24", "unspaced"),
        ("vosos", "platform/vo-so", "similar"),
        ("nguyen manh hnug", "person/nguyen-manh-hung", "similar"),
        ("minister", "post/bo-truong", "exact"),
        ("Bộ trưởng Nguyễn Mạnh Hùng", "person/nguyen-manh-hung", "within"),
        ("nguyen hung manh", "person/nguyen-manh-hung", "words"),
        ("nguyễn manh hùng", "person/nguyen-manh-hung", "folded"),
        ("Mĩ", "unit/my", "exact"),
        ("my", "unit/my", "folded"),
        ("749", "document/quyet-dinh-749", "prefix"),
        ("QĐ 749/TTg của Thủ tướng", "document/quyet-dinh-749", "within"),
        ("đề án tin học hóa", "organization/cuc-tin-hoc-hoa", "part"),
        ("ubn", "organization/uy-ban-nhan-dan-tinh-ben-tre", "prefix"),
        ("hung bo truong", "person/nguyen-manh-hung", "around"),
        ("uy bna nhan dan ben", "organization/uy-ban-nhan-dan-tinh-ben-tre", "similar"),
    ],
)
def test_the_first_result_and_why(query: str, slug: str, reason: str, index: SearchIndex) -> None:
    first = index.find(query)[0]
    assert (first.id, first.reason) == (f"https://w3id.org/vndx/id/{slug}", reason)


def test_marks_in_the_query_are_preferred(index: SearchIndex) -> None:
    assert [match.label for match in index.find("vỡ sọ")][:2] == ["Vỡ sọ", "Vỏ sò"]
    assert [match.label for match in index.find("Vỏ sò")][:2] == ["Vỏ sò", "Vỡ sọ"]


@pytest.mark.parametrize(
    ("query", "text", "marked", "reason"),
    [
        ("Bến Tr", "UBND tỉnh Bến Tre", ["Bến Tr"], "words"),
        ("ủy ban nhân dân", "UBND tỉnh Bến Tre", ["UBND"], "words"),
        ("UBND", "Ủy ban nhân dân tỉnh", ["Ủy ban nhân dân"], "prefix"),
        ("be\u0302\u0301n", "Be\u0302\u0301n Tre", ["Be\u0302\u0301n"], "prefix"),
        ("ben t", "Be\u0302\u0301n Tre", ["Be\u0302\u0301n T"], "prefix"),
        ("thông tin và truyền thông", "Bộ TT&TT", ["TT&TT"], "words"),
        ("voso", "Vỏ sò", ["Vỏ sò"], "unspaced"),
        ("mai", "(Mãi)", ["Mãi"], "words"),
        ("tre bến", "Bến - Tre", ["Bến - Tre"], "words"),
        ("x", "Bến Tre", [], "words"),
    ],
)
def test_the_letters_that_match_are_told(query: str, text: str, marked: list[str], reason: str) -> None:
    assert [text[start:end] for start, end in spans(Query(query, "vi"), text, reason)] == marked


def test_exact_means_the_very_name(index: SearchIndex) -> None:
    def exact(query: str) -> bool:
        return index.find(query)[0].exact

    assert exact("Vỏ sò") and exact("vo so") and exact("Bến Tre") and exact("UBND tỉnh Bến Tre")
    assert not exact("Võ số")  # marks that no name has
    assert not exact("Cục Tin hóa")  # a misspelling is not a name
    assert not exact("749/TTg")
    assert not exact("nguyenmanhhung") and not exact("vosos") and not exact("bo thong tin")


def test_scores_fall_from_the_very_name_to_a_part(index: SearchIndex) -> None:
    queries = ("Bến Tre", "Bên Trê", "bentre", "bentree")
    scores = [index.find(query)[0].score for query in queries]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == len(scores)
    assert scores[0] == 99 and scores[-1] > 50


def test_of_two_things_of_one_name_the_one_linked_to_most_goes_first(index: SearchIndex) -> None:
    found = [match.id.rsplit("/", 1)[-1] for match in index.find("tỉnh vĩnh long")]
    assert found[:2] == ["vinh-long", "vinh-long-2025"]


def test_types_filter(index: SearchIndex) -> None:
    assert [match.type for match in index.find("vinh long", types=["TerritorialChange"])] == []
    assert {match.type for match in index.find("ben tre", types=["AdministrativeUnit"])} == {
        "AdministrativeUnit"
    }
    assert index.find("ben tre", types=[]) == []


def test_a_thing_is_found_by_its_iri(index: SearchIndex) -> None:
    found = index.named("https://w3id.org/vndx/id/platform/vo-so", "en")
    assert found is not None and (found.label, found.type) == ("Vỏ sò", "DigitalPlatform")
    assert index.named("https://w3id.org/vndx/id/platform/nothing") is None
    assert index.named("https://w3id.org/vndx/id/evidence/x-1-2") is None


def test_kind_and_limit(index: SearchIndex) -> None:
    everything = index.find("ben tre")
    assert [match.kind for match in everything] == ["unit", "organization"]
    assert [match.kind for match in index.find("ben tre", kind="organization")] == ["organization"]
    assert index.find("ben tre", limit=1) == everything[:1]
    assert index.find("ben tre", kind="nothing") == []
    assert index.find("ben tre", limit=0) == index.find("ben tre", limit=-3) == []
    assert index.find("ben tre", limit=10**9) == everything


def test_a_match_tells_what_the_thing_is_in_the_language_asked(index: SearchIndex) -> None:
    match = index.find("nguyen manh hung")[0]
    assert (match.label, match.label_en, match.kind) == ("Nguyễn Mạnh Hùng", "Nguyen Manh Hung", "person")
    assert match.description == "Bộ trưởng"
    assert index.find("nguyen manh hung", language="en")[0].description == "Minister"
    assert index.find("ben tre")[0].description == "đến 2025-06-30 · nay là tỉnh Vĩnh Long (từ 2025-07-01)"
    assert index.find("ben tre", language="en")[0].description == (
        "until 2025-06-30 · succeeded by Vinh Long Province (from 2025-07-01)"
    )
    assert (match.field, match.text) == ("label", "Nguyen Manh Hung")


@pytest.mark.parametrize(
    "query", ["", "   ", "😀", "%", "_", "*", '"', "'", "--", "\0", "\ud800", "NEAR(", "()"]
)
def test_a_text_without_a_word_finds_nothing_or_something_but_never_fails(
    query: str, index: SearchIndex
) -> None:
    assert all(match.id for match in index.find(query))


@pytest.mark.parametrize(
    "query", ["a" * 10_000, "ben " * 3_000, "OR AND NOT ben", 'ben" OR "x', "be*", "%ben%"]
)
def test_long_and_odd_texts_are_answered(query: str, index: SearchIndex) -> None:
    assert len(index.find(query, limit=MOST)) <= MOST


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text())
def test_any_text_is_answered_and_the_same_way_each_time(text: str, index: SearchIndex) -> None:
    assert index.find(text) == index.find(text)


def test_the_same_things_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        search_index.write(store(), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_full_disk_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    before, told = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
        with pytest.raises(OSError, match=r"search\.sqlite cannot be written"):
            search_index.write(store(), tmp_path / "search.sqlite")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, told)


def test_what_was_typed_without_conversion_is_understood() -> None:
    def undone(text: str) -> list[str]:
        return [query.text for query in untyped(Query(text, "vi"))]

    assert undone("Nguyeenx Manhj Hungf") == undone("Nguye64n Ma5nh Hu2ng") == ["nguyen manh hung"]
    assert undone("DDoox Coong Anh") == ["do cong anh"]
    assert undone("Phan Van Mai") == undone("Phan Văn Maix") == []


def test_initials_stand_before_a_given_name() -> None:
    assert initials(Query("N.M. Hùng", "vi")) == initials(Query("NM Hung", "vi")) == ["n", "m", "hung"]
    assert (
        initials(Query("Hùng N", "vi")) == initials(Query("4 G", "vi")) == initials(Query("NM", "vi")) == []
    )


def test_an_index_of_another_format_is_known_for_one(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE thing (id)")
    with pytest.raises(FormatError, match="format 0"):
        SearchIndex(path)


def test_threads_search_at_the_same_time(index: SearchIndex) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: index.find("nguyen hung")[0].id, range(40)))
    assert set(found) == {"https://w3id.org/vndx/id/person/nguyen-manh-hung"}


@pytest.mark.parametrize(
    ("query", "reason", "text"),
    [
        ("Lê Thị Sài", "merged", "Lê Thị Sài"),
        ("le thi sai", "merged", "Lê Thị Sài"),
        ("Thị Sài", "words", "Lê Thị Sài"),
        ("Trần Văn Nhầm", "merged", "tran van nham"),
    ],
)
def test_the_name_of_a_merged_thing_finds_what_it_was_merged_into(
    index: SearchIndex, query: str, reason: str, text: str
) -> None:
    first = index.find(query)[0]
    assert first.id == "https://w3id.org/vndx/id/person/nguyen-manh-hung"
    assert (first.field, first.reason, first.text, first.exact) == ("merged", reason, text, False)
    assert first.label == "Nguyễn Mạnh Hùng"


def test_retired_things_are_not_found_themselves(index: SearchIndex) -> None:
    assert index.find("Bỏ Đi") == []
    assert not [iri for iri in index.things() if "/person/" in iri and "manh-hung" not in iri]
