"""The remote evaluator: any SPARQL 1.1 endpoint, with the same limits around it as the local one.

Queries of vndx take the default graph to be the union of all graphs, which the standard leaves to the
endpoint. The endpoint is asked (`survey.py`), at start and again from time to time; where it is not so, each
query without a dataset of its own is sent with every graph as `default-graph-uri` and `named-graph-uri`
(SPARQL 1.1 Protocol 2.1.4). Nothing that comes back is passed on before it was read to its end (`proof.py`).
"""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import httpx

from service.evaluators import proof
from service.evaluators.endpoint import Body, Endpoint, Fields
from service.evaluators.holding import Holding
from service.evaluators.plan import Plan, make
from service.evaluators.port import (
    Answer,
    EvaluationError,
    EvaluatorStatus,
    QueryRequest,
    QueryTimeout,
)
from service.evaluators.survey import Survey, survey
from service.evaluators.turns import Turns
from service.settings import Settings

_IN_THREAD: Final = 32 * 1024
_SURVEY_SECONDS: Final = 60.0
_SURVEY_BYTES: Final = 16 << 20
_AGAIN: Final = 60.0
"""Seconds between two surveys, at least; and so many times what one takes:"""
_RARELY: Final = 20
_WIDER: Final = 4
"""How many times larger than an answer that may be which it is written from."""


class RemoteEvaluator:
    """Answers from the endpoint at `url`, of whose graphs only those in `wanted` count, where they are given.

    `counts` are triples by named graph, as last seen; it changes in place.
    """

    def __init__(
        self,
        settings: Settings,
        url: str,
        wanted: Mapping[str, int] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._wanted = wanted
        self._endpoint = Endpoint(url, settings.held_bytes, transport)
        self._turns = Turns(settings)
        self._holding = Holding(settings.held_bytes)
        self._survey = Survey({}, union=True, listed=False, graph_format=proof.PROVABLE[0])
        self._watch: asyncio.Task[None] | None = None
        self._told: set[str] = set()
        self._files: tempfile.TemporaryDirectory[str] | None = None
        self.counts: dict[str, int] = {}

    @property
    def lookup_store(self) -> None:
        """None: there are no lookups."""

    @property
    def union(self) -> bool:
        """Whether the default graph of a query without a dataset is the union of all graphs."""
        return self._survey.union

    async def start(self) -> None:
        """Find out what the endpoint is like, and go on looking from time to time."""
        try:
            seconds = await self._look()
        except BaseException:
            await self.close()
            raise
        self._watch = asyncio.create_task(self._look_again(seconds))

    def at_once(self, text: str, results_format: str | None, graph_format: str | None) -> None:
        """None: another service is never asked in passing."""
        return

    async def evaluate(self, request: QueryRequest) -> Answer:
        """The endpoint's answer, whole. Raises `EvaluatorUnavailable` where it gives none."""
        settings = self._settings.own if request.own else self._settings
        plan = await make(request, self._survey, settings)
        timeout = min(request.timeout or settings.timeout, settings.timeout)
        most = settings.max_bytes * (1 if plan.same else _WIDER)
        async with self._turns.turn(request.client):
            try:
                body = await self._endpoint.ask(plan.text, plan.came, plan.fields, timeout, most)
            except QueryTimeout:
                self._turns.given_up["timeout"] += 1
                raise
        rows, whole = await self._proved(body, plan, settings)
        return whole.answer(plan.form, plan.wanted, rows, plan.stable, self._holding, request.client)

    def folder(self) -> Path:
        """An empty folder in one of its own, for files that are of no use without the endpoint."""
        if self._files is None:
            self._files = tempfile.TemporaryDirectory(prefix="vndx-")
            (Path(self._files.name) / "endpoint").mkdir()
        return Path(self._files.name) / "endpoint"

    async def close(self) -> None:
        """Close the connections, and remove the folder."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        await self._endpoint.close()
        if self._files is not None:
            self._files.cleanup()

    def status(self) -> EvaluatorStatus:
        """How many queries wait, how many the endpoint is at, how many were given up and why."""
        turns = self._turns
        return EvaluatorStatus(turns.waiting, turns.running, tuple(sorted(turns.given_up.items())))

    async def _proved(self, body: Body, plan: Plan, settings: Settings) -> tuple[int | None, Body]:
        """The number of solutions and the body as the client wants it; `body` itself is closed on failure."""
        try:
            if plan.form == "graph" and plan.came.name not in proof.PROVABLE and not body.declared:
                raise QueryTimeout("The endpoint behind this service did not say how long its answer is.")
            if body.size > _IN_THREAD:
                return await asyncio.to_thread(_prove, body, plan, settings)
            return _prove(body, plan, settings)
        except BaseException:
            body.close()
            raise

    async def _ask(self, text: str, format: str, fields: Fields) -> Body:
        """Ask for a survey, which is worth more time than a query and waits for no turn."""
        name = proof.by_name(format)
        return await self._endpoint.ask(text, name, fields, _SURVEY_SECONDS, _SURVEY_BYTES)

    async def _look(self) -> float:
        """Survey the endpoint; the seconds that took."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        self._survey = await survey(self._ask, self._wanted)
        self.counts.clear()
        self.counts.update(self._survey.counts)
        if not self._survey.union:
            self._warn("its default graph is not the union of its graphs, and cannot be made so")
        if self._survey.graph_format is None:
            self._warn("it writes graphs in no format that shows where they end, so there are none here")
        wanted = self._wanted or {}
        other = [name for name, count in wanted.items() if self.counts.get(name, 0) != count]
        if other:
            self._warn(
                f"it holds other triples than the release in {len(other)} of {len(wanted)} graphs,"
                f" such as {other[0]}: load that release there, or serve without --release"
            )
        return loop.time() - begun

    async def _look_again(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(max(_AGAIN, _RARELY * seconds))
            try:
                seconds = await self._look()
            except EvaluationError as error:
                sys.stderr.write(f"vndx serve: {error}\n")

    def _warn(self, message: str) -> None:
        """Say once what is wrong with the endpoint."""
        if message not in self._told:
            self._told.add(message)
            sys.stderr.write(f"vndx serve: WARNING: of the endpoint: {message}.\n")


def _prove(body: Body, plan: Plan, settings: Settings) -> tuple[int | None, Body]:
    """The number of solutions and the body as the client wants it, within the bounds of `settings`."""
    rows, spool = None, None
    with body.reader() as reader:
        if plan.form == "graph":
            spool = proof.graph(reader, plan.came, plan.wanted, settings.max_bytes)
        elif plan.form == "boolean":
            spool = proof.boolean(reader, plan.wanted)
        else:
            rows, spool = proof.solutions(reader, plan.wanted, settings.max_rows, settings.max_bytes)
    if spool is None:
        return rows, body
    body.close()
    return rows, Body(spool)
