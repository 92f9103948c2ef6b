"""How answers leave: headers that every answer has, entity tags, 304, compression, HEAD and OPTIONS.

One ASGI layer around all routes, so that no route has to think of it. A route that knows better sets the
header itself (`ETag`, `Vary`, `Cache-Control`, `Content-Security-Policy`), and is left alone.
"""

import hashlib
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Hashable
from typing import Final
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.delivery.clients import client as client_of
from service.delivery.compression import COMPRESSIBLE, SMALLEST, Packer, accepts_gzip, gzip, in_thread, packer
from service.evaluators.cache import ResultCache
from service.metrics import Metrics
from service.problems import Problem, problem
from service.releases import ReleaseGone, Releases, Serving, UnknownRelease

_VERSIONED: Final = (
    "/sparql",
    "/id/",
    "/doc/",
    "/questions/",
    "/graph/",
    "/rdf-graph-store",
    "/dataset",
    "/dumps/",
    "/.well-known/void",
)
"""Addresses of which older releases are given."""

Tell = Callable[[Request, Exception], Awaitable[Response]]
Log = Callable[[Scope, str, "Outgoing", float, str], None]
"""Takes the request, who asked, the answer, the seconds it took and the release's digest."""

POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
RELEASE_HEADER: Final = "Vndx-Release"
LIMITS_HEADER: Final = "Vndx-Limits"
PROBLEM_HEADER: Final = "Vndx-Problem"

_EVERYWHERE: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        f"ETag, Link, Retry-After, Content-Disposition, Content-Language, {RELEASE_HEADER}, {LIMITS_HEADER},"
        f" {PROBLEM_HEADER}"
    ),
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def tag(*parts: str) -> str:
    """A strong entity tag made of what the answer is determined by."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return f'"{digest.hexdigest()}"'


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether a client holds the answer of `etag`, compressed or not (RFC 9110 13.1.2, weak comparison)."""
    if not if_none_match:
        return False
    held = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in held or etag in held or _compressed_tag(etag) in held


def _compressed_tag(etag: str) -> str:
    return etag[:-1] + '-gzip"'


class Delivery:
    """The layer around the application."""

    def __init__(
        self,
        app: ASGIApp,
        releases: Releases,
        metrics: Metrics,
        tell: Tell,
        trusted_proxy: bool,
        log: Log | None = None,
    ) -> None:
        self._app = app
        self._tell = tell
        self._trusted_proxy = trusted_proxy
        self._log = log
        self._releases = releases
        self._metrics = metrics
        self._compressed: ResultCache[bytes] = ResultCache(16 << 20)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, pinned to the release in force."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight(send)
            return
        begun, client = time.monotonic(), self._client(scope, headers)
        named, refused = await self._named(scope)
        with self._releases.pin(client, named) as serving:
            outgoing = Outgoing(scope, headers, send, serving.digest, self._compressed, self._metrics)
            inner = self._inner(scope, headers)
            try:
                if refused is not None:
                    raise refused
                await self._app(inner, receive, outgoing.send)
            except Exception as error:
                if outgoing.begun:
                    raise
                if error is not refused:
                    sys.stderr.write("".join(traceback.format_exception(error)))
                told = await self._tell(Request(inner), error)
                await told(inner, receive, outgoing.send)
            finally:
                if self._log is not None:
                    self._log(scope, client, outgoing, time.monotonic() - begun, serving.digest)

    async def _named(self, scope: Scope) -> tuple[Serving | None, Problem | None]:
        """The release that `?release=` asks for, where answers depend on it, or why it cannot be had."""
        if not scope["path"].startswith(_VERSIONED):
            return None, None
        digest = parse_qs(scope["query_string"].decode("latin-1")).get("release", [""])[0].strip().lower()
        if not digest:
            return None, None
        try:
            return await self._releases.named(digest), None
        except UnknownRelease as error:
            return None, problem("not-found", str(error))
        except ReleaseGone as error:
            address = f"{scope['path']}?release={error.successor}"
            return None, problem(
                "release-gone",
                str(error),
                headers={"Link": f'<{quote(address, safe="/?=")}>; rel="successor-version"'},
                release=error.digest,
                successor=error.successor,
            )

    def _inner(self, scope: Scope, headers: Headers) -> Scope:
        """The request as routes see it: HEAD as GET, and the scheme that a trusted proxy was asked by."""
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        forwarded = headers.get("x-forwarded-proto", "") if self._trusted_proxy else ""
        return {**inner, "scheme": forwarded} if forwarded in ("http", "https") else inner

    def _client(self, scope: Scope, headers: Headers) -> str:
        """Who asks: the peer's address, or behind a trusted proxy the last address that it added."""
        if self._trusted_proxy and (forwarded := headers.get("x-forwarded-for")):
            return client_of(forwarded.rsplit(",", 1)[-1].strip()[:64])
        return client_of(scope["client"][0]) if scope.get("client") else "unknown"


