"""A thing as data: its description in any RDF format, or as rows of CSV."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from ontology.namespaces import PREFIXES, STANDARD, THING
from service.formats import CSV, JSON_LD, N_QUADS, RDF_XML, TRIG, Format
from service.graph import Graph, query
from visual.description import Term

LICENCE: Final = NamedNode("https://creativecommons.org/licenses/by/4.0/")
_SOURCE: Final = f"{THING}source/"
_TYPE: Final = STANDARD["rdf"] + "type"
_ROOT: Final = re.compile(r"<rdf:RDF ([^>]*)>")


async def fetch(graph: Graph, iri: str) -> list[Quad]:
    """Everything said of a thing and with it, and the passages it rests on; empty for an unknown thing."""
    rows = await graph.select(query("record"), focus=NamedNode(iri))
    return [
        Quad(row["thing"], row["property"], row["value"], row.get("graph") or DefaultGraph())  # type: ignore[arg-type]
        for row in rows
    ]


def write(quads: Iterable[Quad], about: str, page: str, format: Format) -> bytes:
    """The quads in `format`, with a note on the document at `page`: its subject, its licence, its sources.

    Formats without graphs leave the graphs out.
    """
    found = sorted({*quads}, key=str)
    if format is CSV:
        return _csv(found)
    noted = [Quad(*triple, DefaultGraph()) for triple in _note(found, about, page)]
    if format in (N_QUADS, TRIG):
        return _serialize([*noted, *found], format)
    return _serialize(sorted({quad.triple for quad in [*noted, *found]}, key=str), format)


def _serialize(statements: Sequence[Quad | Triple], format: Format) -> bytes:
    """The same bytes every time: the engine's writer puts prefixes in an order of its own."""
    engine = format.engine
    if not isinstance(engine, RdfFormat):
        raise ValueError(f"{format.title} is no RDF format")
    if format is JSON_LD:
        from ontology import jsonld  # rdflib takes a while to load, and most services are never asked

        return jsonld.write(statements)
    written = _written(statements, engine, _used(statements)).decode("utf-8")
    if format is RDF_XML:
        return _ROOT.sub(_sorted_attributes, written, count=1).encode("utf-8")
    lines = written.splitlines(keepends=True)
    head = [line for line in lines if line.startswith("@prefix ")]
    return "".join([*sorted(head), *lines[len(head) :]]).encode("utf-8")


def _written(
    statements: Sequence[Quad | Triple], engine: RdfFormat, prefixes: dict[str, str] | None
) -> bytes:
    return serialize(statements, format=engine, prefixes=prefixes) or b""  # type: ignore[arg-type]


def _used(statements: Iterable[Quad | Triple]) -> dict[str, str]:
    """The prefixes that some IRI of the statements begins with."""
    text = "\n".join(map(str, statements))
    return {name: namespace for name, namespace in PREFIXES.items() if f"<{namespace}" in text}


def _sorted_attributes(root: re.Match[str]) -> str:
    return "<rdf:RDF " + " ".join(sorted(root[1].split())) + ">"


def _note(quads: Iterable[Quad], about: str, page: str) -> list[tuple[NamedNode, NamedNode, NamedNode]]:
    document = NamedNode(page)
    terms, foaf = STANDARD["dcterms"], STANDARD["foaf"]
    sources = {
        quad.object.value
        for quad in quads
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(_SOURCE)
    }
    return [
        (document, NamedNode(foaf + "primaryTopic"), NamedNode(about)),
        (document, NamedNode(terms + "license"), LICENCE),
        *((document, NamedNode(terms + "source"), NamedNode(source)) for source in sorted(sources - {about})),
    ]


def _csv(quads: Iterable[Quad]) -> bytes:
    """Rows of subject, property, value, type (datatype, `@` and language, or `iri`) and graph (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("subject", "property", "value", "type", "graph"))
    for quad in quads:
        graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
        value, kind = _cell(quad.object)
        writer.writerow((_cell(quad.subject)[0], quad.predicate.value, value, kind, graph))
    return out.getvalue().encode("utf-8")


def _cell(term: Term) -> tuple[str, str]:
    if isinstance(term, Literal):
        return term.value, f"@{term.language}" if term.language else term.datatype.value
    return (term.value, "iri") if isinstance(term, NamedNode) else (str(term), "blank")
