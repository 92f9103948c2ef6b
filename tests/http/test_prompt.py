"""Prompt answers: given before a task is made, they say what the common way says, byte for byte."""

import gzip
import json
import random
import re
import select
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from running import Service, serve
from test_releases import point

from loaders import statements
from loaders.release import STATEMENTS, open_release

UNIT = "https://w3id.org/vndx/id/unit/ben-tre"
LABEL = f"PREFIX r: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?l {{ <{UNIT}> r:label ?l }}"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def logged(release: Path) -> Iterator[Service]:
    """A service on the real record that logs what it answers."""
    with serve("--access-log", "--workers", "1", release=release) as running:
        yield running


class Wire:
    """A connection on which requests are sent as bytes."""

    def __init__(self, service: Service) -> None:
        self._socket = socket.create_connection(address(service), timeout=30)
        self._got = b""
        self.close = self._socket.close
        self.send = self._socket.sendall

    def answer(self) -> bytes:
        """The next whole answer."""
        while b"\r\n\r\n" not in self._got:
            self._more()
        head, _, self._got = self._got.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])  # type: ignore[index]
        while len(self._got) < length:
            self._more()
        body, self._got = self._got[:length], self._got[length:]
        return head + b"\r\n\r\n" + body

    def ended(self) -> bool:
        """Whether the service closes the connection, with nothing more to say."""
        return not self._got and self._socket.recv(1) == b""

    def came(self) -> bool:
        """Whether something more has come."""
        return bool(self._got or select.select([self._socket], [], [], 0)[0])

    def _more(self) -> None:
        self._got += self._socket.recv(65536) or pytest.fail(f"closed after {self._got!r}")


def wire(service: Service, *requests: bytes) -> list[bytes]:
    """The answers to `requests`, sent one after the other over one connection."""
    answers = []
    with closing(Wire(service)) as connection:
        for request in requests:
            connection.send(request)
            answers.append(connection.answer())
        assert not connection._got, "more than was asked for"
    return answers


def posted(query: str, *headers: str, version: str = "1.1") -> bytes:
    body = urlencode({"query": query})
    head = [
        f"POST /sparql HTTP/{version}", "Host: x", "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}", *headers,
    ]  # fmt: skip
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


def got(query: str, *headers: str, more: str = "") -> bytes:
    head = [f"GET /sparql?query={quote(query)}{more} HTTP/1.1", "Host: x", *headers]
    return ("\r\n".join(head) + "\r\n\r\n").encode()


