"""Whether the client is still there while its answer is worked on."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from starlette.requests import Request

from service.problems import problem

Result = TypeVar("Result")
_PATIENCE: Final = 0.05
"""Seconds after which it is looked for; most answers are there before."""


async def while_connected(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """What `work` gives, unless the client leaves before: then it is cancelled, and its query with it.

    Raises `Problem` where the client left, though nobody will read it.
    """
    worker = asyncio.current_task()
    assert worker is not None  # noqa: S101
    watch = Watch(request, worker)
    later = asyncio.get_running_loop().call_later(_PATIENCE, watch.begin)
    try:
        return await work
    except asyncio.CancelledError:
        if not watch.left:
            raise
        worker.uncancel()
        raise problem("bad-request", "The client left before the answer was there.") from None
    finally:
        later.cancel()
        watch.end()


class Watch:
    """Cancels `worker` when the client of `request` has `left`."""

    def __init__(self, request: Request, worker: asyncio.Task[Any]) -> None:
        self._request = request
        self._worker = worker
        self._watching: asyncio.Task[None] | None = None
        self.left = False

    def begin(self) -> None:
        """Look out for the client's leaving from now on."""
        self._watching = asyncio.ensure_future(self._wait())

    def end(self) -> None:
        """Look no more."""
        if self._watching is not None:
            self._watching.cancel()

    async def _wait(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self.left = True
        self._worker.cancel()
