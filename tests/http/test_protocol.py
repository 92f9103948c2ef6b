"""The SPARQL 1.1 Protocol over HTTP, on the real record."""

import csv
import gzip
import io
import json
import re
from xml.etree import ElementTree

import httpx
import pytest
from backends import BACKEND
from pyoxigraph import RdfFormat, parse

PREFIX = "PREFIX vndx: <https://w3id.org/vndx/ontology#> "
SELECT = PREFIX + "SELECT ?m ?d { ?m a vndx:Meeting ; vndx:date ?d } ORDER BY ?m"
ASK = PREFIX + "ASK { ?m a vndx:Meeting }"
CONSTRUCT = PREFIX + "CONSTRUCT WHERE { ?m a vndx:Meeting }"
MEETING = "https://w3id.org/vndx/id/meeting/soc-trang-2021-01-04"


def rows(answer: httpx.Response) -> list[dict[str, dict[str, str]]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, dict[str, str]]] = answer.json()["results"]["bindings"]
    return found


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_the_three_ways_of_asking_give_the_same_answer(client: httpx.Client, way: str) -> None:
    if way == "get":
        answer = client.get("/sparql", params={"query": SELECT})
    elif way == "form":
        answer = client.post("/sparql", data={"query": SELECT})
    else:
        answer = client.post(
            "/sparql",
            content=SELECT.encode(),
            headers={"Content-Type": "application/sparql-query; charset=UTF-8"},
        )
    assert {"m": {"type": "uri", "value": MEETING}}["m"] in [row["m"] for row in rows(answer)]
    assert answer.headers["content-type"] == "application/sparql-results+json"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.6", "application/sparql-results+xml"),
        ("text/*", "text/csv; charset=utf-8"),
        ("*/*", "application/sparql-results+json"),
    ],
)
def test_results_come_in_the_accepted_format(client: httpx.Client, accept: str, media_type: str) -> None:
    answer = client.get("/sparql", params={"query": SELECT}, headers={"Accept": accept})
    assert answer.headers["content-type"] == media_type
    assert MEETING in answer.text
    assert "Accept" in answer.headers["vary"]
    boolean = client.get("/sparql", params={"query": ASK}, headers={"Accept": accept})
    assert "true" in boolean.text


def test_each_results_format_reads_as_what_it_says(client: httpx.Client) -> None:
    read = {
        name: client.get("/sparql", params={"query": SELECT, "format": name}).text
        for name in ("xml", "csv", "tsv")
    }
    count = len(rows(client.get("/sparql", params={"query": SELECT})))
    assert count > 3
    table = list(csv.reader(io.StringIO(read["csv"])))
    assert table[0] == ["m", "d"]
    assert len(table) == count + 1
    assert len(read["tsv"].splitlines()) == count + 1
    namespace = "{http://www.w3.org/2005/sparql-results#}"
    assert len(ElementTree.fromstring(read["xml"]).findall(f".//{namespace}result")) == count


