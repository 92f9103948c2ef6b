"""Queries that wait for a worker: bounded, and fair between clients by the time that theirs have taken."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from service.evaluators.port import EvaluatorBusy

Item = TypeVar("Item")

_HALF_LIFE: Final = 10.0
"""Seconds after which time taken counts half."""
_FORGOTTEN: Final = 0.01
_MOST_CLIENTS: Final = 1000


class Shares:
    """The processing time each client took of late, in seconds that fade."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._taken: dict[str, tuple[float, float]] = {}

    def taken(self, client: str) -> float:
        """What `client` took, older seconds counting less."""
        seconds, at = self._taken.get(client, (0.0, 0.0))
        return seconds * math.exp2((at - self._clock()) / _HALF_LIFE) if seconds else 0.0

    def charge(self, client: str, seconds: float) -> None:
        """Add `seconds` to what `client` took."""
        self._taken[client] = (self.taken(client) + seconds, self._clock())
        if len(self._taken) > _MOST_CLIENTS:
            self._taken = {name: kept for name, kept in self._taken.items() if self.taken(name) > _FORGOTTEN}


class FairQueue(Generic[Item]):
    """Items by client, next that of the client who took least of late; of equals each in turn, oldest first.

    At most `limit` items wait, and at most `share` of one client; the service itself, whose name is empty,
    has no share. Who `push_front`s goes before all.
    """

    def __init__(self, limit: int, share: int, shares: Shares | None = None) -> None:
        self._limit = limit
        self._share = share
        self._shares = shares or Shares()
        self._first: deque[tuple[str, Item]] = deque()
        self._waiting: OrderedDict[str, deque[Item]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def push(self, client: str, item: Item, ahead: Sequence[str] = ()) -> None:
        """Put `item` last among those of `client`. Raises `EvaluatorBusy` where there is no place for it.

        `ahead` are the clients of items that were taken out and wait elsewhere: they count, too.
        """
        if self._count + len(ahead) >= self._limit:
            raise EvaluatorBusy("Too many queries are waiting; try again in a few seconds.", retry_after=5)
        theirs = self._waits(client) + ahead.count(client)
        if client and theirs >= self._share:
            raise EvaluatorBusy(
                f"{theirs} of your queries are waiting already; send fewer at once.",
                retry_after=5,
                code="too-many-requests",
            )
        self._waiting.setdefault(client, deque()).append(item)
        self._count += 1

    def push_front(self, client: str, item: Item) -> None:
        """Put `item`, which had its turn before, first in line."""
        self._first.appendleft((client, item))
        self._count += 1

    def pop(self) -> Item | None:
        """Take the next item, or None where nothing waits; its client goes to the end of the line."""
        if self._first:
            self._count -= 1
            return self._first.popleft()[1]
        if not self._waiting:
            return None
        client = min(self._waiting, key=self._shares.taken)
        items = self._waiting[client]
        item = items.popleft()
        self._count -= 1
        self._waiting.move_to_end(client)
        if not items:
            del self._waiting[client]
        return item

    def charge(self, client: str, seconds: float) -> None:
        """Note that a query of `client` took so much processing time."""
        if client:
            self._shares.charge(client, seconds)

    def remove(self, client: str, item: Item) -> bool:
        """Take `item` out of the line; False where it does not wait."""
        items = self._waiting.get(client)
        if items is not None and item in items:
            items.remove(item)
            if not items:
                del self._waiting[client]
        elif (client, item) in self._first:
            self._first.remove((client, item))
        else:
            return False
        self._count -= 1
        return True

    def _waits(self, client: str) -> int:
        """How many items of `client` wait."""
        first = sum(name == client for name, _ in self._first)
        return first + len(self._waiting.get(client, ()))

    def drain(self) -> list[Item]:
        """Take everything out."""
        items = [item for _, item in self._first]
        items += [item for waiting in self._waiting.values() for item in waiting]
        self._first.clear()
        self._waiting.clear()
        self._count = 0
        return items
