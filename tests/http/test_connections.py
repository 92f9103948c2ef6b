"""Clients that send too much, too slowly, or what is no HTTP; clients that do not take their answer."""

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
import pytest
import uvicorn
from running import Service, serve

from service.app import create_app
from service.delivery.connections import bounded
from service.problems import Problem
from service.settings import Settings


@pytest.fixture(scope="module")
def patient(numbers: Path) -> Iterator[Service]:
    """A service of the numbers with the limits that `vndx serve` has by itself."""
    with serve("--dataset", str(numbers), "--workers", "1") as running:
        yield running
        # Whatever the tests did, it still answers.
        assert httpx.get(f"{running.url}/ready", trust_env=False).status_code == 200


def connected(service: Service) -> socket.socket:
    host, port = service.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def told(data: bytes) -> tuple[int, str]:
    """Status and code of a response on the wire."""
    head, _, body = data.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    return int(head.split()[1]), json.loads(body)["code"]


def exchange(service: Service, *pieces: bytes) -> bytes:
    """All that the service says to `pieces` until it closes the connection."""
    with closing(connected(service)) as connection:
        for piece in pieces:
            try:
                connection.sendall(piece)
            except OSError:
                break
        answer = b""
        try:
            while data := connection.recv(65536):
                answer += data
        except ConnectionResetError:
            pass
        return answer


@pytest.mark.parametrize(
    ("request_bytes", "expected"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 70_000 + b"\r\n\r\n", (431, "headers-too-large")),
        (b"GET /health HTTP/1.1\r\n" + b"X-A: a\r\n" * 20_000 + b"\r\n", (431, "headers-too-large")),
        (b"GET /health HTTP/1.1\r\n" + b"A" * 1_000_000, (431, "headers-too-large")),
        (b"GET /sparql?query=" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", (414, "address-too-long")),
        (b"GET /" + b"a" * 5_000_000, (414, "address-too-long")),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (400, "bad-request")),
        (b"GET /health HTTP/1.1\r\nHost: a\x00b\r\n\r\n", (400, "bad-request")),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", (400, "bad-request")),
        (b"POST /sparql HTTP/1.1\r\nContent-Length: -1\r\n\r\n", (400, "bad-request")),
        (b"SELECT * { ?s ?p ?o }\r\n\r\n", (400, "bad-request")),
    ],
    ids="header headers name query path tls nul two-lengths length sparql".split(),
)  # fmt: skip
def test_a_head_that_cannot_be_served_is_told_so(
    patient: Service, request_bytes: bytes, expected: tuple[int, str]
) -> None:
    assert told(exchange(patient, request_bytes)) == expected


def test_addresses_and_headers_below_the_bounds_pass(patient: Service) -> None:
    query = "ASK {} #" + "x" * 60_000
    with patient.client() as client:
        answer = client.get("/sparql", params={"query": query}, headers={"X-A": "a" * 60_000})
        assert answer.json()["boolean"] is True


class Nothing:
    """No prompt answers."""

    def repeated(self, request: bytes) -> None:
        return None

    def may(self, target: bytes) -> bool:
        return False

    def refused(self, told: Problem) -> None:
        pass