def fields(answer: bytes) -> list[bytes]:
    """The lines of the head, without the date, sorted; and the body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return [*sorted(line for line in head.split(b"\r\n") if not line.startswith(b"date:")), body]


UNMET = 'If-None-Match: "another"'
"""A header with which a request goes the common way, and which changes nothing."""


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("Accept: */*",),
        ("Accept: application/json",),
        ("Accept-Encoding: gzip",),
        ("Connection: close",),
        ("Accept: text/html",),
        ("Accept: text/csv",),
        ("Accept: image/png",),
        ("User-Agent: x", "Origin: http://elsewhere"),
    ],
    ids=lambda headers: " ".join(headers) or "plain",
)
@pytest.mark.parametrize(
    "query", [LABEL, f"ASK {{ <{UNIT}> a ?x }}", f"DESCRIBE <{UNIT}>", "DESCRIBE <x", COUNT]
)
def test_both_ways_give_the_same_answer(service: Service, query: str, headers: tuple[str, ...]) -> None:
    for request in (posted, got):
        assert fields(wire(service, request(query, *headers))[0]) == fields(
            wire(service, request(query, *headers, UNMET))[0]
        )


def test_what_is_long_and_may_be_is_packed(service: Service) -> None:
    before = prompt(service)
    (answer,) = wire(service, posted(f"DESCRIBE <{UNIT}>", "Accept-Encoding: gzip"))
    assert prompt(service)["lookup"] == before["lookup"] + 1
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"\r\ncontent-encoding: gzip" in head
    assert b'-gzip"' in head
    (plain,) = wire(service, posted(f"DESCRIBE <{UNIT}>"))
    assert gzip.decompress(body) == plain.partition(b"\r\n\r\n")[2]
    assert len(body) < 1024 < len(gzip.decompress(body))


def test_what_is_asked_again_in_the_same_bytes_is_answered_in_the_same(service: Service) -> None:
    for request in (
        posted(COUNT),
        got(COUNT),
        posted(LABEL),
        posted(COUNT, "Accept: text/csv"),
        got("ASK {"),
    ):
        first, second, third = wire(service, request, request, request)
        assert fields(first) == fields(second) == fields(third)
    assert b'"n":{' in wire(service, posted(COUNT))[0]


def test_a_date_is_that_of_the_answer(service: Service) -> None:
    def date(answer: bytes) -> bytes:
        return re.search(rb"\r\ndate: ([^\r]+)", answer)[1]  # type: ignore[index]

    first = date(wire(service, posted(COUNT, "X: date"))[0])
    time.sleep(1.5)
    assert date(wire(service, posted(COUNT, "X: date"))[0]) != first
    assert date(wire(service, posted(LABEL))[0]) != first


def test_a_connection_that_is_to_end_ends(service: Service) -> None:
    for query in (LABEL, COUNT, COUNT):
        with closing(Wire(service)) as connection:
            connection.send(posted(query, "Connection: close"))
            assert b"\r\nconnection: close" in connection.answer()
            assert connection.ended()
    (old,) = wire(service, posted(LABEL, version="1.0"))
    assert old.startswith(b"HTTP/1.1 200") and b"\r\nconnection: close" in old


def test_requests_sent_at_once_are_answered_in_order(service: Service) -> None:
    queries = [LABEL, COUNT, LABEL, f"ASK {{ <{UNIT}> a ?x }}", COUNT, LABEL]
    expected = [fields(wire(service, posted(query))[0]) for query in queries]
    with closing(Wire(service)) as connection:
        connection.send(b"".join(posted(query) for query in queries))
        assert [fields(connection.answer()) for _ in queries] == expected


def test_requests_in_whatever_pieces_are_answered_each_as_alone(service: Service) -> None:
    """Prompt answers, repeated ones and those of the common way, mixed, on one connection after the other."""
    chance = random.Random(7)
    pool = [
        request
        for query in (LABEL, COUNT, f"DESCRIBE <{UNIT}>", "ASK {", "SELECT * { ?s ?p ?o } LIMIT 200")
        for request in (posted(query), posted(query, "Accept: text/csv"), posted(query, UNMET), got(query))
    ]
    alone = {request: fields(wire(service, request)[0]) for request in pool}
    for _ in range(60):
        requests = [chance.choice(pool) for _ in range(chance.randrange(1, 10))]
        data = b"".join(requests)
        cuts = sorted(chance.sample(range(1, len(data)), chance.randrange(6)))
        with closing(Wire(service)) as connection:
            for start, end in pairwise([0, *cuts, len(data)]):
                connection.send(data[start:end])
            for request in requests:
                assert fields(connection.answer()) == alone[request]


def test_a_request_in_pieces_is_the_same_request(service: Service) -> None:
    whole = fields(wire(service, posted(LABEL))[0])
    with closing(Wire(service)) as connection:
        for byte in posted(LABEL):
            connection.send(bytes([byte]))
        assert fields(connection.answer()) == whole
        # What comes in one piece after that is no repetition of a part.
        connection.send(posted(LABEL))
        assert fields(connection.answer()) == whole


@pytest.mark.parametrize("query", [f"DESCRIBE <{UNIT}>", COUNT], ids=["looked up", "repeated"])
def test_who_takes_nothing_is_not_read_from_for_ever(service: Service, query: str) -> None:
    """30 MB of requests: once its answers pile up, the service reads no more of them."""
    request = posted(query, "X-A: " + "a" * 4000)
    wire(service, request)
    with closing(socket.create_connection(address(service), timeout=3)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with pytest.raises(TimeoutError):
            for _ in range(30_000_000 // len(request)):
                connection.sendall(request)
    assert wire(service, posted(LABEL))[0].startswith(b"HTTP/1.1 200")


def test_prompt_answers_are_counted_and_logged(logged: Service) -> None:
    with logged.client() as client:
        before = counted(client)
        wire(logged, posted(LABEL), posted(COUNT), posted(COUNT), got("ASK {"))
        wire(logged, b"GET /%zz\x00 HTTP/1.1\r\n\r\n")
        after = counted(client)
        said = client.get("/metrics").text
    promptly = prompt(logged)
    assert int(re.search(r"vndx_repeats_bytes (\d+)", said)[1]) > 0  # type: ignore[index]
    assert after["200", "ok"] - before.get(("200", "ok"), 0) == 4  # with the look at the counts before
    assert promptly == {"lookup": 1, "repeat": 1}
    assert after["400", "query-syntax"] - before.get(("400", "query-syntax"), 0) == 1
    assert after["400", "bad-request"] - before.get(("400", "bad-request"), 0) == 1
    deadline = time.monotonic() + 10
    while len(lines := [line for line in logged.log if line.startswith("{") and "sparql" in line]) < 4:
        assert time.monotonic() < deadline, lines  # what writes and reads the log may lag
        time.sleep(0.05)
    lines = [json.loads(line) for line in lines[:4]]
    digest = open_release(logged.release or Path()).digest[:12]
    for line, status in zip(lines, (200, 200, 200, 400), strict=True):
        assert (line["path"], line["status"], line["client"]) == ("/sparql", status, "127.0.0.1")
        assert line["release"] == digest
    assert [line["method"] for line in lines] == ["POST", "POST", "POST", "GET"]
    assert lines[1]["bytes"] == lines[2]["bytes"] > 0
    assert not any("SELECT" in line for line in logged.log)


def test_the_next_release_answers_for_itself(release: Path, tmp_path: Path) -> None:
    """A lookup and a repeated query, before and after a release in which the unit has another name."""
    folder = tmp_path / "release"
    first = open_release(release)
    shutil.copytree(first.path, folder / first.digest)
    point(folder, first.digest)
    second = renamed(folder, first.digest)
    requests = [
        posted(LABEL),
        posted(LABEL, UNMET),
        posted(COUNT),
        got(LABEL, more=f"&release={first.digest}"),
    ]
    with serve("--workers", "1", release=folder) as service:
        before = [fields(answer) for answer in wire(service, *requests, *requests)]
        assert before[:4] == before[4:]
        point(folder, second)
        deadline = time.monotonic() + 60
        while second.encode() not in (after := wire(service, *requests))[0]:
            assert time.monotonic() < deadline, service.log
            time.sleep(0.1)
        assert "Bến Tre mới".encode() in after[0]
        assert fields(after[0]) == fields(after[1])
        assert second.encode() in after[2]
        assert fields(after[3]) == before[3]
        assert [fields(answer) for answer in wire(service, *requests)] == [fields(answer) for answer in after]


def renamed(folder: Path, digest: str) -> str:
    """Beside a release, a copy in which the label of the unit is another; its digest is made up."""
    from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

    other = "1" * 64
    path = folder / other
    shutil.copytree(folder / digest, path)
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    store = Store(str(path / "store"))
    for quad in list(store.quads_for_pattern(NamedNode(UNIT), label, None, None)):
        store.remove(quad)
        store.add(Quad(quad.subject, label, Literal("Bến Tre mới", language="vi"), quad.graph_name))
    store.flush()
    (path / "quads.nq").write_bytes(store.dump(format=RdfFormat.N_QUADS) or b"")
    (path / STATEMENTS).unlink()
    statements.write(store, path / STATEMENTS, other)
    del store
    manifest = (path / "manifest.json").read_text(encoding="utf-8").replace(digest, other)
    (path / "manifest.json").write_text(manifest, encoding="utf-8")
    return other


def address(service: Service) -> tuple[str, int]:
    host, port = service.url.removeprefix("http://").split(":")
    return host, int(port)


def prompt(service: Service) -> dict[str, int]:
    """Prompt answers so far, by kind."""
    with service.client() as client:
        found = re.findall(r'vndx_prompt_answers_total{kind="(\w+)"} (\d+)', client.get("/metrics").text)
    return {kind: int(count) for kind, count in found}


def counted(client: httpx.Client) -> dict[tuple[str, str], int]:
    found = re.findall(
        r'vndx_requests_total{status="(\d+)",outcome="([^"]+)"} (\d+)', client.get("/metrics").text
    )
    return {(status, outcome): int(count) for status, outcome, count in found}
