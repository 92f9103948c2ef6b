"""One answer on its way out: the fields that every answer has, entity tags, 304, compression, HEAD.

A route that knows better sets the header itself (`ETag`, `Vary`, `Cache-Control`, `Content-Security-Policy`),
and is left alone.
"""

from collections.abc import Hashable, Mapping
from typing import Final

from starlette.types import Message, Scope, Send

from service.delivery import tags
from service.delivery.compression import COMPRESSIBLE, SMALLEST, Packer, accepts_gzip, gzip, in_thread, packer
from service.delivery.fields import EVERYWHERE, PROBLEM_HEADER, RELEASE_HEADER, Fields, encoded
from service.evaluators.cache import ResultCache
from service.metrics import Metrics

_RELEASE: Final = RELEASE_HEADER.lower().encode()
_PROBLEM: Final = PROBLEM_HEADER.lower().encode()
_PREFLIGHT: Final = encoded(
    {
        "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
)


class Outgoing:
    """One answer on its way out: its `status` (0 before it has begun), `outcome` and bytes of body `sent`."""

    def __init__(
        self,
        scope: Scope,
        asked: Mapping[bytes, bytes],
        send: Send,
        digest: str,
        compressed: ResultCache[bytes],
        metrics: Metrics,
    ) -> None:
        self._head = scope["method"] == "HEAD"
        self._cacheable = scope["method"] in ("GET", "HEAD")
        self._held = asked.get(b"if-none-match", b"").decode("latin-1")
        self._encodings = asked.get(b"accept-encoding", b"").decode("latin-1")
        self._send = send
        self._digest = digest
        self._cache = compressed
        self._metrics = metrics
        self._start: Message | None = None
        self.begun = self.ended = False
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
        fields = Fields(start["headers"])
        fields.defaults(EVERYWHERE)
        if b"frame-ancestors *" in fields.get(b"content-security-policy"):
            fields.remove(b"x-frame-options")  # it knows no way to allow everyone
        if self._digest:
            fields.default(_RELEASE, self._digest.encode())
        self.status, self.outcome = start["status"], fields.get(_PROBLEM).decode("latin-1") or "ok"
        self._metrics.count(self.status, self.outcome)
        body = message.get("body", b"")
        whole = not message.get("more_body", False)
        if self.status == 200 and self._cacheable:
            etag = self._tag(fields, body, whole)
            if etag and tags.matches(self._held, etag):
                await self._not_modified(start, fields, etag)
                return
        body = await self._compress(fields, body, whole)
        start["headers"] = fields.raw
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
        self.ended = not message.get("more_body", False)
        await self._send({**message, "body": body})

    def _tag(self, fields: Fields, body: bytes, whole: bool) -> str:
        """Tag a whole answer by its bytes, unless its route tagged it or forbade storing it."""
        if b"no-store" in fields.get(b"cache-control"):
            return fields.get(b"etag").decode("latin-1")
        if b"etag" not in fields and whole:
            fields.put(b"etag", tags.of_body(body).encode())
        if b"etag" in fields:
            fields.default(b"cache-control", b"no-cache")
        return fields.get(b"etag").decode("latin-1")

    async def _compress(self, fields: Fields, body: bytes, whole: bool) -> bytes:
        kind = fields.get(b"content-type").decode("latin-1")
        if b"no-transform" in fields.get(b"cache-control"):
            return body
        if b"content-encoding" in fields or not kind.startswith(COMPRESSIBLE):
            return body
        if self.status in (204, 206, 304):
            return body
        fields.vary("Accept-Encoding")
        if not accepts_gzip(self._encodings) or (whole and len(body) < SMALLEST):
            return body
        etag = fields.get(b"etag").decode("latin-1")
        if etag:
            fields.put(b"etag", tags.compressed(etag).encode("latin-1"))
        fields.put(b"content-encoding", b"gzip")
        if whole:
            packed = await self._pack(etag and (etag, kind), body)
            fields.put(b"content-length", b"%d" % len(packed))
            return packed
        fields.remove(b"content-length")
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

    async def _not_modified(self, start: Message, fields: Fields, etag: str) -> None:
        if accepts_gzip(self._encodings) and tags.compressed(etag) in self._held:
            fields.put(b"etag", tags.compressed(etag).encode("latin-1"))
        fields.remove(b"content-length", b"content-type", b"content-disposition")
        fields.vary("Accept-Encoding")
        start["status"] = 304
        start["headers"] = fields.raw
        self.status = 304
        self._bare = self.ended = True
        await self._send(start)
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


async def preflight(send: Send) -> None:
    """Answer a browser that asks whether a page of another site may read here."""
    await send({"type": "http.response.start", "status": 204, "headers": [*EVERYWHERE, *_PREFLIGHT]})
    await send({"type": "http.response.body", "body": b""})
