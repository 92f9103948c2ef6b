"""Which release is served: opened at start, watched, and changed for the next without a failed request.

A request is pinned to the release that was current when it came, to its last byte; the old release's workers
end when the last such request has.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from loaders import history
from loaders.release import Release, ReleaseError
from service.delivery import tags
from service.evaluators.cache import ResultCache
from service.evaluators.local import LocalEvaluator
from service.evaluators.port import Answer, Evaluator, EvaluatorUnavailable, QueryRequest, Small
from service.evaluators.remote import RemoteEvaluator
from service.graph import Graph
from service.notes import note
from service.older import Older
from service.settings import Settings
from service.sources import open_source

Opened = tuple[Release, Evaluator]
_LOOK: Final = 1.0
_pinned: ContextVar["Serving | None"] = ContextVar("serving", default=None)
_client: ContextVar[str] = ContextVar("client", default="")


class Serving:
    """One release being served: what it is, what answers for it, and how many requests are at it."""

    def __init__(self, release: Release, evaluator: Evaluator, cache: ResultCache[Answer]) -> None:
        self.release = release
        self.evaluator = evaluator
        self.graph = Graph(self.evaluate, release.digest, steady=not isinstance(evaluator, RemoteEvaluator))
        self.requests = 0
        self.retired = False
        self._cache = cache

    @property
    def digest(self) -> str:
        """The release's digest; empty where an endpoint's data may change at any time."""
        return self.release.digest

    @property
    def graphs(self) -> dict[str, int] | None:
        """Triples by named graph, where the release says so."""
        found = self.release.manifest.get("graphs")
        return None if found is None else {str(name): int(count) for name, count in found.items()}

    def tag(self, *parts: str) -> str:
        """The tag of an answer that is determined by `parts`; empty where there is no digest.

        The same bytes are promised of our own engine only, which has one order in memory and another on disk.
        Another's may give the same triples or rows in another order each time, so that its tags are weak.
        """
        if not self.digest:
            return ""
        if isinstance(self.evaluator, RemoteEvaluator):
            return tags.weak(tags.tag(self.digest, "endpoint", *parts))
        on_disk = isinstance(self.evaluator, LocalEvaluator) and not self.evaluator.loaded.get("memory", True)
        return tags.tag(self.digest, *(("disk",) if on_disk else ()), *parts)

    def at_once(self, text: str, results_format: str | None, graph_format: str | None) -> Small | None:
        """The answer, where that takes next to no time."""
        return self.evaluator.at_once(text, results_format, graph_format)

    async def evaluate(self, request: QueryRequest) -> Answer:
        """The answer, from the cache where the same was asked of the same release before."""
        return self.known(request) or await self.ask(request)

    def known(self, request: QueryRequest) -> Answer | None:
        """The answer of the cache."""
        return self._cache.get(self._key(request))

    async def ask(self, request: QueryRequest) -> Answer:
        """The answer of the evaluator, which the cache then has, too."""
        key = self._key(request)
        if not request.client and (client := _client.get()):
            request = request._replace(client=client)
        answer = await self.evaluator.evaluate(request)
        if answer.stable and self.digest and answer.size <= self._cache.largest:
            if answer.file is not None:
                answer = replace(answer, data=answer.read(), file=None)
            self._cache.put(key, answer, answer.size + len(request.text))
        return answer

    def _key(self, request: QueryRequest) -> Hashable:
        return (
            self.digest,
            request.text.strip(),
            request.results_format,
            request.graph_format,
            request.default_graphs,
            request.named_graphs,
            request.own,
        )


class UnknownRelease(LookupError):  # noqa: N818 - named for what happened
    """There never was a release of that digest here, as far as the folder knows."""


class ReleaseGone(LookupError):  # noqa: N818
    """A release that is no longer kept: its `digest`, and the `successor` that took its place."""

    def __init__(self, digest: str, successor: str) -> None:
        super().__init__(f"Release {digest} is no longer kept here; {successor} took its place.")
        self.digest = digest
        self.successor = successor


class Releases:
    """The release in force, and the change to the next."""

    def __init__(self, settings: Settings, opener: Callable[[], Awaitable[Opened]]) -> None:
        self._settings = settings
        self._opener = opener
        self._current: Serving | None = None
        self._watch: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._older: Older[Serving] = Older(self._retire)
        self._told: Callable[[Serving], Awaitable[None]] | None = None
        self.cache: ResultCache[Answer] = ResultCache(settings.cache_bytes)

    async def start(self) -> None:
        """Open the release and start what answers for it. Raises `ReleaseError` or `EvaluatorUnavailable`."""
        self._current = await self._open()
        if not self._settings.dataset and (self._settings.release / "current").is_symlink():
            self._watch = asyncio.create_task(self._follow(self._settings.release / "current"))

    async def tell(self, told: Callable[[Serving], Awaitable[None]]) -> None:
        """Have `told` know of the release in force, and of each next one before that is."""
        self._told = told
        await told(self.current())

    async def close(self) -> None:
        """End everything."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        for serving in (*self._older, *((self._current,) if self._current else ())):
            await serving.evaluator.close()
        await asyncio.gather(*self._closing)

    def opened(self) -> list[Serving]:
        """What is open: the release in force and the older ones that were asked for."""
        return [self.current(), *self._older]

    def current(self) -> Serving:
        """The release in force. Raises `ReleaseError` before `start`."""
        if self._current is None:
            raise ReleaseError("the service has not started")
        return self._current

    def pinned(self) -> Serving:
        """The release that the request at hand is answered from; outside a request, the one in force."""
        return _pinned.get() or self.current()

    async def named(self, digest: str, client: str | None = None) -> Serving:
        """The release of that digest (or its beginning): the one in force, or an older one that is kept.

        Few older ones are open at once (`service/older.py`); `client` is who asks, by default who asks the
        request at hand. Raises `UnknownRelease`, `ReleaseGone` for one that is no longer kept, and
        `EvaluatorBusy` where it cannot be opened now.
        """
        current = self.current()
        if digest == current.digest:
            return current
        folder = self._settings.release
        linked = (folder / "current").is_symlink() and not (self._settings.dataset or self._settings.endpoint)
        entry = await asyncio.to_thread(history.find, folder, digest) if linked else None
        if entry is None:
            asked = "" if len(digest) >= history.SHORTEST else f" ({history.SHORTEST} digits are the least)"
            raise UnknownRelease(f"There is no release {digest!r} here{asked}; in force is {current.digest}.")
        if entry.digest == current.digest:
            return current
        if not entry.kept:
            after = history.successor(folder, entry.digest)
            raise ReleaseGone(entry.digest, after.digest if after else current.digest)
        asking = _client.get() if client is None else client
        return await self._older.get(entry.digest, asking, partial(self._open_older, entry.digest))

    async def _open_older(self, digest: str) -> Serving:
        """A release of the folder by itself, with one worker."""
        settings = replace(self._settings, release=self._settings.release / digest, workers=1)
        try:
            release, evaluator = await open_source(settings)
        except ReleaseError as error:  # it was swept away between the look at the folder and now
            raise EvaluatorUnavailable(str(error)) from error
        return Serving(release, evaluator, self.cache)

    @contextlib.contextmanager
    def held(self, serving: Serving) -> Iterator[Serving]:
        """Keep `serving` open for as long as the block asks it, beside the release of the request."""
        serving.requests += 1
        try:
            yield serving
        finally:
            serving.requests -= 1
            self._close_if_idle(serving)

    @contextlib.contextmanager
    def pin(self, client: str, named: Serving | None = None) -> Iterator[Serving]:
        """Pin the request at hand to the release in force, or the one `named`; its queries are `client`'s."""
        with self.held(named or self.current()) as serving:
            serving_token, client_token = _pinned.set(serving), _client.set(client)
            try:
                yield serving
            finally:
                _pinned.reset(serving_token)
                _client.reset(client_token)

    async def _open(self) -> Serving:
        release, evaluator = await self._opener()
        return Serving(release, evaluator, self.cache)

    async def _follow(self, link: Path) -> None:
        """Look each second whether the link points elsewhere, or to a folder made anew, and go there."""
        seen = _target(link)
        while True:
            await asyncio.sleep(_LOOK)
            target = _target(link)
            if target is None or target == seen:
                continue
            seen = target
            try:
                serving = await self._open()
            except Exception as error:  # whatever is wrong with the new release, the old one goes on
                note(f"vndx serve: the new release is not taken up: {error}\n")
                continue
            if self._told is not None:
                await self._told(serving)
            old, self._current = self.current(), serving
            self._retire(old)
            note(f"vndx serve: now serving release {serving.digest}\n")

    def _retire(self, serving: Serving) -> None:
        """End what answers for `serving`, when its last request has ended."""
        serving.retired = True
        self._close_if_idle(serving)

    def _close_if_idle(self, serving: Serving) -> None:
        if serving.retired and serving.requests == 0:
            task = asyncio.create_task(serving.evaluator.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


def _target(link: Path) -> tuple[str, int] | None:
    """Where the link points, and which manifest stands there: the same quads may come with another index."""
    try:
        target = str(link.readlink())
    except OSError:
        return None
    try:
        return target, (link / "manifest.json").stat().st_ino
    except OSError:
        return target, 0
