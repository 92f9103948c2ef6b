"""Parts of the evaluators: the fair queue, the bounded spool, frames, the cache, one query on one store."""

import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from service.evaluators import wire
from service.evaluators.cache import ResultCache
from service.evaluators.execution import Bounds, execute
from service.evaluators.port import (
    EvaluatorBusy,
    NotAcceptable,
    QueryRequest,
    QuerySyntaxError,
    QueryTooLarge,
)
from service.evaluators.queue import FairQueue
from service.evaluators.spool import SMALL, Spool
from service.limits import Limits

BOUNDS = Bounds(Limits(10_000, 100, 1_000, 100), rows=5, bytes=4_000)


@pytest.fixture
def store() -> Store:
    store = Store()
    lines = [f'<http://e/{n}> <http://e/p> "{n}" <http://e/g{n % 2}> .' for n in range(6)]
    store.load("\n".join(lines), format=RdfFormat.N_QUADS)
    return store


def test_clients_take_turns() -> None:
    queue: FairQueue[str] = FairQueue(limit=10, share=5)
    for item in ("a1", "a2", "a3"):
        queue.push("a", item)
    queue.push("b", "b1")
    queue.push("", "ours")
    assert [queue.pop() for _ in range(6)] == ["a1", "b1", "ours", "a2", "a3", None]


def test_the_queue_is_bounded_in_all_and_for_each() -> None:
    queue: FairQueue[int] = FairQueue(limit=5, share=2)
    queue.push("a", 1)
    queue.push("a", 2)
    with pytest.raises(EvaluatorBusy) as raised:
        queue.push("a", 3)
    assert raised.value.code == "too-many-requests"
    for item in range(3):
        queue.push("", item)
    with pytest.raises(EvaluatorBusy) as raised:
        queue.push("b", 1)
    assert (raised.value.code, raised.value.retry_after) == ("busy", 5)
    assert queue.remove("a", 2)
    assert not queue.remove("a", 2)
    assert len(queue) == 4
    queue.push_front("c", 9)
    assert queue.pop() == 9
    assert queue.drain() == [1, 0, 1, 2]
    assert queue.pop() is None


def test_a_spool_keeps_small_results_and_files_large_ones() -> None:
    small = Spool(10)
    small.write(b"12345")
    small.write(b"67890")
    assert small.take() == (b"1234567890", None)
    large = Spool(3 * SMALL)
    for _ in range(3):
        large.write(b"x" * SMALL)
    data, file = large.take()
    assert data == b""
    assert file is not None
    with open(file, "rb") as opened:  # noqa: PTH123
        assert opened.read() == b"x" * (3 * SMALL)


def test_a_spool_stops_at_its_limit_and_says_why() -> None:
    spool = Spool(10)
    spool.write(b"1234567890")
    with pytest.raises(OSError, match="bytes"):
        spool.write(b"1")
    assert spool.full is not None
    marked = Spool(100, b"},{", 2)
    marked.write(b"},{ },")
    marked.write(b"{")
    assert marked.seen == 2
    with pytest.raises(OSError, match="rows"):
        marked.write(b"},{")


def test_marks_are_counted_however_the_result_is_cut_and_wherever_it_is_kept() -> None:
    spool = Spool(4 * SMALL, b"},{", 7)
    for piece in (b"}", b",{},{x" + b" " * SMALL, b"},", b"{" + b" " * SMALL, b"},{"):
        spool.write(piece)
    assert spool.seen == 4
    spool.write(b"},{},{},{")
    assert spool.seen == 7
    with pytest.raises(OSError, match="rows"):
        spool.write(b"},{")
    spool.close()


def test_a_large_result_is_whole_once_its_writer_has_flushed() -> None:
    spool = Spool(4 * SMALL)
    pieces = [bytes([number]) * 5000 for number in range(1, 120)]
    for piece in pieces:
        spool.write(piece)
    spool.flush()
    data, file = spool.take()
    assert (data, spool.size) == (b"", 119 * 5000)
    assert file is not None
    with open(file, "rb") as opened:  # noqa: PTH123
        assert opened.read() == b"".join(pieces)