@pytest.fixture
def hasty() -> Iterator[str]:
    """An echoing application behind a connection with bounds of a fraction of a second."""
    settings = Settings(
        head_seconds=0.3, body_seconds=0.3, write_seconds=0.3, connections=6, connections_per_client=4
    )

    async def application(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        if scope["path"] == "/large":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(100):
                await send({"type": "http.response.body", "body": b"x" * 1_000_000, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
            return
        while True:
            message = await receive()
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            http=bounded(settings, Nothing()),  # type: ignore[arg-type]
            lifespan="off",
            log_level="critical",
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    host, port = listener.getsockname()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


def at(url: str) -> Service:
    return Service(url, 0, None, [])


def test_a_slow_head_is_408(hasty: str) -> None:
    assert told(exchange(at(hasty), b"GET / HTTP/1.1\r\nHost: x\r\n")) == (408, "request-timeout")


def test_a_head_that_comes_in_drops_is_408(hasty: str) -> None:
    with closing(connected(at(hasty))) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        answer = b""
        connection.settimeout(0.05)
        for _ in range(200):
            try:
                answer = connection.recv(65536)
                break
            except TimeoutError:
                connection.sendall(b"X: y\r\n")
        assert told(answer) == (408, "request-timeout")


def test_a_connection_that_asks_nothing_is_closed(hasty: str) -> None:
    assert exchange(at(hasty)) == b""


def test_a_slow_body_is_cut_off(hasty: str) -> None:
    """The routes say 408 themselves; an application that waits for ever loses the connection all the same."""
    assert exchange(at(hasty), b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc") == b""


def test_a_client_that_does_not_take_its_answer_is_dropped(hasty: str) -> None:
    with closing(connected(at(hasty))) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\n\r\n")
        time.sleep(1)
        taken = 0
        try:
            while data := connection.recv(1 << 20):
                taken += len(data)
        except ConnectionResetError:
            pass
        assert taken < 100_000_000


def test_connections_are_bounded_by_client_and_altogether(hasty: str) -> None:
    host, port = hasty.removeprefix("http://").split(":")
    # The fifth of one client is too many, however often it tries, and so is the seventh that is not.
    clients = ["127.0.0.1"] * 9 + ["127.0.0.2", "127.0.0.3", "127.0.0.4"]
    held = []
    try:
        for client in clients:
            held.append(socket.create_connection((host, int(port)), timeout=10, source_address=(client, 0)))
        for refused in held[4:9]:
            assert told(refused.recv(65536)) == (429, "too-many-requests")
        assert told(held[11].recv(65536)) == (503, "busy")
    finally:
        for connection in held:
            connection.close()
    deadline = time.monotonic() + 10
    while True:  # once they are gone there is place again
        answer = exchange(at(hasty), b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        if b"204" in answer:
            break
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_second_request_that_is_no_http_does_not_mix_with_the_first(patient: Service) -> None:
    """Nothing but whole answers, or a connection that breaks off."""
    query = b"query=SELECT%20*%20%7B%20%3Fa%20%3Fb%20%3Fc%20.%20%3Fd%20%3Fe%20%3Ff%20%7D%20LIMIT%2090000"
    first = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: %d\r\n\r\n" % len(query) + query
    )
    answer = exchange(patient, first + b"\x00\x01\x02 nonsense\r\n\r\n")
    assert b"That is not HTTP" not in answer or answer.startswith(b"HTTP/1.1 400")


def test_a_body_that_never_ends_is_408_or_413(numbers: Path, patient: Service) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    declared = exchange(patient, head + b"Connection: close\r\nContent-Length: 99999999999\r\n\r\nSELECT")
    assert told(declared) == (413, "query-too-long")
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    endless = head + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert told(exchange(patient, endless, *[chunk] * 40)) == (413, "query-too-long")


@pytest.mark.parametrize(
    "path",
    [
        "/sparql?query=ASK%7B%7D&format={}", "/id/person/{}", "/doc/person/{}", "/doc/person/a.{}",
        "/search?q={}&kind={}&lang={}&limit={}", "/graph/{}", "/rdf-graph-store?graph={}", "/dumps/{}",
        "/explore?focus={}", "/questions/{}", "/views/{}", "/?lang={}", "/static/{}",
        "/api/path?from={}&to={}", "/sparql?query=ASK%7B%7D&default-graph-uri={}", "/ontology/{}",
        "/sparql?release={}",
    ],
)  # fmt: skip
def test_no_parameter_reaches_a_header_unchecked(service: Service, path: str) -> None:
    evil = "a%0d%0aX-Injected:%20yes%0d%0a%0d%0a%C4%91%00"
    for accept in ("text/html", "*/*", "text/turtle"):
        request = f"GET {path.replace('{}', evil)} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n"
        answer = exchange(service, f"{request}Connection: close\r\n\r\n".encode())
        head = answer.partition(b"\r\n\r\n")[0].lower()
        assert b"\r\nx-injected" not in head
        assert 200 <= int(head.split()[1]) < 500, head


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\nx\r\n0\r\n\r\n",
        b"-1\r\n",
        b"b\r\nSELECT * {}0\r\n\r\n",
        b"b\nSELECT * {}\n0\n\n",
        b"b\r\nSELECT * {}\r\n0\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
    ],
    ids="size negative unended newlines trailer".split(),
)
def test_a_body_in_broken_chunks_is_told_so(patient: Service, body: bytes) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    port = int(patient.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        time.sleep(0.05)
        connection.sendall(body)
        told = b""
        while piece := connection.recv(65536):
            told += piece
    assert told.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 ")), told[:200]
    assert json.loads(told.partition(b"\r\n\r\n")[2])["code"] in ("bad-request", "headers-too-large")
    assert told.count(b"HTTP/1.1 ") == 1


def test_a_client_that_leaves_is_no_failure_of_ours(numbers: Path) -> None:
    """In the middle of its body, in the middle of its query, before its answer: nothing is logged of it."""
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: "
    leaving = [head + b"99\r\n\r\nSELECT", head + b"%d\r\n\r\n" % len(slow) + slow.encode()]
    with serve("--dataset", str(numbers), "--timeout", "1") as running:
        port = int(running.url.rpartition(":")[2])
        for request in leaving:
            for wait in (0, 0.2):
                with socket.create_connection(("127.0.0.1", port)) as connection:
                    connection.sendall(request)
                    time.sleep(wait)
                    reset = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        with running.client() as client:
            answer = client.post("/sparql", data={"query": slow})
            assert answer.json()["code"] == "query-timeout"
    assert not any("Traceback" in line or "Error" in line for line in running.log), running.log


@pytest.mark.parametrize("path", ["/health", "/", "/sparql?query=SELECT+*+%7B+?s+?p+?o+%7D+LIMIT+9000"])
def test_who_says_no_more_still_gets_its_answer(service: Service, path: str) -> None:
    """As `nc -N` does. A request that is not whole gets none."""
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n".encode()
    for sent in (request, request + request, request[:-1]):
        for _ in range(3):
            with closing(connected(service)) as connection:
                connection.sendall(sent)
                connection.shutdown(socket.SHUT_WR)
                came = b"".join(iter(partial(connection.recv, 1 << 20), b""))
            assert came.count(b"HTTP/1.1 200") == sent.count(b"\r\n\r\n")


def test_who_says_no_more_gets_all_of_what_was_begun(hasty: str) -> None:
    """Two requests at once: the first answer takes its time, and the second has not begun meanwhile."""
    with closing(connected(at(hasty))) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        came = bytearray()
        while data := connection.recv(1 << 20):
            came += data
            time.sleep(0.01)
    large, _, rest = bytes(came).rpartition(b"0\r\n\r\n")
    assert large.count(b"x") >= 100_000_000
    assert rest.startswith(b"HTTP/1.1 204")


def test_a_body_that_stalls_is_408(people: Path) -> None:
    async def stalling() -> AsyncIterator[bytes]:
        yield b"query=ASK"
        await asyncio.sleep(10)

    async def run() -> httpx.Response:
        app = create_app(Settings(dataset=(people,), workers=1, body_seconds=0.2))
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://test") as client,
        ):
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            return await client.post("/sparql", content=stalling(), headers=form)

    answer = asyncio.run(run())
    assert (answer.status_code, answer.json()["code"]) == (408, "request-timeout")
