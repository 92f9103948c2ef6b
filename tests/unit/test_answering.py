"""Strategy: the small parts of an answer's way out, each alone: header fields, tags, packets, slices."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from loaders.release import Release
from service.delivery.fields import EVERYWHERE, Fields
from service.delivery.packets import Joined
from service.delivery.tags import compressed, matches, tag, weak
from service.evaluators import slices
from service.evaluators.cache import ResultCache
from service.evaluators.hatchery import Source
from service.evaluators.local import LocalEvaluator
from service.evaluators.remote import RemoteEvaluator
from service.releases import Serving
from service.settings import Settings


class Wire:
    """A transport that remembers what was written, write by write."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def writelines(self, pieces: tuple[bytes, ...]) -> None:
        self.writes.append(b"".join(pieces))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def joined() -> tuple[Wire, Joined]:
    wire = Wire()
    return wire, Joined(wire)  # type: ignore[arg-type]


def test_head_and_body_leave_in_one_write() -> None:
    wire, transport = joined()
    for piece in (b"HTTP/1.1 200 OK\r\n\r\n", b"one", b"two", b""):
        transport.write(piece)
    assert wire.writes == [b"HTTP/1.1 200 OK\r\n\r\none", b"two"]


def test_a_head_without_a_body_leaves_at_the_end_and_once() -> None:
    wire, transport = joined()
    transport.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    assert wire.writes == []
    transport.flush()
    transport.close()
    assert (wire.writes, wire.closed) == ([b"HTTP/1.1 304 Not Modified\r\n\r\n"], True)


def test_leave_to_send_a_body_is_not_held_back() -> None:
    wire, transport = joined()
    transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert wire.writes == [b"HTTP/1.1 100 Continue\r\n\r\n"]
    transport.write(b"HTTP/1.1 200 OK\r\n\r\n")
    transport.close()
    assert wire.writes[1:] == [b"HTTP/1.1 200 OK\r\n\r\n"]


def test_fields_keep_what_a_route_set() -> None:
    fields = Fields([(b"x-frame-options", b"SAMEORIGIN"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")])
    fields.defaults(EVERYWHERE)
    assert fields.get(b"x-frame-options") == b"SAMEORIGIN"
    assert [value for name, value in fields.raw if name == b"set-cookie"] == [b"a=1", b"b=2"]
    assert {name for name, _ in EVERYWHERE} <= {name for name, _ in fields.raw}
    fields.put(b"etag", b'"1"')
    fields.put(b"etag", b'"2"')
    fields.remove(b"x-frame-options", b"not-there")
    assert [value for name, value in fields.raw if name == b"etag"] == [b'"2"']
    assert b"x-frame-options" not in fields
    assert b"x-frame-options" not in dict(fields.raw)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"Accept"),
        (b"Accept-Encoding", b"Accept-Encoding, Accept"),
        (b"Cookie, Accept", b"Cookie, Accept"),
    ],
)
def test_vary_names_each_header_once(before: bytes, after: bytes) -> None:
    fields = Fields([(b"vary", before)] if before else [])
    fields.vary("Accept")
    assert fields.get(b"vary") == after


def test_a_tag_is_made_of_its_parts_and_not_of_their_sum() -> None:
    assert tag("ab", "c") != tag("a", "bc")
    assert tag("a") == tag("a")
    etag = tag("a")
    assert matches(f'W/{etag}, "other"', etag)
    assert matches(compressed(etag), etag)
    assert matches(weak(etag), weak(etag))
    assert matches(compressed(weak(etag)), weak(etag))
    assert matches("*", etag)
    assert not matches('"other"', etag)
    assert not matches("", etag)


def test_a_strong_tag_promises_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it tells apart what has another order, and another's engine has none."""
    release = Release(tmp_path, "0" * 64, {})
    local = LocalEvaluator(Settings(), Source(dataset=(tmp_path,)), print)
    remote = RemoteEvaluator(Settings(), "http://endpoint/")
    made = []
    for memory in (True, False):
        monkeypatch.setattr(LocalEvaluator, "loaded", {"memory": memory})
        made.append(Serving(release, local, ResultCache(0)).tag("graph", "nt"))
    assert made[0] != made[1]
    assert not any(etag.startswith("W/") for etag in made)
    assert Serving(release, remote, ResultCache(0)).tag("graph", "nt").startswith('W/"')
    assert Serving(Release(tmp_path, "", {}), remote, ResultCache(0)).tag("graph", "nt") == ""


@pytest.mark.skipif(sys.platform != "linux", reason="a system call of Linux")
def test_slices_are_given_and_taken_back() -> None:
    async def runs() -> int:
        slices.give(0, slices.LONG)
        slices.give(0, slices.SHORT)
        slices.give(2**30, slices.SHORT)  # a thread that is gone
        return os.sched_getscheduler(0)

    assert asyncio.run(runs()) == os.SCHED_OTHER
