"""A thing as data: its description in any RDF format, or as rows of CSV."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlencode

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from ontology.namespaces import BASE, LICENCE, STANDARD, THING, VOCABULARY, used
from service.asof import PARAMETER, current
from service.formats import CSV, JSON_LD, N_QUADS, RDF_XML, TRIG, Format
from service.graph import Graph, query, window
from service.pages.describing import size as count
from visual.description import Term

_Note: TypeAlias = tuple[NamedNode, NamedNode, NamedNode | Literal]

PAGE: Final = 2_000
"""So many statements of a thing are given at once, with the passages that they rest on."""
_BATCH: Final = 500
_SOURCE: Final = f"{THING}source/"
_TYPE: Final = STANDARD["rdf"] + "type"
_DATASET: Final = NamedNode(f"{BASE}dataset")
_EVIDENCE: Final = VOCABULARY + "evidence"
_HYDRA: Final = "http://www.w3.org/ns/hydra/core#"
_PAGED: Final = {
    "vi": "Trang {number}/{pages} của {size} thông tin.",
    "en": "Page {number} of {pages} of {size} statements.",
}
_AS_OF: Final = {
    "vi": "Chỉ những gì đã được nguồn công bố đến hết ngày {day} chứng thực.",
    "en": "Only what sources published up to {day} attest.",
}
_ROOT: Final = re.compile(r"<rdf:RDF ([^>]*)>")


@dataclass(frozen=True)
class Part:
    """A page of what is said of the thing `about` and with it: quads in their graphs, passages included.

    `size` counts the statements of the thing on all `pages`, whenever attested; pages have numbers from 1.
    `as_of` is the day (ISO) up to which what is given was attested, empty for all that is known.
    """

    about: str
    quads: tuple[Quad, ...]
    size: int
    number: int = 1
    pages: int = 1
    as_of: str = ""

    def document(self, number: int | None = None) -> str:
        """The IRI of this page of the document about the thing (or of page `number`), whatever its format."""
        return document(self.about) + self.query(number)

    def query(self, number: int | None = None) -> str:
        """What stands after the path in the address of this page (or of page `number`)."""
        number = number or self.number
        given = {PARAMETER: self.as_of} if self.as_of else {}
        given |= {"page": str(number)} if number > 1 else {}
        return f"?{urlencode(given)}" if given else ""

    def others(self) -> dict[str, int]:
        """The pages around this one, by their relation to it; none where there is only one."""
        if self.pages == 1:
            return {}
        found = {"first": 1, "prev": self.number - 1, "next": self.number + 1, "last": self.pages}
        return {name: number for name, number in found.items() if 1 <= number <= self.pages}


async def fetch(graph: Graph, iri: str, number: int = 1, *, most: int = PAGE) -> Part:
    """Page `number` of the statements of a thing, at most `most`, with their passages; size 0 if unknown.

    Raises `LookupError` for a page that there is not.
    """
    focus, size = NamedNode(iri), await count(graph, iri)
    pages = max(1, -(-size // most))
    if not 1 <= number <= pages:
        raise LookupError(f"{iri} has pages 1 to {pages}, not {number}")
    by = () if graph.steady else ("thing", "property", "value")
    rows = await graph.select(window(query("record"), most, (number - 1) * most, by=by), focus=focus)
    quads = set(map(_quad, rows))
    terms = {term for quad in quads for term in (quad.subject, quad.object)}
    parts = [term for term in terms if _text(term).startswith(f"{iri}#")]
    parts += [q.object for q in quads if q.predicate.value == _EVIDENCE and q.subject == focus]
    statements = {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)} - {focus}
    waiting = [("part", term) for term in sorted(set(parts), key=str)]
    waiting += [("statement", term) for term in sorted(statements, key=str)]
    for start in range(0, len(waiting), _BATCH):
        some = waiting[start : start + _BATCH]
        given = {name: [t for key, t in some if key == name] for name in ("part", "statement")}
        quads |= set(map(_quad, await graph.select(query("record-passages"), **given)))
    asked = current()
    return Part(iri, tuple(sorted(quads, key=str)), size, number, pages, asked.day if asked else "")


def _quad(row: Mapping[str, Term]) -> Quad:
    return Quad(row["thing"], row["property"], row["value"], row.get("graph") or DefaultGraph())  # type: ignore[arg-type]


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


def write(part: Part, format: Format) -> bytes:
    """A page in `format`, with a note on the document: its subject, its dataset, its licence, its sources.

    The note, the same in every format, tells of the pages before and after and of the day asked for. Formats
    without graphs leave the graphs out; CSV has no note.
    """
    if format is CSV:
        return _csv(part.quads)
    noted = [Quad(*parts, DefaultGraph()) for parts in _note(part)]
    if format in (N_QUADS, TRIG):
        return _serialize([*noted, *part.quads], format)
    return _serialize(sorted({quad.triple for quad in [*noted, *part.quads]}, key=str), format)


def _serialize(statements: Sequence[Quad | Triple], format: Format) -> bytes:
    """The same bytes every time: the engine's writer puts prefixes in an order of its own."""
    engine = format.engine
    if not isinstance(engine, RdfFormat):
        raise ValueError(f"{format.title} is no RDF format")
    if format is JSON_LD:
        from ontology import jsonld  # rdflib takes a while to load, and most services are never asked

        return jsonld.write(statements)
    written = _written(statements, engine, used(statements)).decode("utf-8")
    if format is RDF_XML:
        return _ROOT.sub(_sorted_attributes, written, count=1).encode("utf-8")
    lines = written.splitlines(keepends=True)
    head = [line for line in lines if line.startswith("@prefix ")]
    return "".join([*sorted(head), *lines[len(head) :]]).encode("utf-8")


