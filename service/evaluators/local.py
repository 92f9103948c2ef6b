"""The local evaluator, seen from the HTTP process: who waits, which worker is at which query, who is gone.

Workers kept for young queries never run out: a query that grows old takes its worker with it out of their
number, and a fresh worker is forked for the next. The parent (`parent.py`) forks, kills and buries.
"""

import asyncio
import itertools
import os
import socket
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from service.evaluators import port, wire
from service.evaluators.hatchery import Hatchery, Source
from service.evaluators.holding import HeldFile, Holding
from service.evaluators.job import Job, Worker
from service.evaluators.port import Answer, EvaluatorStatus, QueryRequest
from service.evaluators.queue import FairQueue
from service.evaluators.sandbox import resident
from service.evaluators.verdicts import death, told
from service.settings import Settings

_TRIES: Final = 2
_HEAVY: Final = 0.004
"""Seconds after which a query is heavy: its worker gives way to whoever wakes."""


class LocalEvaluator:
    """Answers from a graph that a parent process holds in memory, by workers that may die."""

    def __init__(self, settings: Settings, source: Source, warn: Callable[[str], None]) -> None:
        self._settings = settings
        self._hatchery = Hatchery(settings, source, self._on_news, self._on_parent_lost)
        self._warn = warn
        self._warned = False
        self._ids = itertools.count(1)
        self._queue: FairQueue[Job] = FairQueue(settings.queue, settings.queue_per_client)
        self._holding = Holding(settings.held_bytes)
        self._workers: dict[int, Worker] = {}
        self._ordered: set[int] = set()
        self._free: list[Worker] = []
        self._kills: Counter[str] = Counter()
        self._restart: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def loaded(self) -> dict[str, Any]:
        """What the parent said when it was ready: seconds, quads, and for plain files the counts by graph."""
        return self._hatchery.loaded

    @property
    def union(self) -> bool:
        """Whether the default graph is the union of all: in releases, not in other people's files."""
        return self._hatchery.union

    async def start(self) -> None:
        """Start the parent, and have it load the graph and fork the workers."""
        await self._hatchery.start()
        self._refill()

    async def evaluate(self, request: QueryRequest) -> Answer:
        """Answer from the next worker that is free. Cancelling kills the worker, or leaves the queue."""
        if self._closed:
            raise port.EvaluatorUnavailable("The service is shutting down.")
        loop = asyncio.get_running_loop()
        seconds = min(request.timeout or self._settings.timeout, self._settings.timeout)
        job = Job(next(self._ids), request, seconds, loop.create_future())
        if self._free and not len(self._queue):
            self._send(self._free.pop(), job)
        else:
            self._queue.push(request.client, job)
            job.time(loop.call_later(self._settings.patience, self._give_up, job))
        try:
            return await job.future
        except asyncio.CancelledError:
            self._abandon(job)
            raise

    async def close(self) -> None:
        """End the parent, which takes the workers with it."""
        self._closed = True
        if self._restart is not None:
            self._restart.cancel()
        for job in self._queue.drain():
            job.fail(port.EvaluatorUnavailable("The service is shutting down."))
        for worker in list(self._workers.values()):
            self._lose(worker)
            if worker.job is not None:
                worker.job.fail(port.EvaluatorUnavailable("The service is shutting down."))
        self._workers.clear()
        self._free.clear()
        await self._hatchery.close()

    def status(self) -> EvaluatorStatus:
        """Figures of the moment."""
        processes = [("parent", self._hatchery.pid)] if self._hatchery.pid else []
        processes += [(f"worker-{worker.slot}", worker.pid) for worker in self._workers.values()]
        return EvaluatorStatus(
            waiting=len(self._queue),
            running=sum(worker.job is not None for worker in self._workers.values()),
            kills=tuple(sorted(self._kills.items())),
            memory=tuple((name, resident(pid)) for name, pid in processes),
        )

    def _send(self, worker: Worker, job: Job) -> None:
        loop = asyncio.get_running_loop()
        worker.job = job
        job.tries += 1
        job.charged = loop.time()
        job.time(loop.call_later(_HEAVY, self._grow_heavy, worker, job))
        worker.send(job.frame())

    def _on_answer(self, worker: Worker) -> None:
        """Read what a worker sent; called when its socket is readable."""
        try:
            open_ = worker.frames.receive(worker.connection)
        except BlockingIOError:
            return
        except OSError:
            open_ = False
        for head, body in worker.frames.complete():
            if "network" in head:
                worker.thread = head["thread"]
                self._on_born(worker, head["network"])
            else:
                self._finish(worker, head, body)
        if not open_:
            self._lose(worker)

    def _on_born(self, worker: Worker, network: str) -> None:
        if network != "closed" and not self._warned:
            self._warned = True
            self._warn(
                "WARNING: this system cannot close the network to query workers (seccomp is missing). "
                "SERVICE is refused by the text of a query only."
            )
        self._make_free(worker)

    def _make_free(self, worker: Worker) -> None:
        job = self._queue.pop()
        if job is not None:
            self._send(worker, job)
        else:
            self._free.append(worker)

    def _finish(self, worker: Worker, head: dict[str, Any], body: bytes) -> None:
        job, worker.job = worker.job, None
        if job is not None:
            self._charge(job)
        file = worker.frames.take_file() if head.get("file") else None
        if job is not None and job.id == head["id"] and not job.future.done():
            try:
                job.future.set_result(self._result(job, head, body, file))
            except port.EvaluationError as error:
                job.future.set_exception(error)
        elif file is not None:
            os.close(file)
        if job is not None:
            job.time(None)
        if worker.old:
            self._lose(worker)  # at the end of its socket it leaves, and its memory with it
        elif not worker.lost:
            worker.weigh(heavy=False)
            self._make_free(worker)

    def _result(self, job: Job, head: dict[str, Any], body: bytes, file: int | None) -> Answer:
        """The answer that a worker sent. Raises what it told of, and `EvaluatorBusy` (closing the file)."""
        if "error" in head:
            raise told(head)
        held = HeldFile(file, self._holding, job.request.client, head["size"]) if file is not None else None
        data = body if held is None else None
        return Answer(head["form"], head["format"], head["size"], data, held, head["rows"], head["stable"])

    def _grow_heavy(self, worker: Worker, job: Job) -> None:
        if worker.job is job:
            worker.weigh(heavy=True)
            rest = max(self._settings.old_after - _HEAVY, 0.0)
            job.time(asyncio.get_running_loop().call_later(rest, self._grow_old, worker, job))

    def _grow_old(self, worker: Worker, job: Job) -> None:
        if worker.job is not job or worker.old:
            return
        self._charge(job)
        if sum(other.old for other in self._workers.values()) >= self._settings.max_old:
            self._hatchery.order("kill", worker.slot, cause="crowded", query=job.id)
            return
        worker.old = True
        self._hatchery.order("age", worker.slot)
        self._refill()

    def _charge(self, job: Job) -> None:
        """Put the time since the job was sent, or last charged, on its client's account."""
        now = asyncio.get_running_loop().time()
        self._queue.charge(job.request.client, now - job.charged)
        job.charged = now

    def _give_up(self, job: Job) -> None:
        """The job waited as long as it may."""
        if self._queue.remove(job.request.client, job):
            message = "No worker was free for the query in time; try again later."
            job.fail(port.EvaluatorBusy(message, retry_after=30))

    def _abandon(self, job: Job) -> None:
        if self._queue.remove(job.request.client, job):
            job.time(None)
            return
        for worker in self._workers.values():
            if worker.job is job:
                self._hatchery.order("kill", worker.slot, cause="left", query=job.id)

    def _on_news(self, news: dict[str, Any], descriptor: int | None) -> None:
        """What the parent tells of its children."""
        if "forked" in news and descriptor is not None:
            self._ordered.discard(news["forked"])
            connection = socket.socket(fileno=descriptor)
            connection.setblocking(False)
            worker = Worker(news["forked"], news["pid"], connection, wire.Frames())
            self._workers[worker.slot] = worker
            asyncio.get_running_loop().add_reader(connection.fileno(), self._on_answer, worker)
        elif "died" in news:
            self._on_died(news)

    def _on_died(self, news: dict[str, Any]) -> None:
        worker = self._workers.get(news["died"])
        if worker is None or worker.pid != news["pid"]:
            return
        while not worker.lost:
            self._on_answer(worker)  # the last it said may still be in its socket
        del self._workers[worker.slot]
        cause = news["cause"]
        if cause != "left" or worker.job is not None:
            self._kills[cause] += 1
        if worker.job is not None:
            self._charge(worker.job)
            self._settle(worker.job, cause, news["query"])
        self._refill()

    def _settle(self, job: Job, cause: str, query: int) -> None:
        """Tell a job's sender why its worker died; or give the job to another, where it was not to blame."""
        job.time(None)
        if job.future.done():
            return
        if query != job.id and job.tries < _TRIES:
            self._queue.push_front(job.request.client, job)
            job.time(asyncio.get_running_loop().call_later(self._settings.patience, self._give_up, job))
            while self._free and (waiting := self._queue.pop()):
                self._send(self._free.pop(), waiting)
        else:
            job.fail(death(cause, job.seconds))

    def _lose(self, worker: Worker) -> None:
        """Close the socket of a worker that is gone or is to go."""
        if not worker.lost:
            worker.close()
            if worker in self._free:
                self._free.remove(worker)

    def _refill(self) -> None:
        """Order as many workers as are missing among those for young queries."""
        young = sum(not worker.old and not worker.lost for worker in self._workers.values())
        for _ in range(self._settings.workers - young - len(self._ordered)):
            slot = next(n for n in itertools.count() if n not in self._workers and n not in self._ordered)
            self._ordered.add(slot)
            self._hatchery.order("fork", slot)

    def _on_parent_lost(self) -> None:
        """The parent died, and its workers with it: queries under way wait for the next parent."""
        if self._closed or (self._restart is not None and not self._restart.done()):
            return
        self._kills["parent"] += 1
        self._ordered.clear()
        for worker in list(self._workers.values()):
            self._lose(worker)
            if worker.job is not None:
                self._settle(worker.job, "parent", 0)
        self._workers.clear()
        self._restart = asyncio.ensure_future(self._start_again())

    async def _start_again(self) -> None:
        pause = 0.1
        while True:
            try:
                await self._hatchery.start()
            except port.EvaluatorUnavailable as error:
                for job in self._queue.drain():
                    job.fail(error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30.0)
            else:
                self._refill()
                return
