"""Results that were asked for before: bounded in bytes, the longest unused going first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class ResultCache(Generic[Value]):
    """Values by key, each with its size in bytes; no value larger than an eighth of the bound is kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self.size = 0
        self.hits = 0
        self.misses = 0

    @property
    def largest(self) -> int:
        """The size up to which a value is kept."""
        return self._limit // 8

    def get(self, key: Hashable) -> Value | None:
        """The value kept for `key`."""
        found = self._values.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: Value, size: int) -> None:
        """Keep `value`, at the cost of the longest unused."""
        if size > self.largest:
            return
        if (old := self._values.pop(key, None)) is not None:
            self.size -= old[1]
        self._values[key] = (value, size)
        self.size += size
        while self.size > self._limit:
            _, (_, dropped) = self._values.popitem(last=False)
            self.size -= dropped
