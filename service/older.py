"""Older releases that are open: few at once, and none opened more often than it is worth.

Opening a release starts processes and reads a graph into memory, so a client that named one after the
other could keep the machine at it. Whatever was opened therefore stays for a while, which bounds the openings
of all clients together, and each client has so many of its own.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Final, Generic, Protocol, TypeVar

from service.evaluators.port import EvaluatorBusy

AT_ONCE: Final = 2
"""So many older releases are open at once."""
STAYS: Final = 10.0
"""Seconds for which one stays open, whoever asks for another."""
SHARE: Final = 4
"""So many openings one client may cause in `WINDOW` seconds."""
WINDOW: Final = 60.0
_MOST_CLIENTS: Final = 1000


class Counted(Protocol):
    """Something that requests may be at."""

    requests: int


Opened = TypeVar("Opened", bound=Counted)


@dataclass
class _Place(Generic[Opened]):
    """What is open, since when, in seconds of the clock."""

    serving: Opened
    since: float


class Older(Generic[Opened]):
    """The older releases that are open, by digest, the longest unused first."""

    def __init__(self, close: Callable[[Opened], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._close = close
        self._clock = clock
        self._places: OrderedDict[str, _Place[Opened]] = OrderedDict()
        self._openings: OrderedDict[str, deque[float]] = OrderedDict()
        self._opening = asyncio.Lock()

    def __iter__(self) -> Iterator[Opened]:
        return (place.serving for place in self._places.values())

    async def get(self, digest: str, client: str, opener: Callable[[], Awaitable[Opened]]) -> Opened:
        """What is open under `digest`, if need be by `opener` and in the place of one that is not in use.

        Raises `EvaluatorBusy` where no place can be had, or where `client` has had its share.
        """
        if (place := self._places.get(digest)) is not None:
            self._places.move_to_end(digest)
            return place.serving
        async with self._opening:
            if (place := self._places.get(digest)) is None:
                share = self._share(client)
                self._make_room()
                share.append(self._clock())
                place = self._places[digest] = _Place(await opener(), self._clock())
            self._places.move_to_end(digest)
            return place.serving

    def _share(self, client: str) -> deque[float]:
        """When `client` had releases opened of late, where it may have one more."""
        now = self._clock()
        times = self._openings.setdefault(client, deque())
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if len(times) >= SHARE:
            raise EvaluatorBusy(
                f"You have had {SHARE} older releases opened of late; ask for fewer, or take their dumps.",
                retry_after=ceil(times[0] + WINDOW - now),
                code="too-many-requests",
            )
        self._openings.move_to_end(client)
        while len(self._openings) > _MOST_CLIENTS:
            self._openings.popitem(last=False)
        return times

    def _make_room(self) -> None:
        """Close the longest unused where there is no place for another."""
        if len(self._places) < AT_ONCE:
            return
        now = self._clock()
        free = [name for name, place in self._places.items() if place.since + STAYS <= now]
        idle = next((name for name in free if self._places[name].serving.requests == 0), None)
        if idle is None:
            waits = [place.since + STAYS - now for place in self._places.values()]
            raise EvaluatorBusy(
                f"{AT_ONCE} other older releases are in use; try again later, or take the release's dumps.",
                retry_after=max(1, ceil(min(waits))),
            )
        self._close(self._places.pop(idle).serving)
