"""Strategy: the small parts of an answer's way out, each alone: header fields, tags, packets, slices."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from loaders.release import Release
from service.delivery.deadline import Deadline
from service.delivery.fields import EVERYWHERE, Fields
from service.delivery.packets import Joined
from service.delivery.ready import Asked, Ready
from service.delivery.repeats import Repeats, taken_apart
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


class Loop:
    """An event loop's clock and timers; time passes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.made = 0

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, then: Callable[[], None]) -> "Loop":
        self.timers.append((when, then))
        self.made += 1
        return self

    def cancel(self) -> None:
        self.timers.clear()

    def pass_to(self, now: float) -> None:
        while self.timers and self.timers[0][0] <= now:
            self.now, then = self.timers.pop(0)
            then()
        self.now = now


def test_a_deadline_is_kept_put_off_and_brought_forward() -> None:
    loop = Loop()
    called: list[tuple[float, str]] = []
    deadline = Deadline(loop)  # type: ignore[arg-type]
    deadline.set(10, lambda: called.append((loop.now, "first")))
    loop.pass_to(5)
    deadline.set(10, lambda: called.append((loop.now, "put off")))
    loop.pass_to(14)
    assert called == []
    loop.pass_to(30)
    assert called == [(15, "put off")]
    deadline.set(100, lambda: called.append((loop.now, "late")))
    deadline.set(1, lambda: called.append((loop.now, "soon")))
    loop.pass_to(200)
    assert called[1:] == [(31, "soon")]
    deadline.set(10, lambda: called.append((loop.now, "never")))
    deadline.clear()
    loop.pass_to(300)
    deadline.set(10, lambda: called.append((loop.now, "never")))
    deadline.cancel()
    loop.pass_to(400)
    assert len(called) == 2


def test_a_deadline_that_is_set_again_and_again_makes_few_timers() -> None:
    loop = Loop()
    deadline = Deadline(loop)  # type: ignore[arg-type]
    for tenth in range(1000):
        loop.pass_to(tenth / 10)
        deadline.set(10, lambda: None)
        deadline.clear()
        deadline.set(75, lambda: None)
    assert loop.made < 20


def test_repeats_are_of_one_release_and_bounded() -> None:
    def ready(body: bytes, digest: str = "a") -> Ready:
        return Ready(b"HTTP/1.1 200 OK\r\n", b"\r\n", body, False, Asked("GET", "/sparql", "", digest))

    repeats = Repeats(8000)
    repeats.put(b"one", ready(b"1" * 900))
    assert repeats.get(b"one", "a") == ready(b"1" * 900)
    assert repeats.get(b"one", "b") is None
    assert repeats.get(b"on", "a") is None
    for number in range(20):
        repeats.put(b"%d" % number, ready(b"x" * 900))
    assert repeats.get(b"one", "a") is None
    assert repeats.get(b"19", "a") is not None
    assert repeats.size <= 8000
    repeats.put(b"large", ready(b"x" * 2000))
    repeats.put(b"y" * 40_000, ready(b""))
    assert repeats.get(b"large", "a") is None
    assert repeats.get(b"y" * 40_000, "a") is None


def test_a_head_is_put_together_as_it_was_but_for_the_date() -> None:
    head = b"HTTP/1.1 200 OK\r\ndate: Mon\r\netag: x\r\n\r\n"
    apart = taken_apart(head)
    assert apart is not None
    ready = Ready(*apart, b"", False, Asked("GET", "/", "", ""))
    assert ready.head(b"Mon") == head
    assert ready.head(b"Tue") == head.replace(b"Mon", b"Tue")
    assert taken_apart(b"HTTP/1.1 200 OK\r\netag: x\r\n\r\n") is None


@pytest.mark.skipif(sys.platform != "linux", reason="a system call of Linux")
def test_slices_are_given_and_taken_back() -> None:
    async def runs() -> int:
        slices.give(0, slices.LONG)
        slices.give(0, slices.SHORT)
        slices.give(2**30, slices.SHORT)  # a thread that is gone
        return os.sched_getscheduler(0)

    assert asyncio.run(runs()) == os.SCHED_OTHER
