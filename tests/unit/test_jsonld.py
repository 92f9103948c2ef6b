"""Compact JSON-LD: exact, the same bytes every time, read back by two parsers, plain to read."""

import json
import random
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from rdflib.compare import isomorphic

from ontology import jsonld
from ontology.files import SHAPES, VOCABULARY
from ontology.iri import mint, term
from ontology.namespaces import STANDARD

DATA = Path(__file__).resolve().parents[2] / "data" / "turtle"
AKACHAIN = NamedNode(mint("platform", "akachain"))
G = NamedNode("https://w3id.org/vndx/graph/registry")


def read(body: bytes) -> Dataset:
    return Dataset(parse(body, RdfFormat.JSON_LD))


def test_every_file_of_the_record_comes_back_whole() -> None:
    files = sorted(DATA.rglob("*.ttl"))
    assert len(files) > 10
    for path in files:
        triples = [quad.triple for quad in parse(path=path)]
        assert {quad.triple for quad in read(jsonld.write(triples))} == set(triples), path


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's parser warns of itself
def test_rdflib_reads_the_same_graph_blank_nodes_and_lists_included() -> None:
    for path in (SHAPES, VOCABULARY):
        written = jsonld.write([quad.triple for quad in parse(path=path)])
        assert isomorphic(rdflib.Graph().parse(path), rdflib.Graph().parse(data=written, format="json-ld"))


def test_equal_statements_give_equal_bytes_in_any_order() -> None:
    quads = [
        Quad(*quad.triple, graph)
        for path, graph in ((DATA / "catalog.ttl", G), (DATA / "registry/platforms.ttl", None))
        for quad in parse(path=path)
    ]
    first = jsonld.write(quads)
    assert set(read(first)) == set(quads)
    random.Random(1).shuffle(quads)
    assert jsonld.write(quads) == first


def test_however_many_subjects_are_taken_at_once_the_bytes_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quads = [
        Quad(*quad.triple, graph)
        for path, graph in ((DATA / "catalog.ttl", G), (DATA / "registry/platforms.ttl", None))
        for quad in parse(path=path)
    ]
    first = jsonld.write(quads)
    monkeypatch.setattr(jsonld, "_AT_ONCE", 3)
    assert jsonld.write(quads) == first
    assert json.loads(first)["@graph"][-1]["id"] == G.value


def test_blank_nodes_are_named_by_their_place() -> None:
    text = "<a:a> <a:b> [ <a:c> 1 ] , [ <a:c> 2 ] ."
    one, two = (jsonld.write([q.triple for q in parse(text, RdfFormat.TURTLE)]) for _ in range(2))
    assert one == two
    assert b'"_:b0"' in one


def test_numbers_and_types_stay_as_they_are_written() -> None:
    xsd = STANDARD["xsd"]
    values = [
        Literal("1.50", datatype=NamedNode(xsd + "decimal")),
        Literal("007", datatype=NamedNode(xsd + "integer")),
        Literal("2.5", datatype=NamedNode(xsd + "double")),
        Literal("1", datatype=NamedNode(xsd + "boolean")),
        Literal("nam", language="vi"),
        Literal("plain"),
        NamedNode("https://example.org/x"),
    ]
    for name in ("value", "start", "sha256", "note", "platform", "date"):
        triples = [Triple(AKACHAIN, NamedNode(term(name)), value) for value in values]
        assert {quad.triple for quad in read(jsonld.write(triples))} == set(triples), name


def test_it_reads_as_plain_json() -> None:
    label = NamedNode(STANDARD["rdfs"] + "label")
    day = Literal("2021-01-04", datatype=NamedNode(STANDARD["xsd"] + "date"))
    triples = [
        Triple(AKACHAIN, NamedNode(STANDARD["rdf"] + "type"), NamedNode(term("DigitalPlatform"))),
        Triple(AKACHAIN, label, Literal("akachain", language="vi")),
        Triple(AKACHAIN, NamedNode(term("recommendedTo")), NamedNode(mint("unit", "soc-trang"))),
        Triple(AKACHAIN, NamedNode(term("date")), day),
    ]
    document = json.loads(jsonld.write(triples))
    assert document["@graph"] == [
        {
            "id": AKACHAIN.value,
            "type": "DigitalPlatform",
            "date": "2021-01-04",
            "label": {"vi": "akachain"},
            "recommendedTo": mint("unit", "soc-trang"),
        }
    ]
    used = "@version id type vndx rdfs xsd label DigitalPlatform recommendedTo date"
    assert set(document["@context"]) == set(used.split())


def test_nothing_is_a_document_too() -> None:
    assert json.loads(jsonld.write([]))["@graph"] == []
