"""Derived edges: what each rule adds to the small record, and what it must not."""

from pathlib import Path

import minirecord
import pytest
from minirecord import SLUG
from pyoxigraph import Store

from loaders import derive, turtle
from ontology.namespaces import PREFIXES

SOURCE = f"sources/{SLUG}.ttl"


def derived(folder: Path, *changes: tuple[str, str]) -> set[str]:
    """What is derived from the small record with some texts replaced, as `s p o` with prefixes."""
    texts = minirecord.files()
    for old, new in changes:
        name = SOURCE if old in texts[SOURCE] else "units/all.ttl"
        assert old in texts[name]
        texts[name] = texts[name].replace(old, new)
    store = derive.load(turtle.read(minirecord.write(folder, texts)).quads())
    found = derive.derive(store)
    assert {quad.graph_name.value for quad in found} == {PREFIXES["graph"] + "derived"}
    return {" ".join(map(short, (quad.subject, quad.predicate, quad.object))) for quad in found}


def short(term: object) -> str:
    text = str(term)
    for prefix, namespace in PREFIXES.items():
        text = text.replace(f"<{namespace}", f"{prefix}:")
    return text.replace(">", "")


def of(found: set[str], name: str) -> set[str]:
    return {edge for edge in found if f" vndx:{name} " in edge}


def test_people_on_different_sides_met_both_ways(tmp_path: Path) -> None:
    found = derived(tmp_path)
    assert of(found, "metWith") == {
        "person:an vndx:metWith person:binh",
        "person:binh vndx:metWith person:an",
    }
    assert of(found, "attendedWith") == set()


def test_people_on_one_side_attended_together(tmp_path: Path) -> None:
    found = derived(tmp_path, ("side-locality", "side-ministry"))
    assert of(found, "metWith") == set()
    assert of(found, "attendedWith") == {
        "person:an vndx:attendedWith person:binh",
        "person:binh vndx:attendedWith person:an",
    }


def test_nothing_follows_from_a_side_not_stated(tmp_path: Path) -> None:
    one = derived(tmp_path / "one", ("side-locality", "side-not-stated"))
    both = derived(
        tmp_path / "both", ("side-locality", "side-not-stated"), ("side-ministry", "side-not-stated")
    )
    for found in (one, both):
        assert of(found, "metWith") | of(found, "attendedWith") == set()


def test_a_platform_is_recommended_but_not_by_keep_improving(tmp_path: Path) -> None:
    found = derived(tmp_path)
    assert of(found, "recommendedTo") == {"platform:nen-tang-a vndx:recommendedTo unit:mot"}
    assert of(found, "recommendedBy") == {
        "platform:nen-tang-a vndx:recommendedBy person:an",
        "platform:nen-tang-a vndx:recommendedBy organization:bo",
    }


@pytest.mark.parametrize("strength", ["solution", "example", "can-be-used"])
def test_weaker_strengths_count_too(strength: str, tmp_path: Path) -> None:
    found = derived(tmp_path, ("strength-recommended", f"strength-{strength}"))
    assert of(found, "recommendedTo") == {"platform:nen-tang-a vndx:recommendedTo unit:mot"}


def test_participants_commitments_posts_operators_and_organizations(tmp_path: Path) -> None:
    found = derived(tmp_path)
    assert {
        f"meeting:{SLUG} vndx:participant person:an",
        f"meeting:{SLUG} vndx:participant person:binh",
        "person:an vndx:committedTo unit:mot",
        "organization:bo vndx:committedTo unit:mot",
        "person:an vndx:heldPost post:bo-truong-bo",
        "platform:nen-tang-a vndx:operatedBy organization:cong-ty-c",
        f"tenure:{SLUG}-an-bo-truong vndx:organization organization:bo",
    } <= found


def test_an_organization_takes_part_through_people_not_named(tmp_path: Path) -> None:
    found = derived(tmp_path, ("vndx:person person:binh", "vndx:organization organization:cong-ty-c"))
    assert f"meeting:{SLUG} vndx:participant organization:cong-ty-c" in found


def test_a_planned_platform_has_no_operator(tmp_path: Path) -> None:
    assert of(derived(tmp_path, ("role-operated-by", "role-planned")), "operatedBy") == set()


def test_source_and_date_come_from_evidence_and_meeting(tmp_path: Path) -> None:
    found = derived(tmp_path)
    assert f"act:{SLUG}-a vndx:source source:{SLUG}" in found
    assert f"statement:{SLUG}-mang-cham vndx:source source:{SLUG}" in found
    assert f'act:{SLUG}-a vndx:date "2020-03-02"^^xsd:date' in found
    assert f'statement:{SLUG}-mang-cham vndx:date "2020-03-02"^^xsd:date' in found
    assert f'participation:{SLUG}-an vndx:datePrecision "day"' in found
    assert not [edge for edge in of(found, "date") if edge.startswith("observation:")]


