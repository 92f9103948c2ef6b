"""The workers of the local evaluator: who is free, who is at which query, who is old, who is gone.

Workers kept for young queries never run out: a query that grows old takes its worker with it out of their
number, and a fresh worker is forked for the next. The parent (`parent.py`) forks, kills and buries.
"""

import asyncio
import itertools
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

from service.evaluators import wire
from service.evaluators.hatchery import Hatchery, Source
from service.evaluators.job import Job, Worker
from service.evaluators.port import EvaluatorUnavailable
from service.evaluators.sandbox import resident
from service.evaluators.slips import COUNT, Slips
from service.evaluators.spool import SMALL
from service.settings import Settings

_ROOM: Final = SMALL + wire.ROOM
"""Bytes: an answer that travels in its frame is read at once."""
_PAUSE: Final = 0.1
"""Seconds until what failed is tried again, twice as long each time."""
_STILLBORN: Final = 7
"""So often is the pause doubled, to 12.8 seconds, for workers that die as they start."""


class Employer(Protocol):
    """Whom a crew works for."""

    def on_free(self, worker: Worker) -> None:
        """Give `worker`, which is free, something to do, or leave it free."""

    def on_begun(self, worker: Worker, job: Job) -> None:
        """Note that `worker` is at `job`, which was sent ahead, and send another after it."""

    def on_return(self, job: Job) -> None:
        """Give `job`, which was sent ahead of a worker that died, to another."""

    def on_reply(self, job: Job, head: dict[str, Any], body: bytes, file: int | None) -> None:
        """Take what a worker says of its job; close `file`."""

    def on_death(self, job: Job, cause: str, query: int) -> None:
        """The job's worker died, over the job if `query` is the job's number."""

    def on_failure(self, error: EvaluatorUnavailable) -> None:
        """There is no parent, and none could be started; it is tried again."""


