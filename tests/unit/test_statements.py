"""The statements of a release by their subject: what is told, and what is left to the store."""

import errno
import os
import resource
import signal
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from loaders import statements
from loaders.statements import MOST, MOST_CHARACTERS, MOST_OF_SUBJECT, Known, Statements, told, write

E = "http://e/"
D = "d" * 64
QUADS = f"""
<{E}a> <{E}p> "Đỗ"@vi <{E}g1> .
<{E}a> <{E}p> "2020-07-17"^^<http://www.w3.org/2001/XMLSchema#date> <{E}g2> .
<{E}a> <{E}q> <{E}b> <{E}g2> .
<{E}a> <{E}q> "plain" .
<{E}b> <{E}p> _:blank <{E}g1> .
<{E}b> <{E}q> "told" <{E}g1> .
_:blank <{E}p> "of a blank node" <{E}g1> .
<{E}{"x" * 600}> <{E}p> "long" <{E}g1> .
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(str(tmp_path / "store"))
    store.load(QUADS, format=RdfFormat.N_QUADS)
    return store


def known(store: Store, path: Path, subject: str) -> Known | None:
    path.unlink(missing_ok=True)
    write(store, path, D)
    read = Statements(path, D)
    try:
        return read.of(E + subject)
    finally:
        read.close()


def test_statements_of_all_graphs_are_told_in_the_order_of_the_store(store: Store, tmp_path: Path) -> None:
    found = known(store, tmp_path / "s.mdb", "a")
    expected: dict[str, list[object]] = {}
    for quad in store.quads_for_pattern(NamedNode(E + "a"), None, None, None):
        expected.setdefault(quad.predicate.value, []).append(told(quad.object))
    assert found == expected
    assert {"type": "literal", "value": "Đỗ", "xml:lang": "vi"} in expected[E + "p"]
    assert sorted(map(str, expected[E + "q"])) == [
        "{'type': 'literal', 'value': 'plain'}",
        "{'type': 'uri', 'value': 'http://e/b'}",
    ]
    assert {path.name for path in tmp_path.iterdir()} == {"store", "s.mdb"}


def test_what_is_not_told_is_left_to_the_store(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "s.mdb"
    assert known(store, path, "b") == {E + "p": None, E + "q": [{"type": "literal", "value": "told"}]}
    assert known(store, path, "x" * 600) is None
    assert known(store, path, "nobody") is None


def test_what_is_much_is_left_to_the_store(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))

    def add(subject: str, predicate: str, *objects: str) -> None:
        store.extend(Quad(NamedNode(E + subject), NamedNode(E + predicate), Literal(o)) for o in objects)

    add("hub", "few", *map(str, range(MOST)))
    add("hub", "many", *map(str, range(MOST + 1)))
    add("long", "short", *"abc")
    add("long", "long", *(letter * (MOST_CHARACTERS // 2 + 1) for letter in "xy"))
    add("long", "longer", "x" * (MOST_CHARACTERS + 1), *map(str, range(MOST + 1)))
    for place in range(MOST_OF_SUBJECT // 50):
        add("wide", f"p{place}", *map(str, range(50)))
    add("wide", "label", "name")
    path = tmp_path / "s.mdb"
    hub = known(store, path, "hub") or {}
    assert len(hub[E + "few"] or ()) == MOST and hub[E + "many"] is None
    long = known(store, path, "long") or {}
    assert len(long[E + "short"] or ()) == 3 and long[E + "long"] is None and long[E + "longer"] is False
    wide = known(store, path, "wide") or {}
    assert wide[E + "label"] == [{"type": "literal", "value": "name"}]
    assert sum(objects is None for objects in wide.values()) == 1


def test_a_subject_of_too_many_predicates_is_left_to_the_store(tmp_path: Path) -> None:
    """It is read no further than that."""
    store = Store(str(tmp_path / "store"))
    for subject, count in (("most", MOST_OF_SUBJECT), ("more", MOST_OF_SUBJECT + 1)):
        store.extend(
            Quad(NamedNode(E + subject), NamedNode(f"{E}p{n}"), Literal("x"), DefaultGraph())
            for n in range(count)
        )
    assert len(known(store, tmp_path / "s.mdb", "most") or ()) == MOST_OF_SUBJECT
    assert known(store, tmp_path / "s.mdb", "more") is None
    quads = iter(list(store.quads_for_pattern(NamedNode(E + "more"), None, None, None)) * 2)
    assert statements._known(quads) is None
    assert len(list(quads)) == MOST_OF_SUBJECT + 1


def test_a_subject_of_graphs_side_by_side_is_told_in_the_order_of_the_store(tmp_path: Path) -> None:
    """Going through the store, its statements of one graph are followed at once by those of the other."""
    store = Store(str(tmp_path / "store"))
    subject = NamedNode(E + "a")
    for place in range(32):
        predicate, graph = NamedNode(f"{E}p{place // 8}"), NamedNode(f"{E}g{place % 2}")
        store.add(Quad(subject, predicate, Literal(str(place)), graph))
    expected: dict[str, list[object]] = {}
    for quad in store.quads_for_pattern(subject, None, None, None):
        expected.setdefault(quad.predicate.value, []).append(told(quad.object))
    found = known(store, tmp_path / "s.mdb", "a") or {}
    assert [*found.items()] == [*expected.items()]


def test_what_the_disk_gives_back_otherwise_is_left_to_the_store(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "s.mdb"
    write(store, path, D)
    whole = path.read_bytes()
    head = 2 * os.sysconf("SC_PAGE_SIZE")
    for broken in (whole[:head] + bytes(len(whole) - head), whole.replace(b'{"', b"x" * 2)):
        path.write_bytes(whole)
        read = Statements(path, D)
        path.write_bytes(broken)
        assert read.of(E + "a") is None
        read.close()
        with pytest.raises(OSError):
            Statements(path, D)


def test_a_value_that_is_not_its_subjects_is_left_to_the_store(store: Store, tmp_path: Path) -> None:
    """LMDB finds what stands where it is led to, and has no checksum that would tell."""
    path = tmp_path / "s.mdb"
    write(store, path, D)
    whole = path.read_bytes()
    for broken in (
        whole.replace(b'"value":"plain"', b'"value":"plane"'),
        whole.replace(b"http://e/a", b"http://e/_").replace(b"http://e/b", b"http://e/a"),
    ):
        assert broken != whole
        path.write_bytes(broken)
        read = Statements(path, D)
        assert read.of(E + "a") is None
        read.close()


def test_a_file_of_another_release_is_refused(store: Store, tmp_path: Path) -> None:
    """And one that does not say of which it is, or that lost some of what it says it has."""
    path = tmp_path / "s.mdb"
    write(store, path, D)
    for digest in ("e" * 64, ""):
        with pytest.raises(OSError, match="is not of release"):
            Statements(path, digest)
    Statements(path, D).close()
    for lost in (statements._MARK, f"{E}a".encode()):
        changed = tmp_path / f"{len(lost)}.mdb"
        with statements.lmdb.open(str(changed), subdir=False, lock=False) as file:
            with statements.lmdb.open(str(path), subdir=False, lock=False, readonly=True) as before:
                held = dict(before.begin().cursor())
            with file.begin(write=True) as transaction:
                for key in held.keys() - {lost}:
                    transaction.put(key, held[key])
        assert len(held) == 3
        with pytest.raises(OSError, match="is not of release dddddddddddd: run `vndx build`"):
            Statements(changed, D)


def test_what_is_no_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a pipe waits for somebody who writes to it."""
    monkeypatch.setattr(statements.lmdb, "open", lambda *_, **__: pytest.fail("opened"))
    pipe, loop = tmp_path / "pipe", tmp_path / "loop"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    for path in (pipe, loop, tmp_path, tmp_path / "none"):
        with pytest.raises(OSError):
            Statements(path, D)