def test_a_date_of_its_own_is_not_joined_by_that_of_the_meeting(tmp_path: Path) -> None:
    own = ("vndx:alternativeTo act:" + SLUG + "-b", 'vndx:date "2020-03-01"^^xsd:date')
    found = derived(tmp_path, own)
    assert not [edge for edge in found if edge.startswith(f"act:{SLUG}-a vndx:date")]


def test_what_was_concluded_before_the_meeting_has_not_its_date(tmp_path: Path) -> None:
    found = derived(tmp_path, ("concept:strength-recommended", "concept:strength-concluded-before"))
    assert not [edge for edge in found if edge.startswith(f"act:{SLUG}-a vndx:date")]
    assert f'act:{SLUG}-b vndx:date "2020-03-02"^^xsd:date' in found


def test_superclasses_up_to_the_standard_vocabularies(tmp_path: Path) -> None:
    found = derived(tmp_path)
    assert {
        "person:an rdf:type foaf:Person",
        "person:an rdf:type schema:Person",
        f"act:{SLUG}-a rdf:type vndx:Act",
        f"act:{SLUG}-a rdf:type prov:Entity",
        "indicator:ho-co-mang rdf:type skos:Concept",
    } <= found
    assert "person:an rdf:type vndx:Person" not in found


def test_labels_by_rule_in_both_languages(tmp_path: Path) -> None:
    found = derived(tmp_path)
    assert f'participation:{SLUG}-an rdfs:label "An · Buổi làm việc"@vi' in found
    assert f'participation:{SLUG}-an rdfs:label "An (en) · Working session"@en' in found
    assert f'tenure:{SLUG}-an-bo-truong rdfs:label "An · Bộ trưởng · 2020-03-02"@vi' in found
    assert f'evidence:{SLUG}-0-13 rdfs:label "Bài báo, đoạn 1, ký tự 0–13"@vi' in found
    assert f'evidence:{SLUG}-0-13 rdfs:label "Article, paragraph 1, characters 0–13"@en' in found
    assert 'evidence:luat-dieu-1 rdfs:label "Luật, Điều 1"@vi' in found
    assert 'evidence:luat-dieu-1 rdfs:label "Law, Article 1"@en' in found


@pytest.mark.parametrize(
    ("printed", "english"),
    [
        ("Điều 1, khoản 8, điểm đ", "Article 1, Clause 8, Point đ"),
        ("điều về hiệu lực thi hành", "the article on entry into force"),
        ("Điều 1, phần mở đầu", "Điều 1, phần mở đầu"),
    ],
)
def test_english_labels_of_cited_documents_name_articles_and_clauses(
    tmp_path: Path, printed: str, english: str
) -> None:
    found = derived(tmp_path, ('"Điều 1"', f'"{printed}"'))
    assert f'evidence:luat-dieu-1 rdfs:label "Luật, {printed}"@vi' in found
    assert f'evidence:luat-dieu-1 rdfs:label "Law, {english}"@en' in found


def test_evidence_is_a_web_annotation_selection_and_a_cited_document_is_not(tmp_path: Path) -> None:
    found = derived(tmp_path)
    selector = f"evidence:{SLUG}-0-13#selector"
    assert {
        f"evidence:{SLUG}-0-13 oa:hasSource source:{SLUG}",
        f"evidence:{SLUG}-0-13 oa:hasSelector {selector}",
        f"{selector} rdf:type oa:TextPositionSelector",
        f'{selector} oa:start "0"^^xsd:integer',
        f'{selector} oa:end "13"^^xsd:integer',
        "evidence:luat-dieu-1 oa:hasSource document:luat",
    } <= found
    assert not [edge for edge in found if edge.startswith("evidence:luat-dieu-1 oa:hasSelector")]


def test_nothing_is_derived_that_stands_elsewhere(tmp_path: Path) -> None:
    found = derived(tmp_path, ("vndx:speaker person:an", "rdf:type vndx:Act ; vndx:speaker person:an"))
    assert f"act:{SLUG}-a rdf:type vndx:Act" not in found


def test_a_rule_is_a_construct_query() -> None:
    with pytest.raises(derive.RuleError):
        derive.apply("ASK {}", Store())


def test_every_rule_adds_something_to_the_small_record(tmp_path: Path) -> None:
    store = derive.load(turtle.read(minirecord.write(tmp_path)).quads())
    idle = [name for name, rule in derive.rules().items() if not derive.apply(rule, store)]
    assert idle == ["attended-with"]
