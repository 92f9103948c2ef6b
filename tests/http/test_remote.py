"""The remote evaluator against the native Oxigraph server, with and without a union default graph."""

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from running import serve

from loaders.release import open_release
from service.evaluators.port import EvaluatorUnavailable, QueryRequest, QueryTimeout, QueryTooLarge
from service.evaluators.remote import RemoteEvaluator
from service.settings import Settings

OXIGRAPH = shutil.which("oxigraph") or str(Path(sys.executable).with_name("oxigraph"))
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@contextmanager
def oxigraph(quads: Path, folder: Path, *options: str) -> Iterator[str]:
    """The native server on those quads; gives the address of its query endpoint."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    subprocess.run([OXIGRAPH, "load", "-l", folder, "-f", quads], check=True, capture_output=True, timeout=60)
    command = [OXIGRAPH, "serve-read-only", "-l", str(folder), "-b", f"127.0.0.1:{port}", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "oxigraph did not start"
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.skipif(not Path(OXIGRAPH).exists(), reason="the native oxigraph server is not installed")
@pytest.mark.parametrize("options", [("--union-default-graph",), ()], ids=["union", "no union"])
def test_the_same_service_over_another_engine(
    release: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    ours = open_release(release)
    with (
        oxigraph(ours.quads, tmp_path / "store", *options) as url,
        serve("--endpoint", url, release=release) as service,
        service.client() as client,
    ):
        counted = client.get("/sparql", params={"query": COUNT})
        assert counted.status_code == 200, counted.text
        assert int(counted.json()["results"]["bindings"][0]["n"]["value"]) == ours.manifest["quads"]
        assert counted.headers["vndx-release"] == ours.digest
        assert counted.headers["etag"]
        named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        assert client.get("/sparql", params={"query": named}).text == counted.text
        units = client.get("/graph/units", headers={"Accept": "application/n-triples"})
        assert len(units.text.splitlines()) == ours.manifest["graphs"]["https://w3id.org/vndx/graph/units"]
        page = client.get("/doc/platform/vo-so", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert "Vỏ sò" in page.text
        for format in ("json", "xml", "csv", "tsv"):
            assert client.get("/sparql", params={"query": COUNT, "format": format}).status_code == 200
        wrong = client.get("/sparql", params={"query": "SELECT * {\n ?s ?p }"})
        assert (wrong.status_code, wrong.json()["code"], wrong.json()["line"]) == (400, "query-syntax", 2)
        service_clause = "SELECT * { SERVICE <http://127.0.0.1:1/> {} }"
        assert client.get("/sparql", params={"query": service_clause}).json()["code"] == "service-refused"
        graph = client.get("/sparql", params={"query": "DESCRIBE <x>"}, headers={"Accept": "text/csv"})
        assert graph.status_code == 406
        assert client.get("/ready").status_code == 200


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


def test_what_goes_wrong_there_is_told_here() -> None:
    with pytest.raises(EvaluatorUnavailable, match="500: broken") as raised:
        ask(answer(b"broken", 500))
    assert raised.value.code == "bad-endpoint"
    with pytest.raises(EvaluatorUnavailable, match="cannot write json"):
        ask(lambda request: httpx.Response(200, content=b"<html>", headers={"Content-Type": "text/html"}))

    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(EvaluatorUnavailable, match="cannot be reached"):
        ask(unreachable)
