"""Older releases are opened few at once, none for a moment only, and for one client so many."""

import asyncio
from dataclasses import dataclass

import pytest

from service.evaluators.port import EvaluatorBusy
from service.older import AT_ONCE, SHARE, STAYS, WINDOW, Older


@dataclass
class Open:
    name: str
    requests: int = 0


class Shelf:
    """Older releases on a clock of the test's own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.older: Older[Open] = Older(lambda one: self.closed.append(one.name), lambda: self.now)

    async def get(self, name: str, client: str = "an") -> Open:
        async def opener() -> Open:
            self.opened.append(name)
            await asyncio.sleep(0)
            return Open(name)

        return await self.older.get(name, client, opener)


def test_the_longest_unused_goes_but_not_at_once() -> None:
    async def run() -> None:
        shelf = Shelf()
        await shelf.get("a")
        await shelf.get("b")
        shelf.now = STAYS - 3
        with pytest.raises(EvaluatorBusy) as busy:
            await shelf.get("c", "binh")
        assert (busy.value.code, busy.value.retry_after) == ("busy", 3)
        await shelf.get("a")
        shelf.now = STAYS
        await shelf.get("c", "binh")
        assert (shelf.opened, shelf.closed) == (["a", "b", "c"], ["b"])
        assert sorted(one.name for one in shelf.older) == ["a", "c"]

    asyncio.run(run())


def test_what_is_in_use_stays() -> None:
    async def run() -> None:
        shelf = Shelf()
        for name in "ab":
            (await shelf.get(name)).requests = 1
        shelf.now = STAYS * 2
        with pytest.raises(EvaluatorBusy, match="in use"):
            await shelf.get("c", "binh")
        assert len(list(shelf.older)) == AT_ONCE
        assert shelf.closed == []

    asyncio.run(run())


def test_one_client_has_a_share_and_others_have_theirs() -> None:
    async def run() -> None:
        shelf = Shelf()
        for turn in range(SHARE):
            shelf.now = turn * STAYS
            await shelf.get(str(turn))
        shelf.now += STAYS
        with pytest.raises(EvaluatorBusy) as refused:
            await shelf.get("more")
        assert refused.value.code == "too-many-requests"
        assert refused.value.retry_after == WINDOW - SHARE * STAYS
        await shelf.get("more", "binh")
        await shelf.get("more")  # open already: that costs nothing
        shelf.now = WINDOW
        await shelf.get("0")

    asyncio.run(run())


def test_many_who_ask_for_one_open_it_once() -> None:
    async def run() -> None:
        shelf = Shelf()
        await asyncio.gather(*(shelf.get("a", str(n)) for n in range(20)))
        assert shelf.opened == ["a"]

    asyncio.run(run())