@pytest.mark.parametrize(
    ("media_type", "format"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/trig", RdfFormat.TRIG),
        ("application/n-quads", RdfFormat.N_QUADS),
    ],
)
def test_graphs_come_in_every_rdf_format(client: httpx.Client, media_type: str, format: RdfFormat) -> None:
    answer = client.get("/sparql", params={"query": CONSTRUCT}, headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    subjects = {quad.subject.value for quad in parse(answer.content, format)}
    assert MEETING in subjects
    described = client.get(
        "/sparql", params={"query": f"DESCRIBE <{MEETING}>"}, headers={"Accept": media_type}
    )
    assert {quad.subject.value for quad in parse(described.content, format)} >= {MEETING}


def test_no_acceptable_format_is_406_that_lists_what_is_offered(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": SELECT}, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not-acceptable"
    assert "text/csv" in answer.json()["offered"]
    assert "text/turtle" in answer.json()["offered"]


def test_a_graph_accepted_as_csv_only_is_406_with_the_graph_formats(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": CONSTRUCT}, headers={"Accept": "text/csv"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.json()["offered"]
    assert "text/csv" not in answer.json()["offered"]


def test_a_syntax_error_is_400_with_line_and_column(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": "SELECT * {\n  ?s ?p\n}"})
    assert answer.status_code == 400
    problem = answer.json()
    assert (problem["code"], problem["status"]) == ("query-syntax", 400)
    assert (problem["line"], problem["column"]) == (3, 2)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["", " \n"])
def test_an_empty_query_is_told_as_such(client: httpx.Client, query: str) -> None:
    for answer in (
        client.get("/sparql", params={"query": query}),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", content=query, headers={"Content-Type": "application/sparql-query"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "query-syntax")
        assert answer.json()["detail"] == "The query is empty."


def test_the_dataset_of_the_request_replaces_the_union(client: httpx.Client) -> None:
    def count(query: str, **parameters: str | list[str]) -> int:
        answer = client.get("/sparql", params={"query": query, **parameters})
        return int(rows(answer)[0]["n"]["value"])

    everything, graphs = (
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    )
    registry, units = "https://w3id.org/vndx/graph/registry", "https://w3id.org/vndx/graph/units"
    one, other = (count(everything, **{"default-graph-uri": iri}) for iri in (registry, units))
    assert 0 < one < count(everything)
    assert count(everything, **{"default-graph-uri": [registry, units]}) == one + other
    assert count(graphs, **{"default-graph-uri": registry}) == 0
    assert count(graphs, **{"named-graph-uri": registry}) == one
    assert count(everything, **{"named-graph-uri": registry}) == 0
    assert count(everything) == count(graphs)
    assert count(f"SELECT (COUNT(*) AS ?n) FROM <{units}> {{ ?s ?p ?o }}") == other


def test_updates_are_refused(client: httpx.Client) -> None:
    insert = "INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }"
    direct = {"content": insert, "headers": {"Content-Type": "application/sparql-update"}}
    for answer in (
        client.post("/sparql", data={"update": insert}),
        client.post("/sparql", **direct),
        client.get("/sparql", params={"query": insert}),
    ):
        assert answer.status_code == 403
        assert answer.json()["code"] == "update-refused"


def test_requests_that_make_no_sense(client: httpx.Client) -> None:
    two = client.get("/sparql", params={"query": [ASK, ASK]})
    assert (two.status_code, two.json()["code"]) == (400, "bad-request")
    empty = client.post("/sparql", data={"other": "1"})
    assert (empty.status_code, empty.json()["code"]) == (400, "bad-request")
    latin = client.get("/sparql?query=%FF")
    assert (latin.status_code, latin.json()["code"]) == (400, "bad-request")
    typed = client.post("/sparql", content=ASK, headers={"Content-Type": "application/json"})
    assert (typed.status_code, typed.json()["code"]) == (415, "unsupported-media-type")
    assert "application/sparql-query" in typed.headers["accept-post"]


def test_percent_encoding_is_decoded_once(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": 'SELECT ("100%25" AS ?x) ("a+b" AS ?y) {}'})
    assert rows(answer)[0]["x"]["value"] == "100%25"
    assert rows(answer)[0]["y"]["value"] == "a+b"


def test_methods(client: httpx.Client) -> None:
    put = client.put("/sparql", content="x")
    assert put.status_code == 405
    assert {part.strip() for part in put.headers["allow"].split(",")} == {"GET", "HEAD", "OPTIONS", "POST"}
    options = client.options("/sparql")
    assert options.status_code == 204
    assert "POST" in options.headers["allow"]
    get = client.get("/sparql", params={"query": SELECT})
    head = client.head("/sparql", params={"query": SELECT})
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-length", "content-type", "etag", "vary"):
        assert head.headers[name] == get.headers[name]


def test_answers_are_tagged_by_release_query_format_and_encoding(client: httpx.Client) -> None:
    plain = {"Accept-Encoding": "identity"}
    first = client.get("/sparql", params={"query": SELECT}, headers=plain)
    tag = first.headers["etag"]
    # Another engine may give its rows in another order each time, which a strong tag would deny.
    assert tag.startswith('"' if BACKEND == "local" else 'W/"')
    again = client.get("/sparql", params={"query": SELECT}, headers={**plain, "If-None-Match": f'"x", {tag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    other = client.get(
        "/sparql", params={"query": SELECT, "format": "csv"}, headers={**plain, "If-None-Match": tag}
    )
    assert other.status_code == 200
    assert other.headers["etag"] != tag
    packed = client.get("/sparql", params={"query": SELECT}, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["etag"] != tag
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == first.json()
    assert "Accept-Encoding" in packed.headers["vary"]
    held = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["etag"]}
    assert client.get("/sparql", params={"query": SELECT}, headers=held).status_code == 304


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_answers_that_change_by_themselves_have_no_tag(client: httpx.Client, function: str) -> None:
    answers = [client.get("/sparql", params={"query": f"SELECT ({function} AS ?x) {{}}"}) for _ in range(2)]
    for answer in answers:
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
    if function != "BNODE()":
        assert rows(answers[0]) != rows(answers[1])


def test_a_page_with_an_answer_that_changes_by_itself_has_no_tag(client: httpx.Client) -> None:
    now, lasting = (
        client.get(
            "/sparql", params={"query": f"SELECT ({word} AS ?x) {{}}"}, headers={"Accept": "text/html"}
        )
        for word in ("NOW()", "'NOW()'")
    )
    assert "etag" not in now.headers
    assert now.headers["cache-control"] == "no-store"
    assert lasting.headers["etag"]


def test_a_page_answers_from_the_dataset_of_its_address(client: httpx.Client) -> None:
    registry = "https://w3id.org/vndx/graph/registry"
    asked = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
    for dataset in ({}, {"default-graph-uri": registry}, {"named-graph-uri": registry}):
        number = rows(client.get("/sparql", params=asked | dataset))[0]["n"]["value"]
        shown = client.get("/sparql", params=asked | dataset | {"format": "html"})
        assert shown.headers["content-type"] == "text/html; charset=utf-8"
        table = shown.text.partition("<tbody>")[2].partition("</tbody>")[0]
        assert re.findall(r"\d+", re.sub(r"<[^>]*>|[.,\s]", "", table)) == [number]


def test_every_answer_says_release_limits_and_what_browsers_may_do(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": SELECT})
    assert len(answer.headers["vndx-release"]) == 64
    assert "rows=100000" in answer.headers["vndx-limits"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert answer.headers["content-disposition"].startswith('inline; filename="vndx-')
    for each in (answer, client.get("/health"), client.get("/nothing-here"), client.get("/")):
        assert "default-src 'self'" in each.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in each.headers["content-security-policy"]
        assert each.headers["x-content-type-options"] == "nosniff"
        assert each.headers["referrer-policy"]
    preflight = client.options(
        "/sparql", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_large_answers_come_whole_and_compressed(client: httpx.Client) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
    plain = client.get("/sparql", params={"query": query}, headers={"Accept-Encoding": "identity"})
    assert int(plain.headers["content-length"]) == len(plain.content) > 1_000_000
    with client.stream(
        "GET", "/sparql", params={"query": query}, headers={"Accept-Encoding": "gzip"}
    ) as packed:
        raw = b"".join(packed.iter_raw())
    assert gzip.decompress(raw) == plain.content
    json.loads(plain.content)


def test_without_a_query_it_describes_itself(client: httpx.Client) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    sd = "http://www.w3.org/ns/sparql-service-description#"
    triples = [
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in parse(answer.content, RdfFormat.TURTLE)
    ]
    endpoint = str(client.base_url).rstrip("/") + "/sparql"
    objects = {(predicate, object) for subject, predicate, object in triples if subject == endpoint}
    assert (sd + "endpoint", endpoint) in objects
    assert (sd + "supportedLanguage", sd + "SPARQL11Query") in objects
    assert (sd + "feature", sd + "UnionDefaultGraph") in objects
    formats = {object for predicate, object in objects if predicate == sd + "resultFormat"}
    assert formats >= {
        f"http://www.w3.org/ns/formats/{name}" for name in ("SPARQL_Results_JSON", "Turtle", "N-Quads")
    }
    names = {object for _, predicate, object in triples if predicate == sd + "name"}
    assert "https://w3id.org/vndx/graph/registry" in names


def test_a_browser_gets_pages(client: httpx.Client) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    editor = client.get("/sparql", headers=accept)
    assert editor.headers["content-type"].startswith("text/html")
    wrong = client.get("/sparql", params={"query": "SELECT"}, headers=accept)
    assert wrong.status_code == 400
    assert wrong.headers["content-type"].startswith("text/html")
    missing = client.get("/nothing-here", headers=accept)
    assert missing.status_code == 404
    assert missing.headers["content-type"].startswith("text/html")
    forced = client.get("/sparql", params={"query": ASK, "format": "json"}, headers=accept)
    assert forced.json()["boolean"] is True
