"""A worker: a forked process that answers one query at a time, and that may be killed at any moment."""

import mmap
import os
import select
import signal
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Store

from service.evaluators import heap, sandbox, slices, wire
from service.evaluators.execution import Bounds, execute
from service.evaluators.port import (
    EvaluationError,
    NotAcceptable,
    QueryFailed,
    QueryRequest,
    QuerySyntaxError,
)
from service.evaluators.slips import Claims

STACK: Final = 256 * 1024 * 1024
"""Bytes of stack a query may use: deep queries are parsed and planned by recursion."""
_REST: Final = 1
"""Milliseconds between two steps of what a worker does while nobody asks: four times what one takes."""

_SLOT: Final = struct.Struct("Qd")


class Board:
    """Memory shared by the parent and its workers: which query each worker is at, and when its time is up.

    A worker that cannot be trusted writes only when its own query starts and ends; whatever it writes, the
    worst that comes of it is that it is killed too early or, being the parent's child, when the service ends.
    """

    def __init__(self, slots: int) -> None:
        self._memory = mmap.mmap(-1, slots * _SLOT.size)

    def write(self, slot: int, query: int, deadline: float) -> None:
        """Note that the worker in `slot` is at `query` until `deadline` (monotonic seconds); 0, 0: none."""
        _SLOT.pack_into(self._memory, slot * _SLOT.size, query, deadline)

    def read(self, slot: int) -> tuple[int, float]:
        """The query and the deadline noted in `slot`."""
        query, deadline = _SLOT.unpack_from(self._memory, slot * _SLOT.size)
        return query, deadline


@dataclass(frozen=True)
class Post:
    """What a worker is given to work with: its store (or the folder to open it from), bounds and place.

    `own` are the bounds of the service's own queries. A worker that comes to own more than `most` bytes of
    memory gives way to a fresh one. While `free` bytes of the machine's memory are left, it copies the store
    ahead of queries; None: it does not.
    """

    store: Store | None
    folder: Path | None
    union: bool
    bounds: Bounds
    own: Bounds
    memory: int
    most: int
    free: int | None
    board: Board
    slot: int
    claims: Claims


def run(post: Post, connection: socket.socket) -> None:
    """Answer queries from `connection` until it ends. For a process just forked; the caller then exits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    closed = sandbox.confine(post.memory + STACK)
    heap.keep()
    sandbox.limit_file_size(max(post.bounds.bytes, post.own.bytes) + wire.MARGIN)
    store = post.store if post.store is not None else Store.read_only(str(post.folder))
    threading.stack_size(STACK)
    thread = threading.Thread(target=_serve, args=(post, store, connection, closed))
    thread.start()
    thread.join()


def _serve(post: Post, store: Store, connection: socket.socket, closed: bool) -> None:
    slices.give(0, slices.SHORT)
    born = {"network": "closed" if closed else "open", "thread": threading.get_native_id()}
    wire.send(connection, born)
    frames = wire.Frames()
    growth = heap.Growth(post.most)
    copying = iter(()) if post.store is None or post.free is None else heap.copying(post.free)
    while True:
        _use_leisure(connection, copying)
        if not frames.receive(connection):
            return
        for head, body in frames.complete():
            if head["slip"] is not None and not post.claims.may_begin(head["slip"]):
                continue
            healthy = _answer(post, store, connection, head, body)
            if growth.over() or not healthy:
                return


def _use_leisure(connection: socket.socket, steps: Iterator[object]) -> None:
    """Go on with `steps`, resting after each, until something comes over `connection`, or all are done."""
    if next(steps, None) is None:
        return
    slices.give(0, slices.LONG)
    coming = select.poll()
    coming.register(connection, select.POLLIN)
    while not coming.poll(_REST) and next(steps, None) is not None:
        pass
    slices.give(0, slices.SHORT)


def _answer(post: Post, store: Store, connection: socket.socket, head: dict[str, Any], body: bytes) -> bool:
    """Answer one query. False where the engine broke: this worker is not to be trusted with another."""
    healthy = True
    post.board.write(post.slot, head["id"], time.monotonic() + head["timeout"])
    try:
        reply, data, file = _reply(post, store, head, body)
    except BaseException as error:
        # A panic of the engine is no Exception; whatever it is, the client hears of it and the worker ends.
        reply, data, file = _refusal(QueryFailed(f"The engine broke on this query: {error}.")), b"", None
        healthy = False
    post.board.write(post.slot, 0, 0.0)
    try:
        wire.send(connection, {"id": head["id"], **reply}, data, () if file is None else (file,))
    finally:
        if file is not None:
            os.close(file)
    return healthy


def _reply(
    post: Post, store: Store, head: dict[str, Any], body: bytes
) -> tuple[dict[str, Any], bytes, int | None]:
    try:
        request = QueryRequest(
            body.decode(), head["results"], head["graph"], _graphs(head["default"]), _graphs(head["named"])
        )
        bounds = post.own if head["own"] else post.bounds
        result = execute(store, request, bounds, union=post.union)
    except EvaluationError as error:
        return _refusal(error), b"", None
    except MemoryError:
        return _refusal(QueryFailed("The query needs more memory than it is given.")), b"", None
    data, file = result.spool.take()
    reply = {
        "form": result.form,
        "format": result.format,
        "rows": result.rows,
        "stable": result.stable,
        "size": result.spool.size,
        "file": file is not None,
    }
    return reply, data, file


def _refusal(error: EvaluationError) -> dict[str, Any]:
    refusal: dict[str, Any] = {"error": type(error).__name__, "code": error.code, "message": str(error)}
    if isinstance(error, QuerySyntaxError):
        refusal |= {"line": error.line, "column": error.column}
    if isinstance(error, NotAcceptable):
        refusal |= {"form": error.form}
    return refusal


def _graphs(iris: list[str] | None) -> tuple[str, ...] | None:
    return None if iris is None else tuple(iris)
