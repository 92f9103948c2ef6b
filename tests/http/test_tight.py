"""Bounds on the public's queries, however tight, are not those of pages: the service's own have theirs."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from backends import endpoint
from running import Service, serve

from loaders.release import open_release
from service.evaluators.port import QueryRequest, QueryTimeout
from service.evaluators.remote import RemoteEvaluator
from service.settings import MIB, Settings

TIGHT = "--max-rows 2 --max-bytes 1K --max-query 150".split()
ROWS = "SELECT ?s { ?s ?p ?o } LIMIT 3"
ID = "https://w3id.org/vndx/id/"
PERSON = quote(ID + "person/nguyen-manh-hung")
PLATFORM, PLACE = quote(ID + "platform/vo-so"), quote(ID + "unit/ben-tre")
PATHS = [
    ("/", "text/html"),
    ("/doc/person/nguyen-manh-hung", "text/html"),
    ("/doc/platform/vo-so.ttl", "text/turtle"),
    ("/doc/platform/vo-so?asOf=2021", "text/html"),
    ("/search?q=vo+so", "application/json"),
    ("/search?q=vo+so", "text/html"),
    (f"/explore?focus={PERSON}", "text/html"),
    (f"/api/neighbours?id={PERSON}", "application/json"),
    (f"/api/edge?from={PLATFORM}&to={PLACE}", "application/json"),
    (f"/api/path?from={PERSON}&to={PLATFORM}", "application/json"),
    ("/views/commitments", "text/html"),
    ("/views/map", "text/html"),
    ("/views/timeline", "text/html"),
    ("/questions/activity-and-pillar-ranks", "text/html"),
    ("/graph/units", "text/html"),
    ("/dataset", "text/html"),
    ("/ready", "application/json"),
    ("/reconcile?queries=" + quote('{"q": {"query": "Bến Tre"}}'), "application/json"),
]


@pytest.fixture(scope="module", params=["local", "native"])
def tight(
    request: pytest.FixtureRequest, release: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The service on the real record that gives the public next to nothing, over workers and an endpoint."""
    if request.param == "local":
        with serve(*TIGHT, release=release) as service:
            yield service
    else:
        quads, folder = open_release(release).quads, tmp_path_factory.mktemp("engine")
        with (
            endpoint(request.param, quads, folder) as url,
            serve("--endpoint", url, *TIGHT, release=release) as service,
        ):
            yield service


def test_pages_search_and_explorer_are_as_without_bounds(tight: Service, service: Service) -> None:
    def text(answer: httpx.Response, of: Service) -> str:
        return answer.text.replace(of.url, "")

    with service.client() as client, tight.client() as bounded:
        for path, accept in PATHS:
            expected = client.get(path, headers={"Accept": accept})
            assert expected.status_code == 200, path
            found = bounded.get(path, headers={"Accept": accept})
            assert found.status_code == 200, (path, found.text)
            assert text(found, tight) == text(expected, service), path


def test_the_public_is_bounded_all_the_same(tight: Service) -> None:
    long = "SELECT * {" + " " * 150 + "}"
    with tight.client() as client:
        for accept in ("application/json", "text/csv", "text/html"):
            refused = client.get("/sparql", params={"query": ROWS}, headers={"Accept": accept})
            assert refused.status_code == 413, refused.text
            refused = client.get("/sparql", params={"query": long}, headers={"Accept": accept})
            assert refused.status_code == 413, refused.text
        for path in ("/graph/units.nt", "/rdf-graph-store?default"):
            assert client.get(path).json()["code"] == "result-too-large"
        assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


def test_pages_have_time_of_their_own() -> None:
    async def slow(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.3)
        return httpx.Response(200, json={"head": {}, "boolean": True})

    async def ask(own: bool) -> bytes:
        transport = httpx.MockTransport(slow)
        evaluator = RemoteEvaluator(Settings(timeout=0.1), "http://endpoint/", None, transport)
        try:
            return (await evaluator.evaluate(QueryRequest("ASK {}", own=own))).read()
        finally:
            await evaluator.close()

    assert b"true" in asyncio.run(ask(own=True))
    with pytest.raises(QueryTimeout):
        asyncio.run(ask(own=False))


def test_looser_bounds_are_those_of_pages_too() -> None:
    given = Settings(max_rows=1_000_000, max_bytes=1, timeout=60.0)
    assert (given.own.max_rows, given.own.max_bytes, given.own.timeout) == (1_000_000, 64 * MIB, 60.0)
    assert given.own.own == given.own
