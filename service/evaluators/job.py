"""A query on its way through the local evaluator, and the worker that it may be at."""

import asyncio
import socket
from dataclasses import dataclass, field

from service.evaluators import slices, wire
from service.evaluators.port import Answer, QueryRequest
from service.evaluators.slips import Slips


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

    def frame(self, slip: int | None) -> bytes:
        """What a worker is sent: ahead of its turn, with the number of a `slip`; or to be begun at once."""
        request = self.request
        head = {
            "id": self.id,
            "slip": slip,
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
    """A worker: its place on the board, process, socket, evaluating thread, the job it is at, and that sent
    ahead, which it begins next unless it is taken back.

    Where one was taken back, `before` is the job it was at then: until another has ended, what was taken
    back may lie in its socket.
    """

    slot: int
    pid: int
    connection: socket.socket
    frames: wire.Frames
    slips: Slips
    thread: int = 0
    job: Job | None = None
    ahead: Job | None = None
    before: Job | None = None
    unsent: bytearray = field(default_factory=bytearray)
    heavy: bool = False
    old: bool = False
    lost: bool = False

    @property
    def room(self) -> bool:
        """Whether a job may be sent ahead: where that which it is at is young, and none lies there."""
        clear = self.ahead is None and self.before is None
        return self.job is not None and clear and not (self.heavy or self.old or self.lost)

    def begin(self, job: Job) -> None:
        """Send `job`, which the worker is then at; it is free."""
        self.job = job
        self._send(job.frame(None))

    def follow(self, job: Job) -> None:
        """Send `job` ahead, to be begun after that which the worker is at."""
        self.ahead = job
        self._send(job.frame(self.slips.put()))

    def take_back(self) -> Job | None:
        """The job sent ahead, which this worker will not begin now; None where it has begun it, or died."""
        job = self.ahead
        if job is None or self.lost or not self.slips.take_back():
            return None
        self.ahead, self.before = None, self.job
        return job

    def end(self) -> Job | None:
        """The job that the worker was at. It is at the one that was sent ahead now, if any."""
        job, self.job, self.ahead = self.job, self.ahead, None
        if job is not self.before:
            self.before = None
        return job

    def weigh(self, heavy: bool) -> None:
        """Give way to whoever wakes, while `heavy`; be quick again after."""
        if self.heavy != heavy:
            self.heavy = heavy
            slices.give(self.thread, slices.LONG if heavy else slices.SHORT)

    def close(self) -> None:
        """Let go of its socket."""
        self.lost = True
        loop = asyncio.get_running_loop()
        loop.remove_reader(self.connection.fileno())
        loop.remove_writer(self.connection.fileno())
        self.connection.close()
        self.slips.close()
        self.frames.close()

    def _send(self, frame: bytes) -> None:
        """Send without waiting, in order. Where the worker is gone, news of its death will come."""
        if self.unsent:
            self.unsent += frame
        elif (sent := self._sent(frame)) < len(frame):
            self.unsent += frame[sent:]
            asyncio.get_running_loop().add_writer(self.connection.fileno(), self._send_rest)

    def _send_rest(self) -> None:
        """Send what the socket had no room for; called when it has."""
        del self.unsent[: self._sent(self.unsent)]
        if not self.unsent:
            asyncio.get_running_loop().remove_writer(self.connection.fileno())

    def _sent(self, data: bytes | bytearray) -> int:
        """How many bytes the socket took: all of them where the worker is gone."""
        try:
            return self.connection.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)
