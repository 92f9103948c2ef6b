"""Checks of each resource alone: the SHACL shapes of the vocabulary, run by pySHACL."""

from collections.abc import Iterable
from functools import cache
from typing import Final

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple
from rdflib.namespace import RDF, RDFS, SH, XSD

from loaders.findings import Finding
from loaders.turtle import Record
from ontology import files
from ontology.iri import graph
from ontology.namespaces import VOCABULARY, prefixed

_CLASS: Final = (SH.ClassConstraintComponent, SH.OrConstraintComponent)
_VOCABULARY: Final = NamedNode(graph("vocabulary"))
_NEEDED: Final = (NamedNode(str(RDF.type)), NamedNode(str(RDFS.subClassOf)))
_STRING: Final = NamedNode(str(XSD.string))
_LONGEST_SHOWN: Final = 200
"""Characters of a value in a message."""
_GUIDE: Final = "docs/adding-a-record.md says what each class holds"


def check(record: Record) -> list[Finding]:
    """Findings of the shapes about `record`; in no particular order.

    A link to what no file describes, and a property that the vocabulary does not have, are left to the
    rules that say so (dangling-link, unknown-term).
    """
    # Here, since it takes half a second that only checks need.
    from pyshacl import validate

    data = _graph(record.quads())
    _, report, _ = validate(data, shacl_graph=_shapes(), inference="none", advanced=False, inplace=True)
    assert isinstance(report, rdflib.Graph)  # noqa: S101 - pySHACL's type allows an exception here, its code not
    results = report.subjects(RDF.type, SH.ValidationResult)
    return [finding for result in results if (finding := _finding(record, data, report, result))]


@cache
def _shapes() -> rdflib.Graph:
    """The shapes, which pySHACL only reads."""
    return rdflib.Graph().parse(files.SHAPES, format="turtle")


def _graph(quads: Iterable[Quad]) -> rdflib.Graph:
    """The union of `quads` as an rdflib graph; of the vocabulary only classes and what is a term."""
    made = rdflib.Graph()
    for quad in quads:
        if quad.graph_name != _VOCABULARY or quad.predicate in _NEEDED:
            made.add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
    return made


def _node(term: NamedNode | BlankNode | Literal | Triple) -> rdflib.term.Node:
    """A term as rdflib has it. Its readers go through a long line again for every two thousand characters."""
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, Literal):
        if term.language is not None:
            return rdflib.Literal(term.value, lang=term.language)
        datatype = None if term.datatype == _STRING else rdflib.URIRef(term.datatype.value)
        return rdflib.Literal(term.value, datatype=datatype)
    return rdflib.BNode(str(term))


def _finding(
    record: Record, data: rdflib.Graph, report: rdflib.Graph, result: rdflib.term.Node
) -> Finding | None:
    focus = report.value(result, SH.focusNode)
    path = report.value(result, SH.resultPath)
    value = report.value(result, SH.value)
    component = report.value(result, SH.sourceConstraintComponent)
    shape = str(report.value(result, SH.sourceShape)).partition("#")[2]
    if component in _CLASS and value is not None and value != focus and (value, RDF.type, None) not in data:
        return None
    if component == SH.ClosedConstraintComponent:
        if str(path).startswith(VOCABULARY) and (path, RDF.type, None) not in data:
            return None
        kind = report.value(focus, RDF.type) or data.value(focus, RDF.type)
        rule, message = "closed", f"a {short(str(kind))} does not hold {short(str(path))}"
    else:
        found = f", not {short(str(value))}" if value is not None and value != focus else ""
        rule, message = shape or "shape", f"{report.value(result, SH.resultMessage)}{found}"
    file, line = record.place(str(focus))
    return Finding(file, line, 0, rule, "error", str(focus), message, _GUIDE)


def short(iri: str) -> str:
    """An IRI with its prefix where it has one, for messages; any other text as it is, or as it begins."""
    return prefixed(iri) or (iri if len(iri) <= _LONGEST_SHOWN else iri[:_LONGEST_SHOWN] + "…")
