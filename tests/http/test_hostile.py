"""Whatever a query is, its sender gets an honest refusal and the service goes on."""

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from running import Service

from service.app import create_app
from service.settings import Settings

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture
def client(guarded: Service) -> Iterator[httpx.Client]:
    with guarded.client() as client:
        yield client
        # Whatever the test did, the next query is answered.
        answer = client.post("/sparql", data={"query": COUNT})
        assert answer.json()["results"]["bindings"][0]["n"]["value"] == "3000"


def refused(answer: httpx.Response, status: int, code: str) -> str:
    """The problem's detail."""
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["vndx-problem"] == code
    problem = answer.json()
    assert (problem["code"], problem["status"]) == (code, status)
    return str(problem["detail"])


def workers(service: Service) -> dict[str, int]:
    """Process ids below the service's process, by name: the evaluator's parent, and its workers."""
    parents = _children(service.pid)
    found = {"parent": parents[0]} if parents else {}
    children = [child for parent in parents for child in _children(parent)]
    return found | {f"worker-{number}": child for number, child in enumerate(children)}


def _children(pid: int) -> list[int]:
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in lists for child in path.read_text().split()]


def test_a_query_that_runs_too_long_is_503(client: httpx.Client) -> None:
    answer = client.post("/sparql", data={"query": CROSS})
    assert "1.5 seconds" in refused(answer, 503, "query-timeout")
    assert int(answer.headers["retry-after"]) > 0


def test_cheap_queries_are_answered_while_heavy_ones_run(client: httpx.Client, guarded: Service) -> None:
    refusals: list[int] = []

    def heavy() -> None:
        with guarded.client() as other:
            refusals.append(other.post("/sparql", data={"query": CROSS}).status_code)

    threads = [threading.Thread(target=heavy) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    answer = client.post("/sparql", data={"query": COUNT + " LIMIT 1"})
    assert answer.status_code == 200
    for thread in threads:
        thread.join()
    assert refusals == [503] * 4


def test_a_bomb_of_braces_is_refused_and_nothing_dies(client: httpx.Client, guarded: Service) -> None:
    before = workers(guarded)
    bomb = "SELECT * " + "{" * 2250 + "}" * 2250
    assert "200 deep" in refused(client.post("/sparql", data={"query": bomb}), 400, "query-too-complex")
    assert workers(guarded) == before


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o FILTER(" + "!" * 15000 + "?o) }",
        "SELECT * { ?s " + "^" * 15000 + "<http://example.org/value> ?o }",
        "SELECT (" + "-" * 15000 + "1 AS ?x) {}",
        "SELECT * { ?s <http://example.org/value>" + "?" * 15000 + " ?o }",
        "ASK { FILTER(1" + "+1" * 7000 + " > 0) }",
        "ASK { FILTER(true" + "||true" * 2500 + ") }",
        "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 700 + "}",
        "SELECT * { " + "?s ?p ?o . " * 1500 + "}",
        "SELECT * { {}" + "UNION{}" * 2500 + "}",
        "SELECT * { ?s " + "<a>/" * 4000 + "<a> ?o }",
    ],
    ids="not inverse minus optional-path plus or optionals patterns unions path".split(),
)
def test_deep_recursion_without_brackets(client: httpx.Client, query: str) -> None:
    """Answered or refused, each is told properly; what it does to a worker stays there."""
    answer = client.post("/sparql", data={"query": query})
    assert answer.status_code in (200, 400, 413, 503)
    if answer.status_code != 200:
        assert answer.json()["code"] in (
            "query-too-complex", "query-syntax", "query-timeout", "result-too-large", "query-failed",
        )  # fmt: skip
    else:
        assert answer.json()["head"] is not None