class Crew:
    """The workers of one parent. `kills` counts those that died, by cause."""

    def __init__(
        self, settings: Settings, source: Source, warn: Callable[[str], None], employer: Employer
    ) -> None:
        self._settings = settings
        self._hatchery = Hatchery(settings, source, self._on_news, self._on_parent_lost)
        self._warn = warn
        self._warned = False
        self._employer = employer
        self._workers: dict[int, Worker] = {}
        self._ordered: set[int] = set()
        self._free: list[Worker] = []
        self._restart: asyncio.Task[None] | None = None
        self._stillborn = 0
        self._closed = False
        self.kills: Counter[str] = Counter()

    @property
    def loaded(self) -> dict[str, Any]:
        """What the parent said when it was ready: seconds, quads, and for plain files the counts by graph."""
        return self._hatchery.loaded

    def __iter__(self) -> Iterator[Worker]:
        """All of them, as they are now."""
        return iter(list(self._workers.values()))

    async def start(self) -> None:
        """Start the parent, and have it load the graph and fork the workers."""
        await self._hatchery.start()
        self._refill()

    async def close(self) -> None:
        """End the parent, which takes the workers with it."""
        self._closed = True
        if self._restart is not None:
            self._restart.cancel()
        for worker in self:
            self._lose(worker)
        self._workers.clear()
        await self._hatchery.close()

    def memory(self) -> tuple[tuple[str, int], ...]:
        """Resident bytes of each process."""
        processes = [("parent", self._hatchery.pid)] if self._hatchery.pid else []
        processes += [(f"worker-{worker.slot}", worker.pid) for worker in self]
        return tuple((name, resident(pid)) for name, pid in processes)

    def take(self) -> Worker | None:
        """A worker that is free, which is the caller's to give something to do."""
        return self._free.pop() if self._free else None

    def leave(self, worker: Worker) -> None:
        """There is nothing to do for `worker`."""
        self._free.append(worker)

    def room(self) -> Worker | None:
        """A worker to which a job can be sent ahead, if there is one."""
        return next((worker for worker in self._workers.values() if worker.room), None)

    def ahead(self) -> list[Job]:
        """The jobs that were sent ahead."""
        return [worker.ahead for worker in self._workers.values() if worker.ahead is not None]

    def take_back(self) -> Job | None:
        """A job that was sent ahead and not begun, if there is one; no worker will begin it."""
        return next(filter(None, (worker.take_back() for worker in self._workers.values())), None)

    def kill(self, worker: Worker, job: Job, cause: str) -> None:
        """Have `worker` killed over `job`; news of its death will come."""
        self._hatchery.order("kill", worker.slot, cause=cause, query=job.id)

    def retire(self, worker: Worker, job: Job) -> None:
        """Leave `worker` at `job`, and count on another for young queries. Where there are too many such,
        kill it.
        """
        if sum(other.old for other in self._workers.values()) >= self._settings.max_old:
            self.kill(worker, job, "crowded")
            return
        worker.old = True
        self._hatchery.order("age", worker.slot)
        self._refill()

    def _read(self, worker: Worker) -> None:
        """Read what a worker sent; called when its socket is readable."""
        open_ = worker.frames.listen(worker.connection)
        for head, body in worker.frames.complete():
            if "network" in head:
                self._on_born(worker, head)
            else:
                self._on_reply(worker, head, body)
        if not open_:
            self._lose(worker)

    def _on_born(self, worker: Worker, head: dict[str, Any]) -> None:
        worker.thread = head["thread"]
        self._stillborn = 0
        if head["network"] != "closed" and not self._warned:
            self._warned = True
            self._warn(
                "WARNING: this system cannot close the network to query workers (seccomp is missing). "
                "SERVICE is refused by the text of a query only."
            )
        self._employer.on_free(worker)

    def _on_reply(self, worker: Worker, head: dict[str, Any], body: bytes) -> None:
        job = worker.end()
        file = worker.frames.take_file() if head.get("file") else None
        if job is not None:
            self._employer.on_reply(job, head, body, file)
        elif file is not None:
            os.close(file)
        if worker.job is not None:
            worker.weigh(heavy=False)
            self._employer.on_begun(worker, worker.job)
        elif worker.old:
            self._lose(worker)  # at the end of its socket it leaves, and its memory with it
        elif not worker.lost:
            worker.weigh(heavy=False)
            self._employer.on_free(worker)

    def _on_news(self, news: dict[str, Any], files: tuple[int, ...]) -> None:
        """What the parent tells of its children."""
        if "forked" in news:
            self._ordered.discard(news["forked"])
            descriptor, *ends = files
            pipes = Slips(tuple(ends[:COUNT]), tuple(ends[COUNT:]))
            connection = socket.socket(fileno=descriptor)
            connection.setblocking(False)
            worker = Worker(news["forked"], news["pid"], connection, wire.Frames(_ROOM), pipes)
            self._workers[worker.slot] = worker
            asyncio.get_running_loop().add_reader(connection.fileno(), self._read, worker)
        elif "died" in news:
            self._on_died(news)

    def _on_died(self, news: dict[str, Any]) -> None:
        worker = self._workers.get(news["died"])
        if worker is None or worker.pid != news["pid"]:
            return
        while not worker.lost:
            self._read(worker)  # the last it said may still be in its socket
        del self._workers[worker.slot]
        job, cause = worker.job, news["cause"]
        if cause != "left" or job is not None:
            self.kills[cause] += 1
        if worker.ahead is not None:
            self._employer.on_return(worker.ahead)
        if job is not None:
            self._employer.on_death(job, cause, news["query"])
        if worker.thread:
            self._refill()
        else:
            self._wait_for_better(cause)

    def _wait_for_better(self, cause: str) -> None:
        """A worker died before it was there, and so may the next: say so, and fork that after a pause."""
        if not self._stillborn:
            self._warn(
                f"WARNING: query workers die as they start ({cause}). With SIGSYS, a filter of system calls "
                "forbids what they need: it has to allow seccomp (deploy/vndx.service)."
            )
        self._stillborn = min(self._stillborn + 1, _STILLBORN)
        asyncio.get_running_loop().call_later(_PAUSE * 2**self._stillborn, self._refill)

    def _lose(self, worker: Worker) -> None:
        """Close the socket of a worker that is gone or is to go."""
        if not worker.lost:
            worker.close()
            if worker in self._free:
                self._free.remove(worker)

    def _refill(self) -> None:
        """Order as many workers as are missing among those for young queries."""
        if self._closed:
            return
        young = sum(not worker.old and not worker.lost for worker in self._workers.values())
        for _ in range(self._settings.workers - young - len(self._ordered)):
            slot = next(n for n in itertools.count() if n not in self._workers and n not in self._ordered)
            self._ordered.add(slot)
            self._hatchery.order("fork", slot)

    def _on_parent_lost(self) -> None:
        """The parent died, and its workers with it: queries under way wait for the next parent."""
        if self._closed or (self._restart is not None and not self._restart.done()):
            return
        self.kills["parent"] += 1
        self._ordered.clear()
        lost = list(self)
        for worker in lost:
            self._lose(worker)
        self._workers.clear()
        for worker in lost:
            if worker.ahead is not None:
                self._employer.on_return(worker.ahead)
            if worker.job is not None:
                self._employer.on_death(worker.job, "parent", 0)
        self._restart = asyncio.ensure_future(self._start_again())

    async def _start_again(self) -> None:
        pause = _PAUSE
        while True:
            try:
                await self._hatchery.start()
            except EvaluatorUnavailable as error:
                self._employer.on_failure(error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30.0)
            else:
                self._refill()
                return