def test_a_frame_may_be_larger_than_the_room_for_it_and_brings_its_file(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    (tmp_path / "file").write_bytes(b"in the file")
    bodies = [b"small", bytes(range(256)) * 40, b"", b"x" * 100_000]
    with ours, theirs, (tmp_path / "file").open("rb") as file:

        def send() -> None:
            for number, body in enumerate(bodies):
                wire.send(ours, {"n": number}, body, () if body else (file.fileno(),))

        sender = threading.Thread(target=send)
        sender.start()
        frames = wire.Frames(room=1000)
        found: list[tuple[dict[str, int], bytes]] = []
        while len(found) < len(bodies) and frames.receive(theirs):
            found += list(frames.complete())
        sender.join()
        assert found == [({"n": n}, body) for n, body in enumerate(bodies)]
        with open(frames.take_file(), "rb") as came:  # noqa: PTH123
            assert came.read() == b"in the file"
        frames.close()


def test_frames_come_whole_however_they_are_cut() -> None:
    frame = wire.encode({"a": 1}, b"body") + wire.encode({"b": 2})
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frames = wire.Frames()
        found = []
        for byte in frame:
            ours.send(bytes([byte]))
            frames.receive(theirs)
            found += list(frames.complete())
        assert found == [({"a": 1}, b"body"), ({"b": 2}, b"")]


def test_the_cache_is_bounded_in_bytes_and_drops_the_longest_unused() -> None:
    cache: ResultCache[str] = ResultCache(80)
    for name in "abcdefgh":
        cache.put(name, name, 10)
    assert cache.get("a") == "a"
    cache.put("i", "i", 10)
    assert (cache.get("b"), cache.get("a"), cache.size) == (None, "a", 80)
    cache.put("too large", "x", 11)
    assert cache.get("too large") is None
    cache.put("a", "again", 5)
    assert (cache.get("a"), cache.size) == ("again", 75)


def test_union_only_where_nothing_names_a_dataset(store: Store) -> None:
    def rows(text: str, **more: object) -> int:
        result = execute(store, QueryRequest(text, "tsv", None, **more), BOUNDS, union=True)  # type: ignore[arg-type]
        return result.rows or 0

    assert rows("SELECT * { ?s ?p ?o } LIMIT 5") == 5
    assert rows("SELECT * FROM <http://e/g1> { ?s ?p ?o }") == 3
    assert rows("SELECT * FROM NAMED <http://e/g1> { ?s ?p ?o }") == 0
    assert rows("SELECT * { ?s ?p ?o }", default_graphs=("http://e/g1",)) == 3
    assert rows("SELECT * { ?s ?p ?o }", named_graphs=("http://e/g1",)) == 0
    assert rows("SELECT * { GRAPH ?g { ?s ?p ?o } }", named_graphs=("http://e/g1",)) == 3
    assert rows("SELECT * FROM <http://e/g0> { ?s ?p ?o }", default_graphs=("http://e/none",)) == 0


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_rows_are_refused_exactly_above_the_limit(store: Store, format: str) -> None:
    text = 'SELECT ?o ("},{ },{" AS ?x) ("a\nb" AS ?y) { ?s ?p ?o } LIMIT '.replace("\n", "\\n")
    execute(store, QueryRequest(text + "5", format), BOUNDS, union=True)
    with pytest.raises(QueryTooLarge, match="5 rows"):
        execute(store, QueryRequest(text + "6", format), BOUNDS, union=True)


def test_relative_iris_are_resolved_against_the_endpoint_of_the_dataset(store: Store) -> None:
    result = execute(store, QueryRequest("SELECT (<id/unit/x> AS ?x) {}", "csv"), BOUNDS, union=True)
    assert b"https://w3id.org/vndx/id/unit/x" in result.spool.take()[0]


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("nt", b'<http://e/2> <https://w3id.org/vndx/ontology#date> "2" .\n'),
        ("nq", b'<http://e/2> <https://w3id.org/vndx/ontology#date> "2" .\n'),
        ("ttl", b'<http://e/2> vndx:date "2" .\n'),
        ("trig", b'<http://e/2> vndx:date "2" .\n'),
        ("rdf", b"<vndx:date>2</vndx:date>"),
        ("jsonld", b'"https://w3id.org/vndx/ontology#date":[{"@value":"2"}]'),
    ],
)
def test_graphs_are_written_with_prefixes_where_the_format_has_them(
    store: Store, format: str, expected: bytes
) -> None:
    text = "CONSTRUCT { ?s <https://w3id.org/vndx/ontology#date> ?o } { ?s ?p ?o FILTER(?o = '2') } LIMIT 1"
    spool = execute(store, QueryRequest(text, None, format), replace(BOUNDS, bytes=40_000), union=True).spool
    written, _ = spool.take()
    assert expected in written
    assert (b"prefix vndx: <https://w3id.org/vndx/ontology#>" in written) == (format in ("ttl", "trig"))


@pytest.mark.parametrize("format", ["nt", "ttl"])
def test_a_graph_that_is_too_large_is_refused(store: Store, format: str) -> None:
    request = QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }", None, format)
    with pytest.raises(QueryTooLarge, match="more than 30 bytes"):
        execute(store, request, replace(BOUNDS, bytes=30), union=True)


def test_what_no_format_can_hold(store: Store) -> None:
    for text, form, request in (
        ("ASK {}", "boolean", QueryRequest("ASK {}", None, "ttl")),
        ("SELECT * {}", "solutions", QueryRequest("SELECT * {}", "ttl", "ttl")),
        ("DESCRIBE <x>", "graph", QueryRequest("DESCRIBE <x>", "csv", "csv")),
    ):
        with pytest.raises(NotAcceptable) as raised:
            execute(store, request, BOUNDS, union=True)
        assert raised.value.form == form, text


def test_a_syntax_error_has_a_place(store: Store) -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        execute(store, QueryRequest("SELECT *\n{ ?s ?p ?o FILTER }"), BOUNDS, union=True)
    assert (raised.value.line, raised.value.column) == (2, 20)
    assert "?s ?p ?o FILTER }" in str(raised.value)
    with pytest.raises(QuerySyntaxError, match=r"prefix vndx: is not declared: add PREFIX vndx: <https://"):
        execute(store, QueryRequest("SELECT * { ?s a vndx:Meeting }"), BOUNDS, union=True)
