"""The layer around all routes: failures, proxies, static files, weights of encodings."""

import asyncio
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from service.app import create_app
from service.delivery.clients import InFlight
from service.problems import Problem
from service.settings import Settings


def ask(settings: Settings, *requests: httpx.Request, direct: bool = True) -> list[httpx.Response]:
    """The answers of an application of those settings, asked in process; `direct`: by the short way too."""

    async def run() -> list[httpx.Response]:
        app = create_app(settings)
        if not direct:
            app.delivery.direct = {}

        async def broken(request: Request) -> Response:
            raise RuntimeError("secret of ours")

        app.router.add_route("/broken", broken)
        transport = httpx.ASGITransport(app, client=("10.0.0.1", 1))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://test") as client,
        ):
            return [await client.send(request) for request in requests]

    return asyncio.run(run())


def get(path: str, **headers: str) -> httpx.Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Request("GET", f"http://test{path}", headers=named)


def test_a_failure_of_ours_is_told_without_its_secrets(people: Path) -> None:
    plain, page, after = ask(
        Settings(dataset=(people,)), get("/broken"), get("/broken", accept="text/html"), get("/health")
    )
    assert (plain.status_code, plain.json()["code"]) == (500, "internal-error")
    assert page.status_code == 500
    for answer in (plain, page):
        assert "secret of ours" not in answer.text
        assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert after.status_code == 200


def test_a_proxy_is_believed_only_where_it_is_trusted(people: Path) -> None:
    request = get("/sparql", accept="text/turtle", x_forwarded_proto="https")
    (believed,) = ask(Settings(dataset=(people,), trusted_proxy=True), request)
    (ignored,) = ask(Settings(dataset=(people,)), request)
    assert "<https://test/sparql>" in believed.text
    assert "<http://test/sparql>" in ignored.text


def test_the_client_behind_a_proxy_is_the_one_that_the_proxy_named(people: Path) -> None:
    """Some proxies add to the header that is there, some add another; what is before may be the client's."""
    seen: list[str] = []

    class Noting(InFlight):
        def one(self, client: str) -> AbstractContextManager[Problem | None]:
            seen.append(client)
            return super().one(client)

    def asked(*forwarded: str) -> httpx.Request:
        return httpx.Request(
            "GET", "http://test/health", headers=[("X-Forwarded-For", value) for value in forwarded]
        )

    requests = [asked("6.6.6.6, 1.1.1.1"), asked("6.6.6.6", "2.2.2.2"), asked("::ffff:3.3.3.3"), asked()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.delivery.layer.InFlight", Noting)
        ask(Settings(dataset=(people,), trusted_proxy=True), *requests)
        ask(Settings(dataset=(people,)), requests[0])
    assert seen == ["1.1.1.1", "2.2.2.2", "3.3.3.3", "10.0.0.1", "10.0.0.1"]


def test_the_requests_of_one_client_are_counted_behind_a_proxy_too(people: Path) -> None:
    settings = Settings(dataset=(people,), trusted_proxy=True, connections_per_client=3, workers=1)
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    async def run() -> tuple[list[int], int]:
        app = create_app(settings)
        transport = httpx.ASGITransport(app, client=("10.0.0.1", 1))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://test") as client,
        ):

            async def post(forwarded: str) -> httpx.Response:
                headers = {"X-Forwarded-For": forwarded}
                return await client.post("/sparql", data={"query": query}, headers=headers)

            answers = await asyncio.gather(*(post("1.1.1.1") for _ in range(5)), post("2.2.2.2"))
            assert all(int(answer.headers["retry-after"]) for answer in answers if answer.status_code == 429)
            again = await post("1.1.1.1")
            return sorted(answer.status_code for answer in answers), again.status_code

    assert asyncio.run(run()) == ([200, 200, 200, 200, 429, 429], 200)


def test_encodings_by_weight(people: Path) -> None:
    wanted = {
        "gzip": True,
        "gzip;q=0": False,
        "identity": False,
        "*": True,
        "br, gzip;q=0.5": True,
        "": False,
    }
    answers = ask(Settings(dataset=(people,)), *(get("/sparql", accept_encoding=value) for value in wanted))
    assert [answer.headers.get("content-encoding") == "gzip" for answer in answers] == list(wanted.values())


def test_static_files_are_tagged_and_kept(people: Path, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("export const a = 1;\n" * 200)
    settings = Settings(dataset=(people,), web=tmp_path)
    plain, packed, versioned, missing, outside = ask(
        settings,
        get("/static/a.js", accept_encoding="identity"),
        get("/static/a.js", accept_encoding="gzip"),
        get("/static/a.js?v=1"),
        get("/static/b.js"),
        get("/static/..%2Fpeople.trig"),
    )
    assert plain.status_code == 200
    assert packed.text == plain.text
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "immutable" in versioned.headers["cache-control"]
    assert (missing.status_code, outside.status_code) == (404, 404)
    held = get("/static/a.js", accept_encoding="gzip", if_none_match=packed.headers["etag"])
    assert ask(settings, held)[0].status_code == 304


def test_large_answers_are_packed_as_they_leave(release: Path) -> None:
    query = "/sparql?query=" + quote("SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o")
    head = httpx.Request("HEAD", f"http://test{query}", headers={"Accept-Encoding": "gzip"})
    # Without a cache an answer stays in its file, and leaves it in pieces.
    plain, packed, bare, held = ask(
        Settings(release=release, cache_bytes=0),
        get(query, accept_encoding="identity"),
        get(query, accept_encoding="gzip"),
        head,
        get(query, accept_encoding="identity", if_none_match="*"),
    )
    assert len(plain.content) == int(plain.headers["content-length"]) > 1_000_000
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert (bare.status_code, bare.content) == (200, b"")
    assert bare.headers["etag"] == packed.headers["etag"]
    assert (held.status_code, held.content) == (304, b"")


def test_a_large_release_is_read_from_disk(release: Path) -> None:
    query = "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fs%20%3Fp%20%3Fo%7D"
    (loaded,) = ask(Settings(release=release, workers=1), get(query))
    on_disk, again = ask(Settings(release=release, workers=1, memory_share=0), get(query), get("/health"))
    assert on_disk.json() == loaded.json()
    assert again.status_code == 200


def test_the_short_way_of_a_query_has_the_headers_of_the_long_one(people: Path) -> None:
    query = "/sparql?query=" + quote("SELECT * { ?s ?p ?o } ORDER BY ?s")
    requests = [
        get(query),
        get(query, accept="text/csv", accept_encoding="gzip"),
        get(query, accept="image/png"),
        get("/sparql?query=SELECT"),
        get("/sparql", accept="text/turtle"),
        get("/sparql", accept="text/html"),
        httpx.Request("HEAD", f"http://test{query}"),
        httpx.Request("POST", "http://test/sparql", data={"query": "ASK {}"}),
        httpx.Request("POST", "http://test/sparql", content=b"x", headers={"Content-Type": "text/plain"}),
    ]
    short = ask(Settings(dataset=(people,)), *requests)
    long = ask(Settings(dataset=(people,)), *requests, direct=False)
    assert [answer.status_code for answer in short] == [200, 200, 406, 400, 200, 200, 200, 200, 415]
    for one, other in zip(short, long, strict=True):
        assert (one.status_code, one.headers, one.content) == (
            other.status_code,
            other.headers,
            other.content,
        )
