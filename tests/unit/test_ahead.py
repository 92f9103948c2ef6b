"""Queries that are sent ahead of their turn: begun by whoever has the slip, taken back, and never lost."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Store

from service.evaluators import crew, local, slips, wire, worker
from service.evaluators.execution import Bounds
from service.evaluators.hatchery import Source
from service.evaluators.local import LocalEvaluator
from service.evaluators.port import (
    Answer,
    EvaluationError,
    EvaluatorUnavailable,
    QueryRefused,
    QueryRequest,
    QueryTimeout,
)
from service.limits import Limits
from service.settings import Settings

NEVER = 60.0


def test_a_slip_is_the_workers_or_the_senders() -> None:
    readers, writers = slips.pipes()
    sender, claims = slips.Slips(readers, writers), slips.Claims(readers)
    first = sender.put()
    assert claims.may_begin(first)
    assert not claims.may_begin(first), "once"
    assert not sender.take_back()
    second = sender.put()
    assert sender.take_back()
    assert not claims.may_begin(second)
    sender.close()


def test_a_slip_that_the_worker_has_not_come_to_is_not_taken_for_the_next() -> None:
    readers, writers = slips.pipes()
    sender, claims = slips.Slips(readers, writers), slips.Claims(readers)
    first, second = sender.put(), sender.put()
    assert sender.take_back()
    assert not claims.may_begin(second)
    assert claims.may_begin(first)
    sender.close()


def test_a_worker_passes_over_what_was_taken_back() -> None:
    readers, writers = slips.pipes()
    sender = slips.Slips(readers, writers)
    bounds = Bounds(Limits(10_000, 100, 1_000, 100), rows=5, bytes=4_000)
    post = worker.Post(
        Store(), None, True, bounds, bounds, 0, 1 << 40, None, worker.Board(1), 0, slips.Claims(readers)
    )
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(10)
        serving = threading.Thread(target=worker._serve, args=(post, post.store, theirs, True))
        told: list[int] = []
        second, third = sender.put(), sender.put()
        assert sender.take_back()
        for query, slip in ((1, None), (2, second), (3, third), (4, None)):
            head = {"id": query, "slip": slip, "results": "json", "graph": None, "own": False}
            wire.send(ours, head | {"default": None, "named": None, "timeout": 10.0}, b"ASK {}")
        serving.start()
        frames = wire.Frames()
        while 4 not in told:
            assert frames.receive(ours)
            told += [head["id"] for head, _ in frames.complete() if "id" in head]
        ours.close()
        serving.join(10)
    assert told == [1, 2, 4]
    sender.close()


class Played:
    """A worker that the test plays: what it was sent, and what it says."""

    def __init__(self, slot: int, told: Callable[[dict[str, Any], tuple[int, ...]], None]) -> None:
        ours, theirs = socket.socketpair()
        readers, writers = slips.pipes()
        self.slot = slot
        self._told = told
        self._claims = slips.Claims(readers)
        self._socket = theirs
        self._frames = wire.Frames()
        self._slips: dict[int, int] = {}
        self._came: list[tuple[int, int | None, str]] = []
        theirs.setblocking(False)
        told({"forked": slot, "pid": slot, "files": 5}, (ours.detach(), *readers, *writers))
        self._say({"network": "closed", "thread": 0})

    def sent(self) -> list[tuple[int, bool, str]]:
        """Number, whether it came ahead, and text of each query that came since this was last asked."""
        self._listen()
        came, self._came = self._came, []
        return [(query, slip is not None, text) for query, slip, text in came]

    def begins(self, query: int) -> bool:
        """Whether it gets to begin a query that came ahead."""
        self._listen()
        return self._claims.may_begin(self._slips[query])

    def answer(self, query: int) -> None:
        """Say `boolean`, `json` and the query's number."""
        small = {"form": "boolean", "format": "json", "rows": None, "stable": True, "file": False}
        self._say({"id": query, **small, "size": 1}, str(query).encode())

    def die(self, query: int, cause: str = "SIGKILL") -> None:
        """Die of `cause` over `query`; 0: over none."""
        self._socket.close()
        self._told({"died": self.slot, "pid": self.slot, "cause": cause, "query": query}, ())

    def close(self) -> None:
        self._socket.close()

    def _listen(self) -> None:
        assert self._frames.listen(self._socket)
        came = [(head["id"], head["slip"], body.decode()) for head, body in self._frames.complete()]
        self._slips |= {query: slip for query, slip, _ in came}
        self._came += came

    def _say(self, head: dict[str, Any], body: bytes = b"") -> None:
        self._socket.setblocking(True)
        wire.send(self._socket, head, body)
        self._socket.setblocking(False)


