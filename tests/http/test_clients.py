"""Clients that people have: SPARQLWrapper, rdflib's SPARQLStore, curl."""

import shutil
import subprocess

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from running import Service
from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

VNDX = Namespace("https://w3id.org/vndx/ontology#")
MEETING = "https://w3id.org/vndx/id/meeting/soc-trang-2021-01-04"
MEETINGS = f"PREFIX vndx: <{VNDX}> SELECT ?m {{ ?m a vndx:Meeting }} ORDER BY ?m"


def test_sparqlwrapper(service: Service) -> None:
    wrapper = SPARQLWrapper(f"{service.url}/sparql")
    wrapper.setQuery(MEETINGS)
    wrapper.setReturnFormat(JSON)
    by_get = [row["m"]["value"] for row in wrapper.queryAndConvert()["results"]["bindings"]]
    assert MEETING in by_get
    wrapper.setMethod(POST)
    assert [row["m"]["value"] for row in wrapper.queryAndConvert()["results"]["bindings"]] == by_get
    wrapper.setReturnFormat(CSV)
    assert MEETING.encode() in wrapper.queryAndConvert()
    wrapper.setReturnFormat(XML)
    assert MEETING in wrapper.queryAndConvert().toxml()
    wrapper.setReturnFormat(TURTLE)
    wrapper.setQuery(f"DESCRIBE <{MEETING}>")
    assert (URIRef(MEETING), None, VNDX.Meeting) in Graph().parse(
        data=wrapper.queryAndConvert(), format="turtle"
    )
    wrapper.setReturnFormat(JSON)
    wrapper.setQuery("SELECT * {")
    with pytest.raises(QueryBadFormed, match="query-syntax"):
        wrapper.query()


def test_rdflib_sparqlstore(service: Service) -> None:
    graph = Graph(SPARQLStore(f"{service.url}/sparql"))
    assert MEETING in {str(row.m) for row in graph.query(MEETINGS)}  # type: ignore[union-attr]
    assert (URIRef(MEETING), None, VNDX.Meeting) in graph
    assert graph.query(f"ASK {{ <{MEETING}> a <{VNDX.Meeting}> }}").askAnswer is True


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    ("path", "accept", "status", "media_type", "holds"),
    [
        ("/sparql", "text/turtle", 200, "text/turtle", "sd:endpoint"),
        ("/sparql", "text/html", 200, "text/html", "<html"),
        ("/sparql?query=ASK%20%7B%7D", "text/csv", 200, "text/csv", "true"),
        ("/graph/registry", "application/n-triples", 200, "application/n-triples", "vo-so"),
        ("/graph/registry", "image/png", 406, "application/problem+json", "text/turtle"),
        ("/dataset", "application/ld+json", 200, "application/ld+json", "dcat"),
        ("/id/platform/vo-so", "text/turtle", 303, "", ""),
    ],
)
def test_curl(service: Service, path: str, accept: str, status: int, media_type: str, holds: str) -> None:
    command = [
        "curl",
        "-s",
        "-H",
        f"Accept: {accept}",
        "-w",
        "\n%{http_code} %{content_type}",
        service.url + path,
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    body, _, last = told.rpartition("\n")
    assert last.split()[0] == str(status)
    assert media_type in last
    assert holds in body
