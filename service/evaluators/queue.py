"""Queries that wait for a worker: bounded, and fair between clients."""

from collections import OrderedDict, deque
from typing import Generic, TypeVar

from service.evaluators.port import EvaluatorBusy

Item = TypeVar("Item")


class FairQueue(Generic[Item]):
    """Items by client, taken from each client in turn, oldest first.

    At most `limit` items wait, and at most `share` of one client; the service itself, whose name is empty,
    has no share.
    """

    def __init__(self, limit: int, share: int) -> None:
        self._limit = limit
        self._share = share
        self._waiting: OrderedDict[str, deque[Item]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def push(self, client: str, item: Item) -> None:
        """Put `item` last among those of `client`. Raises `EvaluatorBusy` where there is no place for it."""
        if self._count >= self._limit:
            raise EvaluatorBusy("Too many queries are waiting; try again in a few seconds.", retry_after=5)
        items = self._waiting.setdefault(client, deque())
        if client and len(items) >= self._share:
            raise EvaluatorBusy(
                f"{len(items)} of your queries are waiting already; send fewer at once.",
                retry_after=5,
                code="too-many-requests",
            )
        items.append(item)
        self._count += 1

    def push_front(self, client: str, item: Item) -> None:
        """Put `item`, which had its turn before, first in line."""
        self._waiting.setdefault(client, deque()).appendleft(item)
        self._waiting.move_to_end(client, last=False)
        self._count += 1

    def pop(self) -> Item | None:
        """Take the next item, or None where nothing waits; its client goes to the end of the line."""
        while self._waiting:
            client, items = next(iter(self._waiting.items()))
            if not items:
                del self._waiting[client]
                continue
            item = items.popleft()
            self._count -= 1
            self._waiting.move_to_end(client)
            if not items:
                del self._waiting[client]
            return item
        return None

    def remove(self, client: str, item: Item) -> bool:
        """Take `item` out of the line; False where it does not wait."""
        items = self._waiting.get(client)
        if items is None or item not in items:
            return False
        items.remove(item)
        self._count -= 1
        if not items:
            del self._waiting[client]
        return True

    def drain(self) -> list[Item]:
        """Take everything out."""
        items = [item for waiting in self._waiting.values() for item in waiting]
        self._waiting.clear()
        self._count = 0
        return items
