"""What a worker comes to own of its parent's memory, when it copies it, and when it owns too much."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from pyoxigraph import RdfFormat, Store

from service import machine
from service.evaluators import heap, loading, slips, wire, worker
from service.evaluators.execution import Bounds
from service.evaluators.worker import Board, Post
from service.limits import Limits

linux = pytest.mark.skipif(sys.platform != "linux", reason="of Linux and its /proc")
MIB = 1 << 20
ASK = {"results": "json", "graph": None, "default": None, "named": None, "timeout": 10.0, "own": False}
ASK |= {"slip": None}

FORKED = """
import json, os, sys
from pyoxigraph import RdfFormat, Store
from service import machine
from service.evaluators import heap
store = Store()
store.load("\\n".join(f"<http://e/{n}> <http://e/p> <http://e/{n + 1}> ." for n in range(40_000)),
           format=RdfFormat.N_TRIPLES)
if os.fork() == 0:
    heap.keep()
    before = heap.own()
    if sys.argv[1] == "copying":
        told = list(heap.copying(int(sys.argv[2])))
    else:
        told = [sum(1 for _ in store)]
    print(json.dumps([before, heap.own(), told]), flush=True)
    os._exit(0)
os.wait()
"""


def forked(how: str, free: int = 0) -> tuple[int, int, list[int]]:
    """Bytes that a fork of a process with 40,000 triples owns before and after, and what it told."""
    told = subprocess.run(
        [sys.executable, "-c", FORKED, how, str(free)], capture_output=True, text=True, check=True
    )
    before, after, steps = json.loads(told.stdout)
    return before, after, steps


@linux
def test_a_fork_owns_the_parents_heap_once_it_was_copied() -> None:
    before, after, steps = forked("copying")
    assert before < 4 * MIB
    assert steps[-1] > 10 * MIB, "the graph is in the heap"
    assert steps == sorted(set(steps))
    assert max(b - a for a, b in pairwise(steps)) <= MIB
    assert steps[-1] <= after < steps[-1] + before + 4 * MIB


@linux
def test_nothing_is_copied_where_memory_is_short() -> None:
    before, after, steps = forked("copying", free=heap.available() * 2)
    assert steps == []
    assert after - before < 4 * MIB


@linux
def test_reading_a_graph_comes_to_own_it() -> None:
    """What all this is for: were it no longer so, copies would be made for nothing."""
    before, after, (triples,) = forked("reading")
    assert triples == 40_000
    assert after - before > 5 * MIB


@linux
def test_growth_is_told_where_there_was_any() -> None:
    growth = heap.Growth(heap.own() + 20 * MIB)
    assert not growth.over()
    taken = bytearray(b"x" * (80 * MIB))
    assert growth.over()
    del taken
    assert not growth.over(), "what was given back counts no more"


def test_room_for_copies_is_a_share_of_the_machines_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory", lambda: 24_000 * MIB)
    start = {"memory_share": 0.5, "workers": 2}
    assert loading.room(start, 300 * MIB) == (812 * MIB, 6_000 * MIB)
    assert loading.room(start, 2_900 * MIB) == (3_412 * MIB, 6_000 * MIB)
    assert loading.room(start, 8_000 * MIB) == (2_000 * MIB, None)
    assert loading.room(start | {"workers": 4}, 2_900 * MIB) == (2_275 * MIB, None)
    assert loading.room(start | {"memory_share": 0.0}, 300 * MIB) == (512 * MIB, None)


@pytest.fixture
def post() -> Iterator[Post]:
    store = Store()
    store.load("<http://e/s> <http://e/p> <http://e/o> <http://e/g> .", format=RdfFormat.N_QUADS)
    bounds = Bounds(Limits(10_000, 100, 1_000, 100), rows=5, bytes=4_000)
    readers, writers = slips.pipes()
    yield Post(store, None, True, bounds, bounds, 0, 1 << 40, None, Board(1), 0, slips.Claims(readers))
    for end in (*readers, *writers):
        os.close(end)


@pytest.mark.parametrize(("most", "stays"), [(1 << 40, True), (0, False)])
def test_a_worker_that_owns_too_much_leaves_after_its_answer(post: Post, most: int, stays: bool) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(10)
        serving = threading.Thread(
            target=worker._serve, args=(replace(post, most=most), post.store, theirs, True)
        )
        serving.start()
        frames = wire.Frames()
        wire.send(ours, {"id": 7, **ASK}, b"SELECT ?o { ?s ?p ?o }")
        told: list[tuple[dict[str, Any], bytes]] = []
        while len(told) < 2:
            assert frames.receive(ours)
            told += frames.complete()
        assert told[1][0]["id"] == 7
        assert b"http://e/o" in told[1][1]
        serving.join(0.3 if stays else 10)
        assert serving.is_alive() == stays
        ours.close()
        serving.join(10)
        assert not serving.is_alive()


def test_leisure_ends_with_the_next_query_and_goes_on_after_it() -> None:
    ours, theirs = socket.socketpair()
    steps = iter(range(1, 6))
    with ours, theirs:
        ours.send(b"x")
        worker._use_leisure(theirs, steps)
        theirs.recv(1)
        assert next(steps) == 2, "one step was made, and what had come was seen"
        worker._use_leisure(theirs, steps)
        assert next(steps, None) is None