class Nursery:
    """In place of a parent: `fork` makes workers that the test plays."""

    def __init__(self, *arguments: Any) -> None:
        self._told = arguments[2]
        self.loaded = {"memory": False}
        self.orders: list[dict[str, Any]] = []
        self.played: list[Played] = []

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    def order(self, do: str, slot: int, **more: Any) -> None:
        self.orders.append({"do": do, **more})

    async def fork(self) -> Played:
        self.played.append(Played(len(self.played), self._told))
        await calm()
        return self.played[-1]


async def calm() -> None:
    """Let everything that has come be dealt with."""
    for _ in range(5):
        await asyncio.sleep(0)


Scene = Callable[[Callable[[str], "asyncio.Task[Answer]"], Nursery], Awaitable[None]]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Play a scene with an evaluator; a query is heavy after `heavy` seconds."""
    made: list[Nursery] = []

    def hatchery(*arguments: Any) -> Nursery:
        made.append(Nursery(*arguments))
        return made[-1]

    monkeypatch.setattr(crew, "Hatchery", hatchery)

    def played(scene: Scene, *, heavy: float = NEVER) -> None:
        async def run() -> None:
            monkeypatch.setattr(local, "_HEAVY", heavy)
            evaluator = LocalEvaluator(Settings(), Source(), lambda line: None)
            await evaluator.start()

            def ask(text: str) -> asyncio.Task[Answer]:
                request = QueryRequest(text, "json", None, client="10.0.0.1")
                return asyncio.ensure_future(evaluator.evaluate(request))

            await scene(ask, made[-1])
            await evaluator.close()
            for one in made[-1].played:
                one.close()

        asyncio.run(run())

    yield played


def data(task: "asyncio.Task[Answer]") -> bytes | None:
    return task.result().data


def test_the_next_query_is_there_when_the_worker_is_done(play: Callable[..., None]) -> None:
    async def scene(ask: Callable[[str], "asyncio.Task[Answer]"], nursery: Nursery) -> None:
        one = await nursery.fork()
        tasks = [ask(text) for text in "abc"]
        await calm()
        assert one.sent() == [(1, False, "a"), (2, True, "b")]
        one.answer(1)
        await calm()
        assert one.sent() == [(3, True, "c")], "sent as soon as the second is begun"
        assert one.begins(2)
        one.answer(2)
        assert one.begins(3)
        one.answer(3)
        assert [(await task).data for task in tasks] == [b"1", b"2", b"3"]
        fourth = ask("d")
        await calm()
        assert one.sent() == [(4, False, "d")], "a free worker needs no slip"
        one.answer(4)
        await fourth

    play(scene)


def test_no_query_waits_behind_a_heavy_one(play: Callable[..., None]) -> None:
    async def scene(ask: Callable[[str], "asyncio.Task[Answer]"], nursery: Nursery) -> None:
        one = await nursery.fork()
        first, second = ask("a"), ask("b")
        await calm()
        assert len(one.sent()) == 2
        await asyncio.sleep(0.4)
        third = ask("c")
        await calm()
        assert not one.sent(), "a worker at a heavy query is sent nothing"
        two = await nursery.fork()
        assert two.sent() == [(2, False, "b"), (3, True, "c")]
        assert not one.begins(2)
        two.answer(2)
        assert two.begins(3)
        two.answer(3)
        one.answer(1)
        await calm()
        assert [data(task) for task in (first, second, third)] == [b"1", b"2", b"3"]

    play(scene, heavy=0.3)


def test_a_worker_without_work_takes_what_waits_ahead_of_another(play: Callable[..., None]) -> None:
    async def scene(ask: Callable[[str], "asyncio.Task[Answer]"], nursery: Nursery) -> None:
        one, two = await nursery.fork(), await nursery.fork()
        tasks = [ask(text) for text in "abc"]
        await calm()
        assert (one.sent(), two.sent()) == ([(2, False, "b"), (3, True, "c")], [(1, False, "a")])
        two.answer(1)
        await calm()
        assert two.sent() == [(3, False, "c")]
        assert not one.begins(3)
        two.answer(3)
        one.answer(2)
        assert [(await task).data for task in tasks] == [b"1", b"2", b"3"]

    play(scene)


def test_who_leaves_takes_a_query_back_and_costs_no_worker(play: Callable[..., None]) -> None:
    async def scene(ask: Callable[[str], "asyncio.Task[Answer]"], nursery: Nursery) -> None:
        one = await nursery.fork()
        first, second = ask("a"), ask("b")
        await calm()
        nursery.orders.clear()
        second.cancel()
        await calm()
        assert not one.begins(2)
        assert not nursery.orders
        third, fourth, fifth = ask("c"), ask("d"), ask("e")
        await calm()
        assert one.sent() == [(1, False, "a"), (2, True, "b")], "none is ahead while that may lie there"
        one.answer(1)
        await calm()
        assert one.sent() == [(3, False, "c")]
        one.answer(3)
        await calm()
        assert one.sent() == [(4, False, "d"), (5, True, "e")]
        one.answer(4)
        assert one.begins(5)
        one.answer(5)
        answers = [(await task).data for task in (first, third, fourth, fifth)]
        assert answers == [b"1", b"3", b"4", b"5"]

    play(scene)


def test_who_leaves_when_the_query_was_begun_has_it_killed(play: Callable[..., None]) -> None:
    async def scene(ask: Callable[[str], "asyncio.Task[Answer]"], nursery: Nursery) -> None:
        one = await nursery.fork()
        first, second, third = ask("a"), ask("b"), ask("c")
        await calm()
        nursery.orders.clear()
        one.answer(1)
        assert one.begins(2)
        second.cancel()
        await calm()
        assert nursery.orders == [{"do": "kill", "cause": "left", "query": 2}]
        one.die(2)
        assert (await first).data == b"1"
        two = await nursery.fork()
        assert two.sent() == [(3, False, "c")]
        two.answer(3)
        assert (await third).data == b"3"

    play(scene)


def test_a_query_sent_ahead_does_not_die_with_the_one_before(play: Callable[..., None]) -> None:
    async def scene(ask: Callable[[str], "asyncio.Task[Answer]"], nursery: Nursery) -> None:
        one = await nursery.fork()
        first, second, third = ask("a"), ask("b"), ask("c")
        await calm()
        one.die(1)
        with pytest.raises(QueryRefused):
            await first
        two = await nursery.fork()
        assert two.sent() == [(2, False, "b"), (3, True, "c")]
        two.answer(2)
        assert two.begins(3)
        two.die(3)
        assert (await second).data == b"2", "said before it died"
        with pytest.raises(QueryRefused):
            await third

    play(scene)


def test_no_query_is_blamed_for_what_others_died_of(play: Callable[..., None]) -> None:
    async def scene(ask: Callable[[str], "asyncio.Task[Answer]"], nursery: Nursery) -> None:
        task = ask("a")
        for query in (17, 0, 18, 0):
            one = await nursery.fork()
            assert one.sent() == [(1, False, "a")]
            one.die(query, "left")
        one = await nursery.fork()
        one.answer(1)
        assert (await task).data == b"1"

    play(scene)


def test_a_query_whose_workers_die_of_nobody_knows_what_is_not_sent_for_ever(
    play: Callable[..., None],
) -> None:
    async def scene(ask: Callable[[str], "asyncio.Task[Answer]"], nursery: Nursery) -> None:
        killed, left = ask("a"), ask("b")
        for cause, times, task, error in (
            ("SIGKILL", 2, killed, QueryRefused),
            ("left", 8, left, EvaluatorUnavailable),
        ):
            for _ in range(times):
                assert not task.done()
                (await nursery.fork()).die(0, cause)
            with pytest.raises(error):
                await task

    play(scene)


def test_a_worker_that_leaves_after_its_answer_loses_no_query(play: Callable[..., None]) -> None:
    async def scene(ask: Callable[[str], "asyncio.Task[Answer]"], nursery: Nursery) -> None:
        one = await nursery.fork()
        first, second, third = ask("a"), ask("b"), ask("c")
        await calm()
        one.answer(1)
        one.die(0)
        assert (await first).data == b"1"
        two = await nursery.fork()
        sent = two.sent()
        assert sorted(text for _, _, text in sent) == ["b", "c"]
        for query, ahead, _ in sent:
            assert not ahead or two.begins(query)
            two.answer(query)
        assert [(await task).data for task in (second, third)] == [b"2", b"3"]

    play(scene)


def test_what_the_socket_has_no_room_for_follows_in_order(play: Callable[..., None]) -> None:
    async def scene(ask: Callable[[str], "asyncio.Task[Answer]"], nursery: Nursery) -> None:
        one = await nursery.fork()
        texts = ["a" * 1_000_000, "b" * 1_000_000, "c" * 10]
        first, second = map(ask, texts[:2])
        await calm()
        second.cancel()
        await calm()
        third = ask(texts[2])
        one.answer(1)
        came: list[tuple[int, bool, str]] = []
        while len(came) < 3:
            came += one.sent()
            await asyncio.sleep(0)
        assert came == [(1, False, texts[0]), (2, True, texts[1]), (3, False, texts[2])]
        assert not one.begins(2)
        one.answer(3)
        assert [(await task).data for task in (first, third)] == [b"1", b"3"]

    play(scene)


def test_of_a_crowd_that_leaves_and_asks_too_much_everybody_else_is_answered(tmp_path: Path) -> None:
    """Real workers: small and heavy queries, clients that leave at any moment, workers that are killed."""
    chance = random.Random(20)
    values = tmp_path / "values.nt"
    values.write_text("\n".join(f'<http://e/{n}> <http://e/value> "{n}" .' for n in range(1000)))
    settings = Settings(dataset=(values,), workers=2, timeout=3, old_after=0.1, max_old=20)
    evaluator = LocalEvaluator(settings, Source(dataset=(values,)), lambda line: None)
    wrong: list[str] = []
    answered: list[bool] = []

    async def ask(text: str) -> Answer:
        async with asyncio.timeout(25):
            return await evaluator.evaluate(QueryRequest(text, "json", None, client="10.0.0.1"))

    async def small(number: str) -> None:
        n = chance.randrange(1000)
        answer = await ask(
            f"SELECT ?o {{ <http://e/{n}> <http://e/value> ?o FILTER(STRLEN(?o) > 0) }} #{number}"
        )
        answered.append(answer.data is not None and f'"value":"{n}"'.encode() in answer.data)

    async def large(number: str) -> None:
        text = f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER(CONTAINS(?o, '1')) }} #{number}"
        answer = await ask(text + chance.choice((1, 1000, 10_000)) * "x")
        answered.append(answer.data is not None and b'"value":"271"' in answer.data)

    async def endless(number: str) -> None:
        with pytest.raises(QueryTimeout):
            await ask(f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} #{number}")

    async def leaving(number: str) -> None:
        task = asyncio.ensure_future(small(number))
        await asyncio.sleep(chance.choice((0, 0.0005, 0.002, 0.005)))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def killing(number: str) -> None:
        # One that is at nothing: its death is nobody's query's.
        idle = [worker for worker in evaluator._crew if worker.job is None and not worker.lost]
        for one in idle[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one.pid, signal.SIGKILL)

    async def client(name: int) -> None:
        kinds = chance.choices((small, large, endless, leaving, killing), (60, 25, 1, 12, 3), k=60)
        for number, kind in enumerate(kinds):
            try:
                await kind(f"{name}-{number}")
            except (EvaluationError, TimeoutError) as error:
                wrong.append(f"{kind.__name__}: {error!r}")

    async def crowd() -> None:
        await evaluator.start()
        await asyncio.gather(*(client(name) for name in range(8)))
        async with asyncio.timeout(25):
            while evaluator.status().running:  # those who left are being killed
                await asyncio.sleep(0.01)
        assert evaluator.status().waiting == 0
        await evaluator.close()

    asyncio.run(crowd())
    assert not wrong
    assert len(answered) > 300
    assert all(answered)
