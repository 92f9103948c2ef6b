"""Clients that people have: SPARQLWrapper, rdflib's SPARQLStore, pandas, R, curl."""

import json
import shutil
import subprocess
from urllib.error import HTTPError
from urllib.parse import urlencode

import httpx
import pandas
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


SUMMARY = f"""\
PREFIX vndx: <{VNDX}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?m ?date ?label (COUNT(?who) AS ?people) (SAMPLE(?nothing) AS ?unbound) {{
  ?m a vndx:Meeting ; vndx:date ?date ; rdfs:label ?label FILTER(lang(?label) = "vi")
  OPTIONAL {{ ?m vndx:participant ?who }} OPTIONAL {{ ?m vndx:noSuchProperty ?nothing }}
}} GROUP BY ?m ?date ?label ORDER BY ?m"""
EVERYTHING = "SELECT ?s ?p ?o { ?s ?p ?o }"


def address(service: Service, query: str, **parameters: str) -> str:
    return f"{service.url}/sparql?{urlencode({'query': query, **parameters})}"


def test_pandas_reads_csv_from_the_address_of_a_query(service: Service) -> None:
    frame = pandas.read_csv(address(service, SUMMARY, format="csv"), parse_dates=["date"], index_col="m")
    assert list(frame.columns) == ["date", "label", "people", "unbound"]
    meeting = frame.loc[MEETING]
    assert meeting["date"] == pandas.Timestamp(2021, 1, 4)
    assert "tỉnh Sóc Trăng" in meeting["label"]
    assert frame["people"].dtype == "int64"
    assert meeting["people"] > 1
    assert frame["unbound"].isna().all()
    assert frame["label"].notna().all()


def test_pandas_reads_what_a_header_asks_for(service: Service) -> None:
    headers = {"Accept": "text/csv", "Accept-Encoding": "gzip"}
    frame = pandas.read_csv(address(service, SUMMARY), storage_options=headers)
    assert frame.equals(pandas.read_csv(address(service, SUMMARY, format="csv")))
    headers = {"Accept": "text/tab-separated-values"}
    table = pandas.read_csv(address(service, SUMMARY), storage_options=headers, sep="\t")
    assert list(table.columns) == ["?m", "?date", "?label", "?people", "?unbound"]
    assert list(table["?m"].str.strip("<>")) == list(frame["m"])


def test_pandas_reads_a_large_table_piece_by_piece(service: Service) -> None:
    pieces = pandas.read_csv(address(service, EVERYTHING, format="csv"), chunksize=5000)
    table = pandas.concat(pieces)
    count = address(service, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", format="csv")
    assert len(table) == pandas.read_csv(count)["n"].item() > 20000
    assert table[["s", "p"]].notna().all(axis=None)


def test_pandas_is_told_of_a_mistake(service: Service) -> None:
    with pytest.raises(HTTPError, match="400") as raised:
        pandas.read_csv(address(service, "SELECT {", format="csv"))
    assert json.load(raised.value)["code"] == "query-syntax"


@pytest.mark.parametrize(
    "agent",
    [
        {"Accept": "*/*", "User-Agent": "R (4.4.1 x86_64-pc-linux-gnu x86_64 linux-gnu)"},
        {"Accept": "application/json, text/xml, application/xml, */*", "User-Agent": "httr/1.4.7"},
    ],
    ids=["read.csv", "httr"],
)
def test_r_asks_by_address_alone(service: Service, agent: dict[str, str]) -> None:
    """`read.csv(URL)` and `httr::GET(url, query = ...)` cannot or do not choose a media type."""
    with service.client(headers=agent) as client:
        answer = client.get(address(service, MEETINGS, format="csv"))
        spaced = client.get(address(service, MEETINGS, output="csv").replace("+", "%20"))
        default = client.get(address(service, MEETINGS))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.splitlines()[0] == "m"
    assert MEETING in answer.text.splitlines()
    assert spaced.text == answer.text
    assert [row["m"]["value"] for row in default.json()["results"]["bindings"]] == answer.text.splitlines()[
        1:
    ]


@pytest.mark.parametrize(
    "path", ["/sparql", "/doc/meeting/soc-trang-2021-01-04.ttl", "/graph/registry", "/dataset"]
)
def test_a_link_checker_asks_for_headers_only(service: Service, path: str) -> None:
    with service.client(headers={"Accept": "text/turtle"}) as client:
        head, whole = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"] == "text/turtle; charset=utf-8"
    assert head.headers.get("etag") == whole.headers.get("etag")


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


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--get", "--data-urlencode", f"query={MEETINGS}"],
        ["--data-urlencode", f"query={MEETINGS}"],
        ["--data-binary", MEETINGS, "-H", "Content-Type: application/sparql-query"],
        ["--compressed", "--get", "--data-urlencode", f"query={MEETINGS}"],
        ["--http1.0", "--data-urlencode", f"query={MEETINGS}"],
        ["-H", "Transfer-Encoding: chunked", "--data-urlencode", f"query={MEETINGS}"],
    ],
    ids=["get", "form", "direct", "compressed", "http-1.0", "chunked"],
)
def test_curl_asks_in_many_ways(service: Service, arguments: list[str]) -> None:
    command = ["curl", "-s", "--fail", *arguments, f"{service.url}/sparql"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    expected = httpx.get(address(service, MEETINGS), trust_env=False).json()
    assert MEETING in told
    assert json.loads(told) == expected
