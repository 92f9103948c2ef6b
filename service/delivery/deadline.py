"""A time limit that is set anew with every request.

An event loop's timer costs as much to set and to cancel as a good part of a small request. Here setting is
noting a time; the one timer behind it is put off when it goes off too early.
"""

import asyncio
from collections.abc import Callable
from typing import Final

_NEVER: Final = float("inf")


class Deadline:
    """Calls what was last set, when its time comes; nothing after `clear`."""

    __slots__ = ("_at", "_due", "_loop", "_then", "_timer")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._at = _NEVER
        self._due = _NEVER
        self._then: Callable[[], None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def set(self, seconds: float, then: Callable[[], None]) -> None:
        """Call `then` in so many seconds, and nothing that was set before."""
        self._at = self._loop.time() + seconds
        self._then = then
        if self._at < self._due:
            self._arm()

    def clear(self) -> None:
        """Call nothing."""
        self._at = _NEVER
        self._then = None

    def cancel(self) -> None:
        """Call nothing, and let go of the timer."""
        self.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._due = _NEVER

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._due = self._at
        self._timer = self._loop.call_at(self._at, self._look)

    def _look(self) -> None:
        self._timer = None
        self._due = _NEVER
        if self._at == _NEVER:
            return
        if self._loop.time() < self._at:
            self._arm()
        else:
            then, self._then, self._at = self._then, None, _NEVER
            if then is not None:
                then()
