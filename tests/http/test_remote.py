"""The service over other engines: the native Oxigraph server and, where it is installed, Virtuoso."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from backends import VIRTUOSO, endpoint
from lying import Liar, declared, listening
from pyoxigraph import QuerySolutions, RdfFormat, Store
from running import Service, serve

from loaders.release import open_release
from service.evaluators.port import EvaluatorUnavailable, QueryRequest, QueryTimeout, QueryTooLarge
from service.evaluators.remote import RemoteEvaluator
from service.graph import query
from service.settings import Settings

ID = "https://w3id.org/vndx/id/"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


ENGINES = ["native", "plain", *(["virtuoso"] if VIRTUOSO else [])]
"""The native server with and without the union as its default graph; Virtuoso only where it is installed."""


@pytest.fixture(params=ENGINES, scope="module")
def over(
    request: pytest.FixtureRequest, release: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The service on the real record, over another engine."""
    quads = open_release(release).quads
    with (
        endpoint(request.param, quads, tmp_path_factory.mktemp("engine")) as url,
        serve("--endpoint", url, release=release) as service,
    ):
        yield service


@pytest.mark.long
def test_the_same_service_over_another_engine(over: Service, release: Path) -> None:
    ours = open_release(release)
    units = "https://w3id.org/vndx/graph/units"
    with over.client() as client:
        counted = client.get("/sparql", params={"query": COUNT})
        assert counted.status_code == 200, counted.text
        assert int(counted.json()["results"]["bindings"][0]["n"]["value"]) == ours.manifest["quads"]
        assert counted.headers["vndx-release"] == ours.digest
        assert counted.headers["etag"]
        named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        assert client.get("/sparql", params={"query": named}).json() == counted.json()
        graph = client.get("/graph/units", headers={"Accept": "application/n-triples"})
        assert len(graph.text.splitlines()) == ours.manifest["graphs"][units]
        tag = graph.headers["etag"]
        assert tag.startswith('W/"')  # the engine may put the same triples in another order each time
        held = {"Accept": "application/n-triples", "If-None-Match": tag}
        assert client.get("/graph/units", headers=held).status_code == 304
        page = client.get("/doc/platform/vo-so", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert "Vỏ sò" in page.text
        for format in ("json", "xml", "csv", "tsv"):
            assert client.get("/sparql", params={"query": COUNT, "format": format}).status_code == 200
        assert client.get("/sparql", params={"query": "ASK {}", "format": "csv"}).text == "true"
        service_clause = "SELECT * { SERVICE <http://127.0.0.1:1/> {} }"
        assert client.get("/sparql", params={"query": service_clause}).json()["code"] == "service-refused"
        graph = client.get("/sparql", params={"query": "DESCRIBE <x>"}, headers={"Accept": "text/csv"})
        assert graph.status_code == 406
        assert client.get("/ready").status_code == 200
        described = client.get("/sparql", headers={"Accept": "text/turtle"})
        assert "sd:feature sd:UnionDefaultGraph" in described.text
    assert not any("WARNING" in line for line in over.log), over.log


def test_a_dataset_in_the_query_or_beside_it_is_the_dataset(over: Service, release: Path) -> None:
    """The native server overlooks FROM where its default graph is the union."""
    expected = open_release(release).manifest["graphs"]["https://w3id.org/vndx/graph/units"]
    with over.client() as client:
        for text in (
            "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/vndx/graph/units> { ?s ?p ?o }",
            "PREFIX g: <https://w3id.org/vndx/graph/> SELECT (COUNT(*) AS ?n) FROM NAMED g:units {"
            " GRAPH ?g { ?s ?p ?o } }",
        ):
            answer = client.post("/sparql", data={"query": text}).json()
            assert int(answer["results"]["bindings"][0]["n"]["value"]) == expected


def test_the_ties_of_the_explorer_are_the_same(over: Service, release: Path) -> None:
    """Every one of them, in time; and a path and a tie of them are explained."""
    store = Store()
    store.load(path=open_release(release).quads, format=RdfFormat.N_QUADS)
    found = store.query(query("ties"), use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    expected = sorted([str(getattr(term, "value", "")) for term in row] for row in found)
    ends = {"from": ID + "person/nguyen-manh-hung", "to": ID + "unit/ben-tre"}
    with over.client() as client:
        answer = client.post("/sparql", data={"query": query("ties")})
        assert answer.status_code == 200, answer.text
        rows = answer.json()["results"]["bindings"]
        assert sorted([row.get(name, {}).get("value", "") for name in names] for row in rows) == expected
        for path, told in (("/api/path", "paths"), ("/api/edge", "edges")):
            answer = client.get(path, params=ends)
            assert answer.status_code == 200, answer.text
            assert answer.json()[told]


def test_a_mistake_is_told_with_its_place(over: Service) -> None:
    with over.client() as client:
        wrong = client.get("/sparql", params={"query": "SELECT * {\n ?s ?p }"})
        assert (wrong.status_code, wrong.json()["code"]) == (400, "query-syntax")
        # Virtuoso counts lines of its own before the query's.
        assert wrong.json()["line"] == (None if "Virtuoso" in wrong.json()["detail"] else 2)


def test_without_a_release_search_is_made_and_nothing_is_kept(
    service: Service, release: Path, tmp_path: Path
) -> None:
    quads = open_release(release).quads
    with (
        endpoint("plain", quads, tmp_path / "engine") as url,
        serve("--endpoint", url, release=tmp_path / "nothing") as bare,
        service.client() as known,
        bare.client() as client,
    ):
        assert any("reading the endpoint's graphs" in line for line in bare.log)
        for text in ("vo so", "nguyen manh hung", "Bến Tre"):
            found = client.get("/search", params={"q": text, "lang": "en"}).json()
            assert found["results"]
            assert found == known.get("/search", params={"q": text, "lang": "en"}).json()
        answer = client.get("/sparql", params={"query": COUNT})
        assert "etag" not in answer.headers
        assert "vndx-release" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert client.get("/graph/units.nt").text.count("\n") == known.get("/graph/units.nt").text.count("\n")
        for path in ("/", "/doc/person/nguyen-manh-hung", "/questions", "/dataset", "/explore", "/views"):
            page = client.get(path, headers={"Accept": "text/html"})
            assert page.status_code == 200, (path, page.text)
        assert client.get("/ready").json() == {"status": "ready", "release": ""}


@pytest.fixture(scope="module")
def two(people: Path) -> Store:
    """A graph of two named graphs, and a triple outside them."""
    store = Store()
    store.load(path=people)
    return store


@pytest.mark.parametrize(("deaf", "said"), [(False, True), (True, False)], ids=["asked", "deaf"])
def test_a_union_is_claimed_only_where_there_is_one(
    two: Store, tmp_path: Path, deaf: bool, said: bool
) -> None:
    """An endpoint without one is asked for it with each query; if it does not listen, that is told."""
    liar = Liar(two, union=False, deaf=deaf)
    with (
        listening(liar, [declared]) as url,
        serve("--endpoint", url, release=tmp_path) as service,
        service.client() as client,
    ):
        described = client.get("/sparql", headers={"Accept": "text/turtle"})
        assert ("sd:UnionDefaultGraph" in described.text) is said
        assert any("WARNING" in line and "union" in line for line in service.log) is not said
        names = client.post("/sparql", data={"query": 'ASK { ?s ?p "Bình"@vi }'}).json()
        assert names["boolean"] is said


def test_what_was_retired_is_not_asked_for_each_page(two: Store, tmp_path: Path) -> None:
    liar = Liar(two)
    with (
        listening(liar, [declared]) as url,
        serve("--endpoint", url, release=tmp_path) as service,
        service.client() as client,
    ):
        for name in "abcdef":
            assert client.get(f"/doc/person/{name}").status_code == 404
    asked = [text for text in liar.asked if text == query("retired")]
    assert len(asked) in (1, 2)  # a minute may have ended between the pages


def ask(handler: object, query: str = COUNT, format: str = "json", **settings: object) -> object:
    """Ask an evaluator whose endpoint is `handler`."""

    async def run() -> object:
        transport = httpx.MockTransport(handler)  # type: ignore[arg-type]
        evaluator = RemoteEvaluator(Settings(**settings), "http://endpoint/", None, transport)  # type: ignore[arg-type]
        try:
            return (await evaluator.evaluate(QueryRequest(query, format, format))).read()
        finally:
            await evaluator.close()

    return asyncio.run(run())


def answer(body: bytes, status: int = 200, kind: str = "application/sparql-results+json") -> object:
    headers = {"Content-Type": kind}
    return lambda request: httpx.Response(status, content=body, headers=headers)


def test_bounds_hold_for_the_endpoint_too() -> None:
    with pytest.raises(QueryTooLarge, match="100 bytes"):
        ask(answer(b" " * 101), max_bytes=100)

    async def slow(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(5)
        return httpx.Response(200)

    with pytest.raises(QueryTimeout, match=r"0\.1 seconds"):
        ask(slow, timeout=0.1)


def test_a_part_of_an_answer_is_none() -> None:
    """Virtuoso sends what it had when its time was over, as a whole body."""
    whole = b'{"head": {"vars": ["n"]}, "results": {"bindings": []}}'
    kind = {"Content-Type": "application/sparql-results+json"}
    assert b"bindings" in ask(answer(whole))  # type: ignore[operator]
    for status, headers in ((200, kind | {"X-SQL-State": "S1TAT"}), (206, kind)):
        with pytest.raises(QueryTimeout, match="gave up"):
            ask(lambda request, s=status, h=headers: httpx.Response(s, content=whole, headers=h))


def test_an_engine_that_is_away_may_be_back() -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    for handler in (unreachable, answer(b"starting", 503), answer(b"no engine", 502)):
        with pytest.raises(EvaluatorUnavailable) as raised:
            ask(handler)
        assert (raised.value.code, raised.value.retry_after) == ("not-ready", 5)


def test_what_goes_wrong_there_is_told_here() -> None:
    with pytest.raises(EvaluatorUnavailable, match="500: broken") as raised:
        ask(answer(b"broken", 500))
    assert raised.value.code == "bad-endpoint"
    with pytest.raises(EvaluatorUnavailable, match="cannot write json"):
        ask(lambda request: httpx.Response(200, content=b"<html>", headers={"Content-Type": "text/html"}))
