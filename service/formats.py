"""The one table of media types: what the service writes, and by which names it may be asked for."""

from dataclasses import dataclass
from typing import Final, Literal

from pyoxigraph import QueryResultsFormat, RdfFormat

Family = Literal["results", "graph", "page"]

_UNIQUE: Final = "http://www.w3.org/ns/formats/"


@dataclass(frozen=True, eq=False)
class Format:
    """A format the service writes; there is one object of each, in the table below.

    `name` is its word in `format=`, and its file extension; `media_type` is what answers carry, `aliases` are
    further media types a client may ask for it by. `engine` is the engine's writer, None for HTML.
    """

    name: str
    title: str
    family: Family
    media_type: str
    aliases: tuple[str, ...]
    engine: QueryResultsFormat | RdfFormat | None

    @property
    def extension(self) -> str:
        """The extension of a file in this format, without the dot."""
        return self.name

    @property
    def content_type(self) -> str:
        """The Content-Type of an answer: textual types name their charset (RFC 7111, RFC 9110 8.3)."""
        return self.media_type + ("; charset=utf-8" if self.media_type.startswith("text/") else "")

    @property
    def unique_iri(self) -> str | None:
        """The address under http://www.w3.org/ns/formats/ by which service descriptions name the format."""
        # The engine's own address for JSON-LD is another; only the last part of it is the registered name.
        return None if self.engine is None else _UNIQUE + self.engine.iri.rpartition("/")[2]


JSON: Final = Format(
    "json",
    "SPARQL results in JSON",
    "results",
    "application/sparql-results+json",
    ("application/json",),
    QueryResultsFormat.JSON,
)
XML: Final = Format(
    "xml",
    "SPARQL results in XML",
    "results",
    "application/sparql-results+xml",
    ("application/xml", "text/xml"),
    QueryResultsFormat.XML,
)
CSV: Final = Format("csv", "CSV", "results", "text/csv", (), QueryResultsFormat.CSV)
TSV: Final = Format("tsv", "TSV", "results", "text/tab-separated-values", (), QueryResultsFormat.TSV)

TURTLE: Final = Format(
    "ttl", "Turtle", "graph", "text/turtle", ("application/turtle", "application/x-turtle"), RdfFormat.TURTLE
)
N_TRIPLES: Final = Format(
    "nt", "N-Triples", "graph", "application/n-triples", ("text/plain",), RdfFormat.N_TRIPLES
)
RDF_XML: Final = Format(
    "rdf",
    "RDF/XML",
    "graph",
    "application/rdf+xml",
    ("application/xml", "text/xml"),
    RdfFormat.RDF_XML,
)
JSON_LD: Final = Format(
    "jsonld", "JSON-LD", "graph", "application/ld+json", ("application/json",), RdfFormat.JSON_LD
)
TRIG: Final = Format("trig", "TriG", "graph", "application/trig", ("application/x-trig",), RdfFormat.TRIG)
N_QUADS: Final = Format(
    "nq", "N-Quads", "graph", "application/n-quads", ("text/x-nquads", "text/nquads"), RdfFormat.N_QUADS
)

HTML: Final = Format("html", "HTML", "page", "text/html", ("application/xhtml+xml",), None)

RESULTS: Final = (JSON, XML, CSV, TSV)
"""Formats of SELECT and ASK answers, the default first."""
GRAPHS: Final = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD, TRIG, N_QUADS)
"""Formats of CONSTRUCT, DESCRIBE and of graphs, the default first."""
FORMATS: Final = (*RESULTS, *GRAPHS, HTML)

_SPOKEN: Final = {
    "turtle": "ttl",
    "ntriples": "nt",
    "nquads": "nq",
    "rdfxml": "rdf",
    "json-ld": "jsonld",
    "srj": "json",
    "srx": "xml",
}


def by_name(name: str, offered: tuple[Format, ...] = FORMATS) -> Format | None:
    """The first format among `offered` that goes by `name`: its name, another word for it, or a media type.

    `json` and `xml` ask for JSON-LD and RDF/XML where only graphs are offered.
    """
    wanted = name.strip().lower()
    for format in offered:
        if wanted in (format.name, format.media_type) or _SPOKEN.get(wanted) == format.name:
            return format
    for format in offered:
        if wanted in format.aliases or f"application/{wanted}" in format.aliases:
            return format
    return None
