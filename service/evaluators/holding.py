"""Large results on their way to clients: what they hold together is bounded, and what one client holds.

A result waits in memory until its client has taken it, and a client may take its time.
"""

import io
from collections import Counter

from service.evaluators.port import EvaluatorBusy


class Holding:
    """Bytes of the results that are held: at most `limit`, of which one client may hold a quarter."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._by_client: Counter[str] = Counter()
        self.size = 0

    def take(self, client: str, size: int) -> None:
        """Count `size` bytes for `client`. Raises `EvaluatorBusy` where that would be too many."""
        if client and self._by_client[client] + size > max(self._limit // 4, size):
            raise EvaluatorBusy(
                "Large answers to you are still on their way: take them first.",
                retry_after=10,
                code="too-many-requests",
            )
        if self.size + size > self._limit:
            raise EvaluatorBusy("Too many large answers are on their way; try again later.", retry_after=10)
        self._by_client[client] += size
        self.size += size

    def give_back(self, client: str, size: int) -> None:
        """Count `size` bytes of `client` no more."""
        self.size -= size
        self._by_client[client] -= size
        if self._by_client[client] <= 0:
            del self._by_client[client]


class HeldFile(io.FileIO):
    """An open result, counted as `size` bytes until it is closed: at the latest when nobody refers to it."""

    def __init__(self, descriptor: int, holding: Holding, client: str, size: int) -> None:
        super().__init__(descriptor, "rb")
        self._account: tuple[Holding, str, int] | None = None
        try:
            holding.take(client, size)
        except EvaluatorBusy:
            super().close()
            raise
        self._account = (holding, client, size)

    def close(self) -> None:
        """Close the file and give back what it was counted for."""
        super().close()
        account, self._account = getattr(self, "_account", None), None
        if account is not None:
            holding, client, size = account
            holding.give_back(client, size)
