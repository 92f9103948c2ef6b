"""Answers and expected results in one form that can be compared: the canonical triples of a small graph.

A solution becomes a node with a triple for each bound variable and its number of occurrences, so that blank
nodes are compared as graphs compare them, by the engine's canonicalization (RDFC-1.0's method).

The engine keeps numbers by their value and gives `1.0` back as `1`, so numbers and truth values of one
datatype are compared by value. Where the suite asks for the lexical form itself (CSV, `str()`, `sameTerm`)
that does not help.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from manifest import published
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
    """An answer: a truth value, triples, or solutions, of which the order may matter."""

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


def expected(file: Path, *, ordered: bool) -> Found:
    """The result that a file of the suite holds; `ordered` says that the query orders its solutions."""
    found = _read(file.read_bytes(), file.suffix[1:], published(file))
    if found.triples is not None:
        found = _result_set(found.triples)
    return replace(found, ordered=ordered or found.ordered)


def differences(wanted: Found, got: Found, *, reduced: bool) -> str:
    """What is wrong with `got`, empty where it is what was wanted. `reduced`: any number of duplicates."""
    if wanted.boolean is not None:
        return "" if got.boolean is wanted.boolean else f"wanted {wanted.boolean}, got {got.boolean}"
    if wanted.triples is not None:
        if got.triples is None:
            return "wanted a graph"
        if _canonical(wanted.triples) == _canonical(got.triples):
            return ""
        return _told("triples", Counter(map(str, wanted.triples)), Counter(map(str, got.triples)))
    if got.rows is None or wanted.rows is None:
        return "wanted solutions"
    if set(wanted.variables) != set(got.variables):
        return f"wanted the variables {wanted.variables}, got {got.variables}"
    if _solutions(wanted.rows, wanted.ordered, reduced) == _solutions(got.rows, wanted.ordered, reduced):
        return ""
    return _told(
        "solutions", _lines(row.items() for row in wanted.rows), _lines(row.items() for row in got.rows)
    )


def _told(what: str, wanted: Counter[str], got: Counter[str]) -> str:
    """What is missing and what is too much, a line each; blank nodes are not told apart."""
    lines = [f"{what} differ", *(f"- {line}" for line in (wanted - got).elements())]
    return "\n".join([*lines, *(f"+ {line}" for line in (got - wanted).elements())])


def _lines(rows: Iterable[Iterable[tuple[str, Term]]]) -> Counter[str]:
    return Counter(
        " ".join(f"?{name}={'_:' if isinstance(term, BlankNode) else term}" for name, term in sorted(row))
        for row in rows
    )


def _solutions(rows: Sequence[Row], ordered: bool, reduced: bool) -> frozenset[str]:
    """Solutions as canonical triples: a node for each different row, or for each place where order counts."""
    plain = [frozenset((name, _plain(term)) for name, term in row.items()) for row in rows]
    numbered: Iterable[tuple[frozenset[tuple[str, Term]], int]]
    numbered = ((row, place) for place, row in enumerate(plain)) if ordered else Counter(plain).items()
    triples = []
    for row, number in numbered:
        node = BlankNode()
        triples += [Triple(node, NamedNode(f"urn:variable:{name}"), term) for name, term in row]
        triples.append(Triple(node, NamedNode("urn:number"), Literal(0 if reduced else number)))
    return _canonical(triples)


def _canonical(triples: Iterable[Triple]) -> frozenset[str]:
    graph = Dataset(
        Quad(triple.subject, triple.predicate, _plain(triple.object), DefaultGraph()) for triple in triples
    )
    graph.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(str(quad) for quad in graph)


def _plain(term: Term) -> Term:
    """A number or truth value in one lexical form for each value; anything else as it is."""
    if not isinstance(term, Literal):
        return term
    kind = term.datatype.value.removeprefix(_XSD)
    try:
        if kind in ("integer", "decimal"):
            return Literal(f"{Decimal(term.value).normalize():f}", datatype=term.datatype)
        if kind in ("float", "double"):
            return Literal(repr(float(term.value)), datatype=term.datatype)
        if kind == "boolean":
            return Literal({"0": "false", "1": "true"}.get(term.value, term.value), datatype=term.datatype)
    except (InvalidOperation, ValueError):
        return term  # an ill-typed literal has no value
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
