"""Workers that die as they start: told once, and forked ever more rarely until one lives."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from itertools import chain, pairwise
from typing import Any, cast

import pytest

from service.evaluators import crew, slips, wire
from service.evaluators.crew import Crew, Employer
from service.evaluators.hatchery import Source
from service.settings import Settings


class Nursery:
    """In place of a parent: what was ordered of it, and when."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, float]] = []

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    def order(self, do: str, slot: int, **more: Any) -> None:
        self.orders.append((do, asyncio.get_running_loop().time()))


class Idle:
    def on_free(self, worker: object) -> None:
        pass


def run(monkeypatch: pytest.MonkeyPatch, act: Callable[[Crew, Nursery, list[str]], Awaitable[None]]) -> None:
    async def acted() -> None:
        nursery, said = Nursery(), cast(list[str], [])
        monkeypatch.setattr(crew, "Hatchery", lambda *arguments: nursery)
        made = Crew(Settings(workers=1), Source(), said.append, cast(Employer, Idle()))
        await made.start()
        await act(made, nursery, said)
        await made.close()

    asyncio.run(acted())


async def fork(made: Crew, *, lives: bool) -> None:
    """The parent's news of a worker that dies, having said that it was there or not."""
    ours, theirs = socket.socketpair()
    made._on_news({"forked": 0, "pid": 1, "files": 5}, (ours.detach(), *chain(*slips.pipes())))
    if lives:
        theirs.send(wire.encode({"network": "closed", "thread": 1}))
        await asyncio.sleep(0.01)
    theirs.close()
    made._on_news({"died": 0, "pid": 1, "cause": "SIGSYS", "query": 0}, ())


def test_workers_that_are_never_there_are_told_of_once_and_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crew, "_PAUSE", 0.02)

    async def act(made: Crew, nursery: Nursery, said: list[str]) -> None:
        for deaths in range(1, 4):
            await fork(made, lives=False)
            assert len(nursery.orders) == deaths, "not at once"
            while len(nursery.orders) == deaths:
                await asyncio.sleep(0.005)
        times = [time for _, time in nursery.orders]
        pauses = [after - before for before, after in pairwise(times)]
        assert [pause >= 0.02 * 2**n for n, pause in enumerate(pauses)] == [True] * 3
        (line,) = said
        assert "die as they start (SIGSYS)" in line and "seccomp" in line
        assert made.kills == {"SIGSYS": 3}

    run(monkeypatch, act)


def test_a_worker_that_was_there_is_replaced_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(made: Crew, nursery: Nursery, said: list[str]) -> None:
        await fork(made, lives=True)
        assert [do for do, _ in nursery.orders] == ["fork", "fork"]
        assert not said

    run(monkeypatch, act)


def test_nothing_is_forked_for_who_has_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_PAUSE", 0.01)

    async def act(made: Crew, nursery: Nursery, said: list[str]) -> None:
        await fork(made, lives=False)
        await made.close()
        await asyncio.sleep(0.03)
        assert len(nursery.orders) == 1

    run(monkeypatch, act)
