"""A query on its way through the local evaluator, and the worker that it may be at."""

import asyncio
import socket
from dataclasses import dataclass

from service.evaluators import slices, wire
from service.evaluators.port import Answer, QueryRequest


@dataclass(eq=False)
class Job:
    """A query: waiting, or at a worker since it was sent. It may take `seconds`."""

    id: int
    request: QueryRequest
    seconds: float
    future: asyncio.Future[Answer]
    tries: int = 0
    charged: float = 0.0
    timer: asyncio.TimerHandle | None = None

    def frame(self) -> bytes:
        """What a worker is sent."""
        request = self.request
        head = {
            "id": self.id,
            "results": request.results_format,
            "graph": request.graph_format,
            "default": request.default_graphs,
            "named": request.named_graphs,
            "timeout": self.seconds,
            "own": request.own,
        }
        return wire.encode(head, request.text.encode("utf-8", "replace"))

    def time(self, timer: asyncio.TimerHandle | None) -> None:
        """Have `timer`, or none, in place of the timer there was."""
        if self.timer is not None:
            self.timer.cancel()
        self.timer = timer

    def fail(self, error: Exception) -> None:
        """Tell the sender, unless something was told already."""
        if not self.future.done():
            self.future.set_exception(error)


@dataclass(eq=False)
class Worker:
    """A worker: its place on the board, process, socket, evaluating thread, and the job it is at."""

    slot: int
    pid: int
    connection: socket.socket
    frames: wire.Frames
    thread: int = 0
    job: Job | None = None
    sending: asyncio.Future[None] | None = None
    heavy: bool = False
    old: bool = False
    lost: bool = False

    def send(self, frame: bytes) -> None:
        """Send without waiting. Where the worker is gone, news of its death will come."""
        try:
            sent = self.connection.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            return
        if sent < len(frame):
            rest = asyncio.get_running_loop().sock_sendall(self.connection, memoryview(frame)[sent:])
            self.sending = asyncio.ensure_future(rest)
            self.sending.add_done_callback(lambda done: done.cancelled() or done.exception())

    def weigh(self, heavy: bool) -> None:
        """Give way to whoever wakes, while `heavy`; be quick again after."""
        if self.heavy != heavy:
            self.heavy = heavy
            slices.give(self.thread, slices.LONG if heavy else slices.SHORT)

    def close(self) -> None:
        """Let go of its socket."""
        self.lost = True
        if self.sending is not None:
            self.sending.cancel()
        asyncio.get_running_loop().remove_reader(self.connection.fileno())
        self.connection.close()
        self.frames.close()