def test_a_file_that_is_not_whole_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "s.mdb"
    write(store, path, D)
    whole = path.read_bytes()
    for broken in (b"", whole[:100], whole[: len(whole) - 4096], b"x" * len(whole)):
        path.write_bytes(broken)
        with pytest.raises(OSError):
            Statements(path, D)
    path.write_bytes(whole)
    Statements(path, D).close()
    with pytest.raises(OSError):
        Statements(tmp_path / "none.mdb", D)


@pytest.mark.parametrize("room", [8192, 8192 + 100])
def test_a_full_disk_is_an_error_and_leaves_no_draft(store: Store, tmp_path: Path, room: int) -> None:
    """Where it is full in the midst of what is written, LMDB speaks of input and output."""
    path = tmp_path / "s.mdb"
    before, told = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        with pytest.raises(OSError, match="File too large") as caught:
            write(store, path, D)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, told)
    assert (caught.value.errno, caught.value.filename) == (errno.EFBIG, str(path))
    assert not (tmp_path / "s.mdb.draft").exists()


def test_a_disk_that_is_broken_is_not_said_to_be_full(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = statements.lmdb.DiskError("mdb_put: Input/output error")
    broken.code = errno.EIO

    def fail(transaction: object, key: bytes, value: object) -> None:
        raise broken

    monkeypatch.setattr(statements, "_put", fail)
    with pytest.raises(OSError, match="Input/output error") as caught:
        write(store, tmp_path / "s.mdb", D)
    assert caught.value.errno == errno.EIO
    assert not (tmp_path / "s.mdb.draft").exists()


def test_the_draft_goes_where_something_else_fails(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(quads: object) -> Known:
        raise RuntimeError("on the way")

    monkeypatch.setattr(statements, "_known", fail)
    with pytest.raises(RuntimeError, match="on the way"):
        write(store, tmp_path / "s.mdb", D)
    assert {path.name for path in tmp_path.iterdir()} == {"store"}
