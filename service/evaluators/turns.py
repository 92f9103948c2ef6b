"""Whose query another endpoint is asked next: so many at once, the rest in a queue that is fair by time.

The rules are those of the workers on this machine (`local.py`): a query that runs for `old_after` seconds
gives its place to a younger one, and where too many are old already it is given up.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from service.evaluators.port import EvaluatorBusy
from service.evaluators.queue import FairQueue
from service.settings import Settings

PLACES: Final = 4
"""Queries at once for each of `--workers`: the work is done elsewhere."""


class Turns:
    """Places for queries that are young, and who waits for one. `given_up` counts queries by cause."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._places = settings.workers * PLACES
        self._most_old = max(settings.max_old, self._places)
        self._queue: FairQueue[asyncio.Future[None]] = FairQueue(settings.queue, settings.queue_per_client)
        self._young = 0
        self._old = 0
        self.given_up: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """How many queries wait."""
        return len(self._queue)

    @property
    def running(self) -> int:
        """How many queries the endpoint is at."""
        return self._young + self._old

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """A place for one query of `client`, as long as the block lasts.

        Raises `EvaluatorBusy` where too many wait, where none came free in time, and, ending the block, where
        the query has turned old and too many are.
        """
        await self._wait(client)
        loop = asyncio.get_running_loop()
        begun, old = loop.time(), False

        def grow_old() -> None:
            nonlocal old
            if self._old >= self._most_old:
                scope.reschedule(loop.time())
                return
            old = True
            self._old += 1
            self._pass_on()

        timer = loop.call_later(self._settings.old_after, grow_old)
        scope = asyncio.timeout(None)
        try:
            async with scope:
                yield
        except TimeoutError:
            if not scope.expired():
                raise
            self.given_up["crowded"] += 1
            message = "Too many long queries are running; yours was given up when it turned long."
            raise EvaluatorBusy(f"{message} Try again later.", retry_after=30) from None
        finally:
            timer.cancel()
            self._queue.charge(client, loop.time() - begun)
            if old:
                self._old -= 1
            else:
                self._pass_on()

    async def _wait(self, client: str) -> None:
        if self._young < self._places and not len(self._queue):
            self._young += 1
            return
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.push(client, given)
        try:
            async with asyncio.timeout(self._settings.patience):
                await given
        except (TimeoutError, asyncio.CancelledError) as error:
            if not self._queue.remove(client, given) and not given.cancelled():
                self._pass_on()  # the place was given at this very moment
            if isinstance(error, asyncio.CancelledError):
                raise
            message = "No place was free for the query in time; try again later."
            raise EvaluatorBusy(message, retry_after=30) from None

    def _pass_on(self) -> None:
        """Give the place of a query that needs it no more to the next that waits."""
        while (given := self._queue.pop()) is not None:
            if not given.done():
                given.set_result(None)
                return
        self._young -= 1