def test_memory_is_bounded(client: httpx.Client) -> None:
    names = "abcdefghijklmnop"
    binds = [f"BIND(CONCAT({', '.join([f'?{old}'] * 8)}) AS ?{new})" for old, new in pairwise(names)]
    query = f'SELECT (STRLEN(?p) AS ?length) {{ BIND("0123456789abcdef" AS ?a) {" ".join(binds)} }}'
    answer = client.post("/sparql", data={"query": query})
    assert answer.status_code in (400, 503), answer.text[:200]
    assert answer.json()["code"] in ("query-too-complex", "query-timeout", "query-failed")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o\n#\nSeRvIcE ?s { ?s ?p ?o } }",
        'SELECT * { BIND("\\"" AS ?x) SERVICE <http://127.0.0.1:1/> {} }',
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o FILTER(?o<?p)SERVICE?s#>\n{ ?s ?p ?o } }",
        "\ufeffSELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE#c>{}\nSILENT # more\n ?x { ?s ?p ?o } VALUES ?x { <http://127.0.0.1:1/> } }",
        "PREFIX x: <http://127.0.0.1:1/> SELECT * { SERVICE x: { ?s ?p ?o } }",
        "PREFIX x: <http://127.0.0.1:1/> SELECT * { ?s ?p true.SERVICE x:service { ?s ?p ?o } }",
        "BASE <http://127.0.0.1:1/> SELECT * { { SELECT * { OPTIONAL { SERVICE <> { ?s ?p ?o } } } } }",
        "ASK { FILTER EXISTS { service<http://127.0.0.1:1/>{} } }",
        "CONSTRUCT { ?s ?p ?o } { \\U00000053\\u0065rvice <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'it' FILTER(?s<'a)SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ],
)
def test_service_is_refused_in_any_spelling(client: httpx.Client, query: str) -> None:
    assert "SERVICE" in refused(client.post("/sparql", data={"query": query}), 400, "service-refused")


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "PREFIX select: <http://example.org/> # SELECT\n LOAD <http://127.0.0.1:1/>",
        "CLEAR ALL",
        "drop silent default",
        "WITH <a:g> DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "\\u0049NSERT DATA { <a:a> <a:b> <a:c> }",
        "SELECT * {} ; INSERT DATA { <a:a> <a:b> <a:c> }",
    ],
)
def test_an_update_is_refused_however_it_comes(client: httpx.Client, update: str) -> None:
    typed = {"Content-Type": "application/sparql-update"}
    text = {"Content-Type": "application/sparql-query"}
    answers = [
        client.post("/sparql", data={"update": update}),
        client.get("/sparql", params={"update": update}),
        client.post("/sparql", params={"update": update}, content="ASK {}", headers=text),
        client.post("/sparql", data={"query": "ASK {}", "update": update}),
        client.post("/sparql", content=update, headers=typed),
        client.post("/sparql", data={"query": update}),
        client.get("/sparql", params={"query": update}),
        client.post("/sparql", content=update, headers=text),
    ]
    assert [answer.status_code for answer in answers[:5]] == [403] * 5
    assert {answer.json()["code"] for answer in answers} <= {"update-refused", "query-syntax"}
    assert {answer.status_code for answer in answers} <= {400, 403}


def test_what_would_change_a_graph_is_405(client: httpx.Client) -> None:
    for path in (
        "/rdf-graph-store?default",
        "/rdf-graph-store?graph=a:g",
        "/graph/x",
        "/sparql",
        "/id/person/x",
    ):
        for method in ("PUT", "DELETE", "PATCH", "POST", "TRACE", "BREW"):
            if (method, path) == ("POST", "/sparql"):
                continue
            answer = client.request(
                method, path, content="<a:a> <a:b> <a:c> .", headers={"Content-Type": "text/turtle"}
            )
            assert answer.status_code in (400, 405), (method, path, answer.text)
            if answer.status_code == 405:
                assert "GET" in answer.headers["allow"]


