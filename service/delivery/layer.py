"""The layer around all routes, so that no route has to think of it: who asks, of which release, what failed.

Addresses that are asked most are answered from here by their endpoints, with everything that other answers
have: the framework's way to a route costs more than a small query.
"""

import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service import asof
from service.delivery import versions
from service.delivery.access import Log
from service.delivery.clients import InFlight, forwarded
from service.delivery.clients import client as client_of
from service.delivery.outgoing import Outgoing, preflight
from service.evaluators.cache import ResultCache
from service.evaluators.port import EvaluationError
from service.metrics import Metrics
from service.notes import note
from service.problems import Problem
from service.releases import ReleaseGone, Releases, UnknownRelease

Endpoint = Callable[[Request], Awaitable[Response]]
Tell = Callable[[Request, Exception], Awaitable[Response]]

_METHODS: Final = ("GET", "HEAD", "POST")


class Delivery:
    """The layer.

    `most` requests of one client are answered at once. `direct` has endpoints by address; `told` are the
    errors that are the client's to hear.
    """

    def __init__(
        self,
        app: ASGIApp,
        releases: Releases,
        metrics: Metrics,
        tell: Tell,
        told: tuple[type[Exception], ...],
        direct: Mapping[str, Endpoint],
        trusted_proxy: bool,
        most: int,
        log: Log | None = None,
    ) -> None:
        self._app = app
        self._tell = tell
        self._told = told
        self.direct = direct
        self._trusted_proxy = trusted_proxy
        self._in_flight = InFlight(most)
        self._log = log
        self._releases = releases
        self._metrics = metrics
        self._compressed: ResultCache[bytes] = ResultCache(16 << 20)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, pinned to the release in force."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = dict(reversed(scope["headers"]))  # the first of each name
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in asked:
            await preflight(send)
            return
        client = self._client(scope)
        with self._in_flight.one(client) as over:
            await self._serve(scope, receive, send, asked, client, over)

    async def _serve(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        asked: Mapping[bytes, bytes],
        client: str,
        refused: Exception | None,
    ) -> None:
        begun, named, dated = time.monotonic(), None, None
        try:
            if refused is None:
                named = await versions.release(self._releases, scope, client)
                dated = versions.day(scope)
        except (UnknownRelease, ReleaseGone, EvaluationError, Problem) as error:
            refused = error
        with self._releases.pin(client, named) as serving, asof.pinned(dated):
            outgoing = Outgoing(scope, asked, send, serving.digest, self._compressed, self._metrics)
            inner = self._inner(scope, asked)
            try:
                if refused is not None:
                    raise refused
                await self._answer(inner, receive, outgoing.send)
            except Exception as error:
                if not isinstance(error, self._told):
                    note("".join(traceback.format_exception(error)))
                if outgoing.begun and not outgoing.ended:
                    raise  # which closes the connection: the rest of the answer will not come
                if not outgoing.begun:
                    response = await self._tell(Request(inner), error)
                    await response(inner, receive, outgoing.send)
            finally:
                if self._log is not None:
                    self._log(
                        client,
                        scope["method"],
                        scope["path"],
                        outgoing.status,
                        outgoing.outcome,
                        outgoing.sent,
                        time.monotonic() - begun,
                        serving.digest,
                    )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self.direct.get(scope["path"])
        if endpoint is None or scope["method"] not in _METHODS:
            await self._app(scope, receive, send)
        else:
            response = await endpoint(Request(scope, receive))
            await response(scope, receive, send)

    def _inner(self, scope: Scope, asked: Mapping[bytes, bytes]) -> Scope:
        """The request as routes see it: HEAD as GET, and the scheme that a trusted proxy was asked by."""
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        forwarded = asked.get(b"x-forwarded-proto", b"").decode("latin-1") if self._trusted_proxy else ""
        return {**inner, "scheme": forwarded} if forwarded in ("http", "https") else inner

    def _client(self, scope: Scope) -> str:
        """Who asks: the peer's address, or behind a trusted proxy the address that it added."""
        if self._trusted_proxy and (named := forwarded(scope["headers"])):
            return named
        return client_of(scope["client"][0]) if scope.get("client") else "unknown"
