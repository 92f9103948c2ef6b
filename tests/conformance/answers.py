"""Answers and expected results in one form that can be compared: the canonical triples of a small graph.

A solution becomes a node with a triple for each bound variable and its number of occurrences, so that blank
nodes are compared as graphs compare them, by the engine's canonicalization (RDFC-1.0's method).
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from manifest import published

Term = NamedNode | BlankNode | Literal | Triple
Row = Mapping[str, Term]

_RS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_TYPE: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_RDF: Final = {"ttl": RdfFormat.TURTLE, "rdf": RdfFormat.RDF_XML, "nt": RdfFormat.N_TRIPLES}
_RESULTS: Final = {
    "srx": QueryResultsFormat.XML,
    "srj": QueryResultsFormat.JSON,
    "tsv": QueryResultsFormat.TSV,
}
_ENDINGS: Final = {
    "application/sparql-results+xml": "srx",
    "application/sparql-results+json": "srj",
    "text/tab-separated-values": "tsv",
    "text/csv": "csv",
    "text/turtle": "ttl",
}


@dataclass(frozen=True)
class Found:
    """An answer: a truth value, triples, or solutions, with the order of solutions where one was recorded."""

    boolean: bool | None = None
    triples: tuple[Triple, ...] | None = None
    variables: tuple[str, ...] = ()
    rows: tuple[Row, ...] | None = None
    ordered: bool = False


def accept(result: Path) -> str:
    """What to accept, to be given an answer in the format of the expected one where that is possible."""
    for media_type, ending in _ENDINGS.items():
        if result.suffix == f".{ending}" and ending != "ttl":
            return media_type
    return "application/sparql-results+json, text/turtle"


def answered(body: bytes, content_type: str) -> Found:
    """An answer of the service, by its Content-Type."""
    return _read(body, _ENDINGS[content_type.partition(";")[0]], None)


def expected(file: Path) -> Found:
    """The result that a file of the suite holds."""
    found = _read(file.read_bytes(), file.suffix[1:], published(file))
    return _result_set(found.triples) if found.triples is not None else found


def differences(wanted: Found, got: Found, *, reduced: bool) -> str:
    """What is wrong with `got`, empty where it is what was wanted. `reduced`: any number of duplicates."""
    if wanted.boolean is not None:
        return "" if got.boolean is wanted.boolean else f"wanted {wanted.boolean}, got {got.boolean}"
    if wanted.triples is not None:
        if got.triples is None:
            return "wanted a graph"
        return _compared(_canonical(wanted.triples), _canonical(got.triples))
    if got.rows is None or wanted.rows is None:
        return "wanted solutions"
    if set(wanted.variables) != set(got.variables):
        return f"wanted the variables {wanted.variables}, got {got.variables}"
    return _compared(*(_solutions(found.rows or (), wanted.ordered, reduced) for found in (wanted, got)))


def _compared(wanted: frozenset[str], got: frozenset[str]) -> str:
    missing, unexpected = sorted(wanted - got), sorted(got - wanted)
    return f"missing {missing[:12]}, unexpected {unexpected[:12]}" if missing or unexpected else ""


def _solutions(rows: Sequence[Row], ordered: bool, reduced: bool) -> frozenset[str]:
    """Solutions as canonical triples: a node for each different row, or for each place where order counts."""
    if ordered:
        numbered: Iterable[tuple[frozenset[tuple[str, Term]], int]] = (
            (frozenset(row.items()), place) for place, row in enumerate(rows)
        )
    else:
        numbered = Counter(frozenset(row.items()) for row in rows).items()
    triples = []
    for row, number in numbered:
        node = BlankNode()
        triples += [Triple(node, NamedNode(f"urn:variable:{name}"), _plain(term)) for name, term in row]
        triples.append(Triple(node, NamedNode("urn:number"), Literal(0 if reduced else number)))
    return _canonical(triples)


def _canonical(triples: Iterable[Triple]) -> frozenset[str]:
    graph = Dataset(
        Quad(triple.subject, triple.predicate, triple.object, DefaultGraph()) for triple in triples
    )
    graph.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(str(quad) for quad in graph)


def _plain(term: Term) -> Term:
    return term


def _read(body: bytes, ending: str, base: str | None) -> Found:
    if ending in _RDF:
        return Found(triples=tuple(quad.triple for quad in parse(body, _RDF[ending], base_iri=base)))
    if ending == "csv":
        return _csv(body.decode("utf-8"))
    found = parse_query_results(body, _RESULTS[ending])
    if isinstance(found, QueryBoolean):
        return Found(boolean=bool(found))
    assert isinstance(found, QuerySolutions)
    names = tuple(variable.value for variable in found.variables)
    rows = tuple(
        {name: term for name, term in zip(names, solution, strict=True) if term is not None}
        for solution in found
    )
    return Found(variables=names, rows=rows)


def _csv(text: str) -> Found:
    """CSV, which tells terms by their text alone; blank nodes by their labels."""
    names, *lines = csv.reader(io.StringIO(text))
    rows = tuple(
        {
            name: BlankNode(cell[2:]) if cell.startswith("_:") else Literal(cell)
            for name, cell in zip(names, line, strict=True)
            if cell
        }
        for line in lines
    )
    return Found(variables=tuple(names), rows=rows)


def _result_set(triples: Sequence[Triple]) -> Found:
    """The result set that an RDF graph describes (SPARQL 1.0 tests), or else the graph itself."""
    objects: dict[tuple[Term, str], list[Term]] = {}
    for triple in triples:
        objects.setdefault((triple.subject, triple.predicate.value), []).append(triple.object)
    sets = [
        triple.subject
        for triple in triples
        if triple.predicate == _TYPE and triple.object == NamedNode(_RS + "ResultSet")
    ]
    if not sets:
        return Found(triples=tuple(triples))
    (node,) = sets
    for truth in objects.get((node, _RS + "boolean"), []):
        return Found(boolean=truth == Literal(True))
    solutions = objects.get((node, _RS + "solution"), [])
    places = {place: objects.get((place, _RS + "index"), []) for place in solutions}
    ordered = bool(solutions) and all(places.values())
    if ordered:
        solutions = sorted(solutions, key=lambda place: int(places[place][0].value))  # type: ignore[union-attr]
    rows = [
        {
            str(objects[binding, _RS + "variable"][0].value): objects[binding, _RS + "value"][0]  # type: ignore[union-attr]
            for binding in objects.get((solution, _RS + "binding"), [])
        }
        for solution in solutions
    ]
    names = tuple(str(name.value) for name in objects.get((node, _RS + "resultVariable"), []))  # type: ignore[union-attr]
    return Found(variables=names, rows=tuple(rows), ordered=ordered)
