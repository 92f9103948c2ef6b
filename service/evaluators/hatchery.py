"""The HTTP process's end of the parent: start it, give it orders, hear its news."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from loaders.quarantine import reason
from service.evaluators import wire
from service.evaluators.port import EvaluatorUnavailable
from service.limits import Limits
from service.settings import Settings

_ROOT: Final = Path(__file__).resolve().parents[2]
_GRACE: Final = 2.0
_ENDED: Final = "The engine's process ended before it had loaded the graph."

News = Callable[[dict[str, Any], tuple[int, ...]], None]
"""Takes what the parent tells, and the open files that came with it."""


@dataclass(frozen=True)
class Source:
    """What the parent loads: a release's quads (or its store, where those are too many), or RDF files."""

    quads: Path | None = None
    store: Path | None = None
    quad_count: int = 0
    dataset: tuple[Path, ...] = ()

    @property
    def union(self) -> bool:
        """Whether the default graph is the union of all: in releases, not in other people's files."""
        return not self.dataset


def limits(settings: Settings) -> Limits:
    """The bounds that `settings` put on a query's text."""
    return Limits(settings.max_query, settings.max_depth, settings.max_tokens, settings.max_patterns)


class Hatchery:
    """One parent process at a time."""

    def __init__(
        self, settings: Settings, source: Source, on_news: News, on_lost: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._source = source
        self._on_news = on_news
        self._on_lost = on_lost
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._frames = wire.Frames()
        self._ready: asyncio.Future[None] | None = None
        self._file = ""
        self.loaded: dict[str, Any] = {}

    @property
    def union(self) -> bool:
        """Whether the default graph is the union of all named graphs."""
        return self._source.union

    @property
    def pid(self) -> int | None:
        """The parent's process id while it runs."""
        return self._process.pid if self._process is not None else None

    async def start(self) -> None:
        """Start a parent and wait until it has loaded. Raises `EvaluatorUnavailable` with its reason."""
        loop = asyncio.get_running_loop()
        self._ready = loop.create_future()
        self._frames = wire.Frames()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
                [sys.executable, "-P", "-m", "service.evaluators.parent", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                # A group, so that Ctrl-C is for us alone; no session, for Linux shares processor time out by
                # sessions first (sched(7), autogroup), and what is nice in one is not so to another.
                process_group=0,
                env={**os.environ, "RUST_BACKTRACE": "0", "PYTHONPATH": python_path()},
            )
        wire.send(self._control, self._start_order())
        self._control.setblocking(False)
        loop.add_reader(self._control.fileno(), self._read)
        await self._ready

    def order(self, do: str, slot: int, **more: Any) -> None:
        """Tell the parent to `fork`, `age` or `kill` (with cause and query) the worker in `slot`."""
        if self._control is not None:
            try:
                self._control.send(wire.encode({"do": do, "slot": slot, **more}))
            except OSError:
                self._lost()

    async def close(self) -> None:
        """End the parent and wait for it."""
        self._forget()
        process, self._process = self._process, None
        if process is not None:
            await asyncio.to_thread(_end, process)

    def _read(self) -> None:
        assert self._control is not None  # noqa: S101
        open_ = self._frames.listen(self._control)
        for news, _ in self._frames.complete():
            self._hear(news)
        if not open_:
            self._lost()

    def _hear(self, news: dict[str, Any]) -> None:
        if "ready" in news:
            self.loaded = news
            self._resolve(None)
        elif "reading" in news:
            self._file = news["reading"]
        elif "failed" in news:
            self._resolve(EvaluatorUnavailable(news["failed"]))
        else:
            self._on_news(news, tuple(self._frames.take_file() for _ in range(news.get("files", 0))))

    def _resolve(self, error: Exception | None) -> None:
        if self._ready is not None and not self._ready.done():
            if error is None:
                self._ready.set_result(None)
            else:
                self._ready.set_exception(error)

    def _lost(self) -> None:
        """The parent is gone."""
        started = self._ready is not None and self._ready.done() and not self._ready.exception()
        self._forget()
        process, self._process = self._process, None
        if process is not None:
            _end(process)
        if started:
            self._on_lost()
        else:
            why = f"{self._file}: {reason(process.returncode)}" if process and self._file else _ENDED
            self._resolve(EvaluatorUnavailable(why))

    def _forget(self) -> None:
        if self._control is not None:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            self._control.close()
            self._control = None
            self._frames.close()

    def _start_order(self) -> dict[str, Any]:
        settings, source = self._settings, self._source
        return {
            "quads": str(source.quads),
            "store": str(source.store),
            "quad_count": source.quad_count,
            "dataset": [str(file.resolve()) for file in source.dataset],
            "union": source.union,
            "bounds": _bounds(settings),
            "own_bounds": _bounds(settings.own),
            "worker_memory": settings.worker_memory,
            "memory_share": settings.memory_share,
            "workers": settings.workers,
        }


def _bounds(settings: Settings) -> dict[str, Any]:
    """The bounds on a query and its answer, as a parent is told them."""
    text = asdict(limits(settings))
    return {"text": text, "rows": settings.max_rows, "bytes": settings.max_bytes}


def python_path() -> str:
    """Where the parent finds our packages, whatever folder the service was started in."""
    return os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for a parent whose socket is closed; kill it if it does not go."""
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
