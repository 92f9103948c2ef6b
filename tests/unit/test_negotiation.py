"""Choosing a format by Accept (RFC 9110 section 12.5.1) or by name."""

import pytest

from service.formats import (
    CSV,
    FORMATS,
    GRAPHS,
    HTML,
    JSON,
    JSON_LD,
    N_QUADS,
    RDF_XML,
    RESULTS,
    TSV,
    TURTLE,
    XML,
)
from service.negotiation import choose, negotiate, prefers_html

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV", CSV),
        ("text/*", CSV),
        ("text/*, text/csv;q=0.1", TSV),
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.5", XML),
        ("application/sparql-results+xml, application/sparql-results+json;q=0.9", XML),
        ("application/json", JSON),
        ("application/xml", XML),
        ("*/*;q=0.1, text/tab-separated-values;q=0.2", TSV),
        ("application/sparql-results+json;q=0, */*", XML),
        ("text/csv;charset=utf-8;q=0.9", CSV),
        ("image/png", None),
        ("text/csv;q=0", None),
        ("text/turtle", None),
        ("nonsense", None),
        ("*/json", None),
        (CHROME, JSON),
    ],
)
def test_results(accept: str | None, chosen: object) -> None:
    assert choose(accept, RESULTS) is chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, TURTLE),
        ("application/rdf+xml, text/turtle;q=0.9", RDF_XML),
        ("application/ld+json", JSON_LD),
        ("application/json", JSON_LD),
        ("application/n-quads, */*;q=0.1", N_QUADS),
        (CHROME, TURTLE),
        # What rdflib's parser sends.
        ("text/turtle,application/rdf+xml;q=0.8,*/*;q=0.1", TURTLE),
    ],
)
def test_graphs(accept: str | None, chosen: object) -> None:
    assert choose(accept, GRAPHS) is chosen


def test_a_page_is_chosen_for_browsers_only() -> None:
    offered = (HTML, *GRAPHS)
    assert choose(CHROME, offered) is HTML
    assert choose("application/xhtml+xml", offered) is HTML
    assert choose("text/turtle, text/html;q=0.5", offered) is TURTLE


@pytest.mark.parametrize(
    ("name", "offered", "chosen"),
    [
        ("json", RESULTS, JSON),
        ("json", GRAPHS, JSON_LD),
        ("xml", GRAPHS, RDF_XML),
        ("Turtle", GRAPHS, TURTLE),
        ("application/sparql-results+xml", RESULTS, XML),
        ("csv", GRAPHS, None),
        ("docx", RESULTS, None),
    ],
)
def test_a_name_overrides_accept(name: str, offered: tuple[object, ...], chosen: object) -> None:
    assert negotiate("text/tab-separated-values", name, offered) is chosen  # type: ignore[arg-type]


def test_names_extensions_and_media_types_are_each_of_one_format() -> None:
    assert len({format.name for format in FORMATS}) == len(FORMATS)
    assert len({format.media_type for format in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (CHROME, True),
        ("*/*", False),
        (None, False),
        ("text/html;q=0.5, text/turtle", False),
        ("text/html", True),
    ],
)
def test_who_prefers_html(accept: str | None, html: bool) -> None:
    assert prefers_html(accept) is html
