"""The service's end of the front: start it, tell it which release is in force, take what it hands on.

A front that ends is started again; connections wait meanwhile in the listener's queue. Where fronts end again
and again, the service takes its connections itself, and answers the same. What ended them may have been the
release, or may pass: with the next one, or after some time, there is another front, which has all new
connections from when it answers on.
"""

import asyncio
import contextlib
import mmap
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from service.evaluators.hatchery import python_path
from service.evaluators.sandbox import resident
from service.front.handover import Channel, Handed, pair
from service.front.process import TALLY
from service.notes import note
from service.settings import Settings

_TOLD: Final = (
    "max_rows", "max_bytes", "max_query", "timeout", "trusted_proxy", "access_log", "connections",
    "connections_per_client", "head_seconds",
)  # fmt: skip
"""Settings that the front needs."""
_PATIENCE: Final = 10.0
"""Seconds that a front may take to open a release."""
_GRACE: Final = 2.0
_MOST_DEATHS: Final = 5
"""How many fronts in a row may end before they are `_STEADY` seconds old."""
_STEADY: Final = 60.0
_QUIET: Final = 600.0
"""Seconds without a front until another is tried."""
_PAUSE: Final = 0.05
_AT_ONCE: Final = 32
"""Connections taken on before others have their turn."""


class Front:
    """The front of `listener`.

    `take` is given each connection that is handed on. `give_up` is called where no front can be had for now,
    and `come_back` where there is one again, which takes connections already.
    """

    def __init__(
        self,
        settings: Settings,
        listener: socket.socket,
        take: Callable[[Handed], None],
        give_up: Callable[[], None],
        come_back: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._take = take
        self._give_up = give_up
        self._come_back = come_back
        self._tally = os.memfd_create("tally")
        os.ftruncate(self._tally, TALLY.size)
        self._count = mmap.mmap(self._tally, TALLY.size)
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._answering: asyncio.Future[bool] | None = None
        self._release: tuple[str, Path | None] | None = None
        self._telling = asyncio.Lock()
        self._ended = asyncio.Event()
        # Whether the service takes connections itself, and whether there is a release since then.
        self._given_up = False
        self._renewed = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def answered(self) -> int:
        """Requests that were answered there, by all fronts so far."""
        return int(TALLY.unpack_from(self._count)[0])

    def memory(self) -> int:
        """Bytes that the front holds."""
        return resident(self._process.pid) if self._process is not None else 0

    def start(self) -> None:
        """Start the front, which takes no connections before `hold`. Raises `OSError`."""
        self._start()
        self._keeper = asyncio.create_task(self._keep())

    async def hold(self, digest: str, store: Path | None) -> None:
        """Have the front answer from that release, in that store, and from no other.

        Where it does not say in time that it does, it is ended: it might go on answering from the one before.
        """
        self._release = digest, store
        self._renewed.set()
        await self._tell()

    async def close(self) -> None:
        """End the front, and take what it handed on until then."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        if self._channel is not None:
            self._channel.end()
        if self._process is not None:
            await asyncio.to_thread(_end, self._process)
        while self._channel is not None:
            self._hear()

    def _start(self) -> None:
        ours, theirs = pair()
        files = [self._listener.fileno(), theirs.fileno(), self._tally]
        with contextlib.closing(theirs):
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
                    [sys.executable, "-P", "-m", "service.front.process", *map(str, files)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=files,
                    process_group=0,  # Ctrl-C is for the service
                    env={**os.environ, "RUST_BACKTRACE": "0", "PYTHONPATH": python_path()},
                )
            except OSError:
                ours.close()
                raise
        self._channel = ours
        asyncio.get_running_loop().add_reader(ours.fileno(), self._hear)

    async def _tell(self) -> bool:
        """Tell the front of the release, if there is one yet, and wait until it answers; whether it does."""
        async with self._telling:
            if self._channel is None or self._release is None:
                return False
            self._answering = asyncio.get_running_loop().create_future()
            with contextlib.suppress(OSError):  # it has ended, which `_hear` finds out, too
                self._channel.tell(self._order(*self._release))
            try:
                async with asyncio.timeout(_PATIENCE):
                    return await self._answering
            except TimeoutError:
                if self._process is not None:
                    self._process.kill()
                return False
            finally:
                self._answering = None

    def _order(self, digest: str, store: Path | None) -> dict[str, Any]:
        settings = {name: getattr(self._settings, name) for name in _TOLD}
        return {"digest": digest, "store": str(store) if store else "", "settings": settings}

    def _hear(self) -> None:
        """Take what has come; where the other end is closed, the front has ended."""
        for _ in range(_AT_ONCE):
            if self._channel is None:
                return
            try:
                told = self._channel.hear()
            except BlockingIOError:
                return
            except OSError:
                told = None
            if told is None:
                self._forget()
            elif isinstance(told, Handed):
                self._take(told)
            else:
                self._answers(True)

    def _answers(self, answers: bool) -> None:
        if self._answering is not None and not self._answering.done():
            self._answering.set_result(answers)

    def _forget(self) -> None:
        """The front has ended."""
        assert self._channel is not None  # noqa: S101
        asyncio.get_running_loop().remove_reader(self._channel.fileno())
        self._channel.close()
        self._channel = None
        self._answers(False)
        self._ended.set()

    async def _keep(self) -> None:
        """Have another front whenever one has ended, later each time that one does so soon."""
        loop, deaths, begun = asyncio.get_running_loop(), 0, 0.0
        while True:
            await self._ended.wait()
            self._ended.clear()
            deaths = 1 if loop.time() - begun > _STEADY else deaths + 1
            status = await asyncio.to_thread(_end, self._process) if self._process is not None else None
            self._process = None
            note(f"vndx serve: the front ended (status {status})\n")
            if deaths <= _MOST_DEATHS:
                await asyncio.sleep(_PAUSE * 2**deaths)
            else:
                deaths = await self._without()
            while not self._started():
                deaths = await self._without()
            begun = loop.time()
            if await self._tell() and self._given_up:
                self._given_up = False
                note("vndx serve: there is a front again\n")
                self._come_back()

    async def _without(self) -> int:
        """Be without a front until another may be tried; how many deaths are to be held against it."""
        if not self._given_up:
            self._given_up = True
            self._renewed.clear()
            note("vndx serve: there is no front any more; the service takes its connections itself\n")
            self._give_up()
        try:
            async with asyncio.timeout(_QUIET if self._release is not None else None):
                await self._renewed.wait()
        except TimeoutError:
            return _MOST_DEATHS  # nothing is new: one try
        self._renewed.clear()
        return 0

    def _started(self) -> bool:
        try:
            self._start()
        except OSError as error:
            note(f"vndx serve: no front can be started: {error}\n")
            return False
        return True


def _end(process: subprocess.Popen[bytes]) -> int:
    """Wait for a front whose channel is closed; kill it if it does not go. Gives its status."""
    try:
        return process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
