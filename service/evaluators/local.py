"""The local evaluator, seen from the HTTP process: which query waits, which is at a worker, what comes of it.

The workers are a crew's (`crew.py`).
"""

import asyncio
import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from service.evaluators import port
from service.evaluators.crew import Crew
from service.evaluators.hatchery import Source
from service.evaluators.holding import HeldFile, Holding
from service.evaluators.job import Job, Worker
from service.evaluators.lookup import Lookups, lookups
from service.evaluators.port import Answer, EvaluatorStatus, QueryRequest, Small
from service.evaluators.queue import FairQueue
from service.evaluators.verdicts import death, told
from service.settings import Settings

_TRIES: Final = 2
"""So often is a query sent whose worker dies of nobody knows what."""
_TRIES_OF_LEAVERS: Final = 8
"""And one whose worker leaves of its own accord: an earlier query had made it too large."""
_HEAVY: Final = 0.004
"""Seconds after which a query is heavy: its worker gives way to whoever wakes."""


class LocalEvaluator:
    """Answers from a graph that a parent process holds in memory, by workers that may die."""

    def __init__(self, settings: Settings, source: Source, warn: Callable[[str], None]) -> None:
        self._settings = settings
        self._source = source
        self._crew = Crew(settings, source, warn, self)
        self._lookups: Lookups | None = None
        self.lookup_store: Path | None = None
        self._ids = itertools.count(1)
        self._queue: FairQueue[Job] = FairQueue(settings.queue, settings.queue_per_client)
        self._holding = Holding(settings.held_bytes)
        self._closed = False

    @property
    def loaded(self) -> dict[str, Any]:
        """What the parent said when it was ready: seconds, quads, and for plain files the counts by graph."""
        return self._crew.loaded

    @property
    def union(self) -> bool:
        """Whether the default graph is the union of all: in releases, not in other people's files."""
        return self._source.union

    async def start(self) -> None:
        """Start the parent, and have it load the graph and fork the workers."""
        await self._crew.start()
        # A release that is not held in memory is larger than what the system keeps of files: disks are slow.
        store = self._source.store if self.loaded["memory"] else None
        self._lookups = lookups(self._settings, store)
        self.lookup_store = store if self._lookups is not None else None

    def at_once(self, text: str, results_format: str | None, graph_format: str | None) -> Small | None:
        """The answer to a lookup."""
        return self._lookups.answer(text, results_format, graph_format) if self._lookups is not None else None

    async def evaluate(self, request: QueryRequest) -> Answer:
        """Answer from the next worker that is free. Cancelling kills the worker, or leaves the queue."""
        if self._closed:
            raise port.EvaluatorUnavailable("The service is shutting down.")
        if request.default_graphs is None and request.named_graphs is None:
            small = self.at_once(request.text, request.results_format, request.graph_format)
            if small is not None:
                return Answer(small.form, small.format, len(small.data), small.data, stable=True)
        most = (self._settings.own if request.own else self._settings).timeout
        seconds = min(request.timeout or most, most)
        job = Job(next(self._ids), request, seconds, asyncio.get_running_loop().create_future())
        worker = None if len(self._queue) else self._crew.take() or self._crew.room()
        if worker is not None:
            self._send(worker, job)
        else:
            self._queue.push(request.client, job, [ahead.request.client for ahead in self._crew.ahead()])
            self._wait(job)
        try:
            return await job.future
        except asyncio.CancelledError:
            self._abandon(job)
            raise

    async def close(self) -> None:
        """End the parent, which takes the workers with it."""
        self._closed = True
        self._lookups = self.lookup_store = None
        sent = (job for worker in self._crew for job in (worker.job, worker.ahead) if job is not None)
        for job in (*self._queue.drain(), *sent):
            job.fail(port.EvaluatorUnavailable("The service is shutting down."))
        await self._crew.close()

    def status(self) -> EvaluatorStatus:
        """Figures of the moment."""
        return EvaluatorStatus(
            waiting=len(self._queue) + len(self._crew.ahead()),
            running=sum(worker.job is not None for worker in self._crew),
            kills=tuple(sorted(self._crew.kills.items())),
            memory=self._crew.memory(),
        )

    def on_free(self, worker: Worker) -> None:
        """Send `worker` the next query, or leave it free where none waits."""
        job = self._queue.pop() or self._crew.take_back()
        if job is None:
            self._crew.leave(worker)
            return
        self._send(worker, job)
        self._send_next()

    def on_begun(self, worker: Worker, job: Job) -> None:
        """Note that `worker` is at `job`, which was sent ahead, and send another after it."""
        self._note_begin(worker, job)
        self._send_next()

    def on_return(self, job: Job) -> None:
        """Give `job`, which was sent ahead to a worker that will not begin it, to another."""
        if not job.future.done():
            self._queue.push_front(job.request.client, job)
            self._wait(job)
            self._send_next()

    def on_reply(self, job: Job, head: dict[str, Any], body: bytes, file: int | None) -> None:
        """Tell the sender what a worker said of its query."""
        self._charge(job)
        job.time(None)
        if job.id != head["id"]:
            job.fail(port.QueryFailed("The worker mixed this query up with another."))
        if job.future.done():
            if file is not None:
                os.close(file)
            return
        try:
            job.future.set_result(self._answer(job, head, body, file))
        except port.EvaluationError as error:
            job.future.set_exception(error)

    def on_death(self, job: Job, cause: str, query: int) -> None:
        """Tell a job's sender why its worker died; or give the job to another, where it was not to blame."""
        self._charge(job)
        job.time(None)
        if job.future.done():
            return
        tries = _TRIES_OF_LEAVERS if cause == "left" else _TRIES
        if query not in (job.id, 0) or (not query and job.tries < tries):
            self.on_return(job)
        else:
            job.fail(death(cause, job.seconds))

    def on_failure(self, error: port.EvaluatorUnavailable) -> None:
        """Tell all who wait that there is no engine."""
        for job in self._queue.drain():
            job.fail(error)

    def _send_next(self) -> None:
        """Send who is first in line, and the next, to workers that are free or will soon be."""
        while len(self._queue) and (worker := self._crew.take() or self._crew.room()) is not None:
            job = self._queue.pop()
            assert job is not None  # noqa: S101
            self._send(worker, job)

    def _send(self, worker: Worker, job: Job) -> None:
        """Send `job` to a worker that is free, or ahead to one that has room."""
        if worker.job is None:
            worker.begin(job)
            self._note_begin(worker, job)
        else:
            worker.follow(job)

    def _note_begin(self, worker: Worker, job: Job) -> None:
        loop = asyncio.get_running_loop()
        job.tries += 1
        job.charged = loop.time()
        job.time(loop.call_later(_HEAVY, self._grow_heavy, worker, job))

    def _wait(self, job: Job) -> None:
        """Let the job wait, as long as one may."""
        job.time(asyncio.get_running_loop().call_later(self._settings.patience, self._give_up, job))

    def _answer(self, job: Job, head: dict[str, Any], body: bytes, file: int | None) -> Answer:
        """The answer that a worker sent. Raises what it told of, and `EvaluatorBusy` (closing the file)."""
        if "error" in head:
            raise told(head)
        held = HeldFile(file, self._holding, job.request.client, head["size"]) if file is not None else None
        data = body if held is None else None
        return Answer(head["form"], head["format"], head["size"], data, held, head["rows"], head["stable"])

    def _grow_heavy(self, worker: Worker, job: Job) -> None:
        if worker.job is job:
            worker.weigh(heavy=True)
            if (ahead := worker.take_back()) is not None:
                self.on_return(ahead)
            rest = max(self._settings.old_after - _HEAVY, 0.0)
            job.time(asyncio.get_running_loop().call_later(rest, self._grow_old, worker, job))

    def _grow_old(self, worker: Worker, job: Job) -> None:
        if worker.job is job and not worker.old:
            self._charge(job)
            self._crew.retire(worker, job)

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
        for worker in self._crew:
            if worker.job is job or (worker.ahead is job and worker.take_back() is None):
                self._crew.kill(worker, job, "left")