def test_no_request_leaves_even_where_the_text_was_not_understood(client: httpx.Client) -> None:
    """A comparison that reads like an IRI hides the keyword: the scanner is fooled, the sandbox is not."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.5)
        target = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        query = f"SELECT * {{ FILTER(1<'a>b')SERVICE<{target}>{{?s ?p '1'}} }}"
        answer = client.post("/sparql", data={"query": query})
        refused(answer, 400, "service-refused")
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_word_service_passes_where_it_is_no_keyword(client: httpx.Client) -> None:
    query = (
        "PREFIX service: <http://example.org/service/> # SERVICE <x>\n"
        'SELECT ?service { BIND("SERVICE <x> {" AS ?service) FILTER(?service != service:service) '
        "OPTIONAL { ?service <http://example.org/SERVICE> 'a SERVICE'@service } }"
    )
    answer = client.post("/sparql", data={"query": query})
    assert answer.status_code == 200, answer.text
    assert answer.json()["results"]["bindings"][0]["service"]["value"] == "SERVICE <x> {"


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_the_row_limit_refuses_and_never_cuts(client: httpx.Client, format: str) -> None:
    query = "SELECT ?s ?o { ?s ?p ?o } LIMIT "
    at_limit = client.post("/sparql", data={"query": query + "1000", "format": format})
    assert at_limit.status_code == 200
    assert at_limit.text.count("http://example.org/") == 1000
    over = client.post("/sparql", data={"query": query + "1001", "format": format})
    assert "1000 rows" in refused(over, 413, "result-too-large")


@pytest.mark.parametrize("format", ["json", "csv"])
def test_rows_are_counted_and_not_what_looks_like_them(client: httpx.Client, format: str) -> None:
    query = 'SELECT ("},{\\n},{" AS ?x) ?s { ?s ?p ?o } LIMIT 600'
    answer = client.post("/sparql", data={"query": query, "format": format})
    assert answer.status_code == 200
    assert answer.text.count("http://example.org/") == 600


def test_the_byte_limit_refuses(client: httpx.Client) -> None:
    query = 'SELECT ("' + "x" * 500 + '" AS ?long) { ?s ?p ?o } LIMIT 900'
    assert "bytes" in refused(client.post("/sparql", data={"query": query}), 413, "result-too-large")
    graph = "CONSTRUCT { ?s ?p ?o ; <http://example.org/again> ?o , ?s } { ?s ?p ?o }"
    assert "bytes" in refused(client.post("/sparql", data={"query": graph}), 413, "result-too-large")


def test_a_query_too_long_is_413(client: httpx.Client) -> None:
    long = "SELECT * { } #" + "x" * 30_000
    refused(client.post("/sparql", data={"query": long}), 413, "query-too-long")
    refused(client.get("/sparql", params={"query": long}), 413, "query-too-long")
    direct = client.post("/sparql", content=long, headers={"Content-Type": "application/sparql-query"})
    refused(direct, 413, "query-too-long")
    refused(client.post("/sparql", data={"query": long * 10}), 413, "query-too-long")


def complete(service: Service, gone: int = 0) -> dict[str, int]:
    """The processes of the service, once the parent and both workers are there, and `gone` is not."""
    deadline = time.monotonic() + 10
    while len(found := workers(service)) != 3 or gone in found.values():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def test_killed_processes_are_replaced(client: httpx.Client, guarded: Service) -> None:
    for name in ("worker-0", "worker-1", "parent"):
        killed = complete(guarded)[name]
        os.kill(killed, signal.SIGKILL)
        answer = client.post("/sparql", data={"query": COUNT})
        assert answer.status_code == 200, answer.text
        complete(guarded, gone=killed)


def test_a_client_that_leaves_frees_its_worker(client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.post("/sparql", data={"query": CROSS}, timeout=0.4)
    deadline = time.monotonic() + 5
    while "vndx_queries_running 0" not in (text := client.get("/metrics").text):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert 'vndx_worker_deaths_total{cause="left"}' in text


def test_an_unknown_function_leaves_its_variable_unbound(client: httpx.Client) -> None:
    query = "SELECT (<http://example.org/unknown>(1) AS ?x) (1 AS ?y) {}"
    answer = client.post("/sparql", data={"query": query})
    assert list(answer.json()["results"]["bindings"][0]) == ["y"]


def test_a_flood_is_refused_with_retry_after(numbers: Path) -> None:
    settings = Settings(
        dataset=(numbers,), workers=1, timeout=0.3, queue=6, queue_per_client=4, cache_bytes=0
    )

    async def flood() -> None:
        app = create_app(settings)

        async def ask(client: str, query: str) -> httpx.Response:
            transport = httpx.ASGITransport(app, client=(client, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as asker:
                return await asker.post("/sparql", data={"query": query})

        async with app.router.lifespan_context(app):
            assert (await ask("10.0.0.3", "ASK {}")).json()["boolean"] is True
            greedy = [asyncio.ensure_future(ask("10.0.0.1", CROSS)) for _ in range(8)]
            await asyncio.sleep(0.05)
            modest = asyncio.ensure_future(ask("10.0.0.2", "ASK {}"))
            answers = await asyncio.gather(*greedy)
            assert (await modest).json()["boolean"] is True
            assert [answer.status_code for answer in answers].count(429) == 3
            assert {answer.status_code for answer in answers} == {429, 503}
            assert all(answer.headers["retry-after"] for answer in answers)
            assert (await ask("10.0.0.3", "ASK {}")).json()["boolean"] is True
            others = await asyncio.gather(*(ask(f"10.0.1.{n}", CROSS) for n in range(9)))
            assert [other.json()["code"] for other in others].count("busy") == 2
            assert (await ask("10.0.0.3", "ASK {}")).json()["boolean"] is True

    asyncio.run(flood())