class Outgoing:
    """One answer on its way out: its `status` (0 before it has begun), `outcome` and bytes of body `sent`."""

    def __init__(
        self,
        scope: Scope,
        asked: Headers,
        send: Send,
        digest: str,
        compressed: ResultCache[bytes],
        metrics: Metrics,
    ) -> None:
        self._head = scope["method"] == "HEAD"
        self._cacheable = scope["method"] in ("GET", "HEAD")
        self._asked = asked
        self._send = send
        self._digest = digest
        self._cache = compressed
        self._metrics = metrics
        self._start: Message | None = None
        self.begun = False
        self.status = 0
        self.outcome = ""
        self.sent = 0
        self._packer: Packer | None = None
        self._bare = False

    async def send(self, message: Message) -> None:
        """Take a message of the application; the start waits for the first piece of body."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            if self._start is not None:
                start, self._start = self._start, None
                await self._begin(start, message)
            else:
                await self._go_on(message)
        else:
            await self._send(message)

    async def _begin(self, start: Message, message: Message) -> None:
        self.begun = True
        headers = MutableHeaders(raw=start["headers"])
        for name, value in _EVERYWHERE.items():
            headers.setdefault(name, value)
        if "frame-ancestors *" in headers["content-security-policy"]:
            del headers["x-frame-options"]  # it knows no way to allow everyone
        if self._digest:
            headers.setdefault(RELEASE_HEADER, self._digest)
        self.status, self.outcome = start["status"], headers.get(PROBLEM_HEADER, "ok")
        self._metrics.count(self.status, self.outcome)
        body = message.get("body", b"")
        whole = not message.get("more_body", False)
        if start["status"] == 200 and self._cacheable:
            self._tag(headers, body, whole)
            if matches(self._asked.get("if-none-match"), headers.get("etag", "")) and "etag" in headers:
                await self._not_modified(start, headers)
                return
        body = await self._compress(start["status"], headers, body, whole)
        start["headers"] = headers.raw
        await self._send(start)
        await self._pass_on(message, body)

    async def _go_on(self, message: Message) -> None:
        if self._bare:
            return
        body = message.get("body", b"")
        more = message.get("more_body", False)
        if self._packer is not None:
            body = await in_thread(self._packer.compress, body)
            if not more:
                body += self._packer.flush()
        await self._pass_on(message, body)

    async def _pass_on(self, message: Message, body: bytes) -> None:
        body = b"" if self._head else body
        self.sent += len(body)
        await self._send({**message, "body": body})

    def _tag(self, headers: MutableHeaders, body: bytes, whole: bool) -> None:
        """Tag a whole answer by its bytes, unless its route tagged it or forbade storing it."""
        if "no-store" in headers.get("cache-control", ""):
            return
        if "etag" not in headers and whole:
            headers["etag"] = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        if "etag" in headers:
            headers.setdefault("cache-control", "no-cache")

    async def _compress(self, status: int, headers: MutableHeaders, body: bytes, whole: bool) -> bytes:
        kind = headers.get("content-type", "")
        if "no-transform" in headers.get("cache-control", ""):
            return body
        if "content-encoding" in headers or not kind.startswith(COMPRESSIBLE) or status in (204, 206, 304):
            return body
        headers.add_vary_header("Accept-Encoding")
        if not accepts_gzip(self._asked.get("accept-encoding", "")) or (whole and len(body) < SMALLEST):
            return body
        etag = headers.get("etag")
        if etag:
            headers["etag"] = _compressed_tag(etag)
        headers["content-encoding"] = "gzip"
        if whole:
            packed = await self._pack(etag and (etag, kind), body)
            headers["content-length"] = str(len(packed))
            return packed
        del headers["content-length"]
        self._packer = packing = packer()
        return await in_thread(packing.compress, body)

    async def _pack(self, key: Hashable, body: bytes) -> bytes:
        known = self._cache.get(key) if key else None
        if known is not None:
            return known
        packed = await in_thread(gzip, body)
        if key:
            self._cache.put(key, packed, len(packed))
        return packed

    async def _not_modified(self, start: Message, headers: MutableHeaders) -> None:
        if accepts_gzip(self._asked.get("accept-encoding", "")) and _compressed_tag(
            headers["etag"]
        ) in self._asked.get("if-none-match", ""):
            headers["etag"] = _compressed_tag(headers["etag"])
        for name in ("content-length", "content-type", "content-disposition"):
            del headers[name]
        headers.add_vary_header("Accept-Encoding")
        start["status"] = 304
        start["headers"] = headers.raw
        self.status = 304
        self._bare = True
        await self._send(start)
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


async def _preflight(send: Send) -> None:
    headers = MutableHeaders(headers=_EVERYWHERE | _PREFLIGHT)
    await send({"type": "http.response.start", "status": 204, "headers": headers.raw})
    await send({"type": "http.response.body", "body": b""})
