"""The vocabulary is complete in both languages, holds the contract's names, and the context follows it."""

import pytest
from pyoxigraph import Literal, NamedNode, Store

from ontology import context
from ontology.files import CONTEXT, VOCABULARY
from ontology.iri import term
from ontology.namespaces import STANDARD

RDF_TYPE = NamedNode(STANDARD["rdf"] + "type")
OWL = STANDARD["owl"]

# The names that users' queries rest on (the contract of the vocabulary).
CLASSES = """
Person Organization AdministrativeUnit DigitalPlatform Programme Document Source TerritorialChange
Meeting Participation Recommendation Request Commitment Agreement PlatformStatement Observation
Indicator Post Tenure Evidence Claim
""".split()
PROPERTIES = """
evidence source paragraph start end sha256 fileName meeting date datePrecision mode party
participant person post organization side onBehalfOf site speaker addressee sector purpose strength
platform measure alternativeTo condition due role agent indicator area value unit kind approximation
reportedBy periodStart periodEnd attestedOn before after legalBasis validFrom validUntil partOf
metWith attendedWith recommendedTo recommendedBy committedTo heldPost operatedBy
""".split()


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(path=VOCABULARY)
    return store


def terms(store: Store) -> list[NamedNode]:
    kinds = {OWL + "Class", OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty"}
    return [
        quad.subject
        for quad in store.quads_for_pattern(None, RDF_TYPE, None)
        if isinstance(quad.subject, NamedNode) and quad.object.value in kinds
    ]


def test_the_contracts_names_are_defined(store: Store) -> None:
    defined = {node.value for node in terms(store)}
    assert [name for name in CLASSES + PROPERTIES if term(name) not in defined] == []


@pytest.mark.parametrize("property_", ["label", "comment"])
def test_every_term_speaks_both_languages_exactly_once(store: Store, property_: str) -> None:
    for node in terms(store):
        literals = store.quads_for_pattern(node, NamedNode(STANDARD["rdfs"] + property_), None)
        languages = sorted(quad.object.language for quad in literals if isinstance(quad.object, Literal))
        assert languages == ["en", "vi"], f"{node.value} rdfs:{property_}: {languages}"


def test_every_class_is_under_another(store: Store) -> None:
    under = NamedNode(STANDARD["rdfs"] + "subClassOf")
    classes = [q.subject for q in store.quads_for_pattern(None, RDF_TYPE, NamedNode(OWL + "Class"))]
    assert len(classes) >= len(CLASSES)
    assert [c.value for c in classes if not any(store.quads_for_pattern(c, under, None))] == []


def test_drawn_relations_say_how_they_read_backwards(store: Store) -> None:
    drawn = list(store.quads_for_pattern(None, NamedNode(term("drawn")), None))
    assert {quad.object.value for quad in drawn} == {"arrow", "line"}
    for quad in drawn:
        inverse = store.quads_for_pattern(quad.subject, NamedNode(term("inverseLabel")), None)
        assert sorted(q.object.language for q in inverse) == ["en", "vi"], quad.subject.value


def test_the_context_file_is_what_the_vocabulary_gives() -> None:
    assert CONTEXT.read_text(encoding="utf-8") == context.text(), "run: python -m ontology.context"
