"""The parent: one thread that loads the graph once, forks workers, keeps their deadlines and buries them.

Started by `local.LocalEvaluator` as `python -m service.evaluators.parent FD`, in an interpreter of its own,
so that nothing of the HTTP process (threads, event loop, sockets) is inherited. Over the socket FD come a
start frame and orders; news go back. Queries do not pass here: each worker has a socket of its own to the
HTTP process.
"""

import gc
import os
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Store

from service.evaluators import slips, wire
from service.evaluators.execution import Bounds
from service.evaluators.loading import counts, load, room
from service.evaluators.sandbox import resident
from service.evaluators.spool import SMALL
from service.evaluators.worker import Board, Post, run
from service.limits import Limits
from service.notes import queue_stderr

SLOTS: Final = 256
_GLANCE: Final = 0.25
"""Seconds between looks at the board; a deadline seen there is met to the millisecond."""
_OLD_NICE: Final = 10


@dataclass
class Child:
    """A worker as its parent knows it. `cause` says why it was killed, if it was."""

    pid: int
    cause: str = ""
    query: int = 0


class Parent:
    """The loop: orders from the HTTP process, deadlines from the board, deaths from the kernel."""

    def __init__(self, control: socket.socket, start: dict[str, Any]) -> None:
        self._control = control
        self._start = start
        self._board = Board(SLOTS)
        self._children: dict[int, Child] = {}
        self._store: Store | None = None
        self._frames = wire.Frames()
        self._room: tuple[int, int | None] = (0, None)

    def load(self) -> None:
        """Load the graph, or leave it on disk where it is larger than its share of memory."""
        begun = time.monotonic()
        self._store = load(self._start, self._tell)
        gc.collect()
        gc.freeze()
        self._room = room(self._start, resident())
        store, outside = self._store, bool(self._start["dataset"])
        self._tell(
            {
                "ready": True,
                "seconds": time.monotonic() - begun,
                "memory": store is not None,
                "quads": len(store) if store is not None else None,
                "graphs": counts(store) if store is not None and outside else None,
            }
        )

    def loop(self) -> None:
        """Serve until the HTTP process closes its end."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        os.set_blocking(reader, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ, "control")
            selector.register(reader, selectors.EVENT_READ, "signal")
            while True:
                for key, _ in selector.select(self._keep_deadlines()):
                    if key.data == "control":
                        if not self._frames.receive(self._control):
                            return
                        for order, _ in self._frames.complete():
                            self._obey(order)
                    else:
                        os.read(reader, 4096)
                self._bury()

    def end(self) -> None:
        """Kill every worker."""
        for child in self._children.values():
            os.kill(child.pid, signal.SIGKILL)

    def _obey(self, order: dict[str, Any]) -> None:
        slot = order["slot"]
        child = self._children.get(slot)
        if order["do"] == "fork":
            if child is None:
                self._fork(slot)
        elif child is None:
            return
        elif order["do"] == "age":
            os.setpriority(os.PRIO_PROCESS, child.pid, _OLD_NICE)
        elif order["do"] == "kill":
            self._kill(child, order["cause"], order["query"])

    def _keep_deadlines(self) -> float:
        """Kill what is over its time; the seconds until somebody next may be."""
        now = time.monotonic()
        nearest = _GLANCE
        for slot, child in self._children.items():
            query, deadline = self._board.read(slot)
            if query and not child.cause:
                if deadline <= now:
                    self._kill(child, "timeout", query)
                else:
                    nearest = min(nearest, deadline - now)
        return nearest

    def _kill(self, child: Child, cause: str, query: int) -> None:
        child.cause, child.query = cause, query
        os.kill(child.pid, signal.SIGKILL)

    def _bury(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            for slot, child in list(self._children.items()):
                if child.pid == pid:
                    del self._children[slot]
                    query, _ = self._board.read(slot)
                    self._board.write(slot, 0, 0.0)
                    self._tell(
                        {
                            "died": slot,
                            "pid": pid,
                            "cause": child.cause or _cause(status),
                            "query": child.query or query,
                        }
                    )

    def _fork(self, slot: int) -> None:
        ours, theirs = socket.socketpair()
        # An answer that travels in its frame goes out at once, whether or not somebody is there to read it.
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
        readers, writers = slips.pipes()
        post = Post(
            self._store,
            None if self._store is not None else Path(self._start["store"]),
            self._start["union"],
            _bounds(self._start["bounds"]),
            _bounds(self._start["own_bounds"]),
            self._start["worker_memory"],
            *self._room,
            self._board,
            slot,
            slips.Claims(readers),
        )
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                self._control.close()
                ours.close()
                for writer in writers:
                    os.close(writer)
                run(post, theirs)
                status = 0
            finally:
                os._exit(status)
        theirs.close()
        self._children[slot] = Child(pid)
        with ours:
            files = (ours.fileno(), *readers, *writers)
            wire.send(self._control, {"forked": slot, "pid": pid, "files": len(files)}, files=files)
        for end in (*readers, *writers):
            os.close(end)

    def _tell(self, news: dict[str, Any]) -> None:
        wire.send(self._control, news)


def _cause(status: int) -> str:
    """Why a child ended that nobody killed: `left` of its own accord, or the signal's name."""
    return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "left"


def _bounds(told: dict[str, Any]) -> Bounds:
    return Bounds(Limits(**told["text"]), told["rows"], told["bytes"])


def main() -> int:
    """Run a parent on the socket whose descriptor is the one argument."""
    try:
        return _run()
    finally:
        queue_stderr()  # nothing is forked any more, and nobody has to read the trace before this ends


def _run() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    frames = wire.Frames()
    start: dict[str, Any] | None = None
    while start is None:
        if not frames.receive(control):
            return 0
        start = next((head for head, _ in frames.complete()), None)
    parent = Parent(control, start)
    try:
        parent.load()
    except (OSError, ValueError, SyntaxError) as error:
        wire.send(control, {"failed": str(error)})
        return 1
    try:
        parent.loop()
    except (BrokenPipeError, ConnectionResetError):
        pass  # the HTTP process is gone; so are we
    finally:
        parent.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