def _written(
    statements: Sequence[Quad | Triple], engine: RdfFormat, prefixes: dict[str, str] | None
) -> bytes:
    return serialize(statements, format=engine, prefixes=prefixes) or b""  # type: ignore[arg-type]


def _sorted_attributes(root: re.Match[str]) -> str:
    return "<rdf:RDF " + " ".join(sorted(root[1].split())) + ">"


def document(about: str) -> str:
    """The IRI of the document about a thing, whatever its format."""
    return f"{BASE}doc/{about.removeprefix(THING)}"


def _note(part: Part) -> list[_Note]:
    page, about = NamedNode(part.document()), NamedNode(part.about)
    terms, foaf, void, rdfs = (STANDARD[name] for name in ("dcterms", "foaf", "void", "rdfs"))
    found = {_text(quad.object) for quad in part.quads}
    sources = {iri for iri in found if iri.startswith(_SOURCE)} - {part.about}
    notes: list[_Note] = [
        (page, NamedNode(foaf + "primaryTopic"), about),
        (page, NamedNode(terms + "license"), NamedNode(LICENCE)),
        (page, NamedNode(void + "inDataset"), _DATASET),
        *((page, NamedNode(terms + "source"), NamedNode(name)) for name in sorted(sources)),
    ]
    said: list[Mapping[str, str]] = []
    if part.as_of:
        day = Literal(part.as_of, datatype=NamedNode(STANDARD["xsd"] + "date"))
        notes.append((page, NamedNode(terms + "valid"), day))
        said.append({key: text.format(day=part.as_of) for key, text in _AS_OF.items()})
    if part.pages > 1:
        told = {"number": part.number, "pages": part.pages, "size": part.size}
        said.append({key: text.format(**told) for key, text in _PAGED.items()})
        notes.append((page, NamedNode(STANDARD["rdf"] + "type"), NamedNode(_HYDRA + "PartialCollectionView")))
        notes += [
            (page, NamedNode(_HYDRA + {"prev": "previous"}.get(name, name)), NamedNode(part.document(number)))
            for name, number in part.others().items()
        ]
    comment = NamedNode(rdfs + "comment")
    notes += [(page, comment, Literal(text, language=key)) for words in said for key, text in words.items()]
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
