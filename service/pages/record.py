"""A thing as data: its description in any RDF format, or as rows of CSV."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from ontology.namespaces import BASE, PREFIXES, STANDARD, THING
from service.formats import CSV, JSON_LD, N_QUADS, RDF_XML, TRIG, Format
from service.graph import Graph, query
from visual.description import Term

_Note: TypeAlias = tuple[NamedNode, NamedNode, NamedNode | Literal]

LICENCE: Final = NamedNode("https://creativecommons.org/licenses/by/4.0/")
LIMIT: Final = 20_000
"""So many statements are given of a thing; of a hub with more, which ones is not said."""
_SOURCE: Final = f"{THING}source/"
_TYPE: Final = STANDARD["rdf"] + "type"
_DATASET: Final = NamedNode(f"{BASE}dataset")
_CUT: Final = {
    "vi": f"Chỉ có {LIMIT} thông tin ở đây; tất cả có trong các tệp của bộ dữ liệu.",
    "en": f"Only {LIMIT} statements are given here; the files of the dataset hold all.",
}
_ROOT: Final = re.compile(r"<rdf:RDF ([^>]*)>")


async def fetch(graph: Graph, iri: str) -> tuple[list[Quad], bool]:
    """Everything said of a thing and with it, and the passages it rests on; nothing for an unknown thing.

    At most `LIMIT` statements, and whether there are more.
    """
    rows = await graph.select(query("record"), focus=NamedNode(iri))
    quads = [
        Quad(row["thing"], row["property"], row["value"], row.get("graph") or DefaultGraph())  # type: ignore[arg-type]
        for row in rows[:LIMIT]
    ]
    return quads, len(rows) > LIMIT


def write(quads: Iterable[Quad], about: str, format: Format, *, cut: bool = False) -> bytes:
    """The quads in `format`, with a note on the document: its subject, its dataset, its licence, its sources.

    The note, the same in every format, says so where the quads were `cut`. Formats without graphs leave the
    graphs out; CSV has no note.
    """
    found = sorted({*quads}, key=str)
    if format is CSV:
        return _csv(found)
    noted = [Quad(*parts, DefaultGraph()) for parts in _note(found, about, cut)]
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


def document(about: str) -> str:
    """The IRI of the document about a thing, whatever its format."""
    return f"{BASE}doc/{about.removeprefix(THING)}"


def _note(quads: Iterable[Quad], about: str, cut: bool) -> list[_Note]:
    page = NamedNode(document(about))
    terms, foaf, void, rdfs = (STANDARD[name] for name in ("dcterms", "foaf", "void", "rdfs"))
    sources = {
        quad.object.value
        for quad in quads
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(_SOURCE)
    }
    notes: list[_Note] = [
        (page, NamedNode(foaf + "primaryTopic"), NamedNode(about)),
        (page, NamedNode(terms + "license"), LICENCE),
        (page, NamedNode(void + "inDataset"), _DATASET),
        *((page, NamedNode(terms + "source"), NamedNode(name)) for name in sorted(sources - {about})),
    ]
    if cut:
        notes += [
            (page, NamedNode(rdfs + "comment"), Literal(text, language=language))
            for language, text in _CUT.items()
        ]
    return notes


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
