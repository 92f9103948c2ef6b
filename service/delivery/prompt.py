"""Prompt answers: those for which nobody has to be waited for, given as soon as a request is read.

A task, the layer around all routes and the framework's requests and responses cost several times what a
lookup takes. An endpoint may therefore offer to answer at once; what it declines, and what sets a condition,
goes the common way and gets the same answer there. And what was answered before is not even read again.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from service.delivery.access import Log
from service.delivery.clients import forwarded
from service.delivery.compression import SMALLEST, accepts_gzip, gzip
from service.delivery.fields import EVERYWHERE, RELEASE_HEADER, Field, Fields
from service.delivery.repeats import STEADY, Asked, Ready, Repeats, taken_apart
from service.delivery.tags import compressed
from service.metrics import Metrics
from service.problems import Problem
from service.releases import Releases

LONGEST: Final = 16 * 1024
"""Bytes of the bodies that are waited for here."""

METHODS: Final = (b"GET", b"POST")
"""Methods of the requests that may have a prompt answer."""

_LONGEST_PACKED: Final = 16 * 1024
"""Bytes that are packed while everybody waits, a third of a millisecond's worth."""
_STATUS_LINE: Final = b"HTTP/1.1 200 OK\r\n"
_CLOSING: Final = b"\r\nconnection: close\r\n"
_RELEASE: Final = RELEASE_HEADER.lower().encode()


class Asking(NamedTuple):
    """A whole request, as far as an endpoint that may answer at once has to know it."""

    method: str
    address: bytes
    content_type: str
    accept: str | None
    body: bytes


class Found(NamedTuple):
    """A plain answer: its fields but for tag and length, its tag, its body."""

    fields: tuple[Field, ...]
    etag: str
    body: bytes


AtOnce = Callable[[Asking, str], Found | None]
"""Answers a request from the release in force, whose digest it is given; None leaves it to the endpoint."""


class Prompt:
    """Gives prompt answers.

    `endpoints` are those that may have some, by path; `limit` bounds the bytes of what is remembered.
    """

    def __init__(
        self,
        releases: Releases,
        metrics: Metrics,
        endpoints: Mapping[bytes, AtOnce],
        trusted_proxy: bool,
        limit: int,
        log: Log | None = None,
    ) -> None:
        self._releases = releases
        self._metrics = metrics
        self._endpoints = endpoints
        self._trusted_proxy = trusted_proxy
        self._log = log
        self._repeats = Repeats(limit)

    def may(self, target: bytes) -> bool:
        """Whether there may be a prompt answer at that address."""
        return target.partition(b"?")[0] in self._endpoints

    def repeated(self, request: bytes) -> Ready | None:
        """What was answered when the same bytes came before, from the release in force."""
        known = self._repeats.get(request, self._releases.current().digest)
        if known is not None:
            self._metrics.prompt["repeat"] += 1
        return known

    def answer(
        self, method: str, target: bytes, headers: Sequence[Field], body: bytes, closing: bool
    ) -> Ready | None:
        """The answer to a whole request; None where it has to go the common way."""
        path, _, address = target.partition(b"?")
        asked = dict(reversed(headers))  # the first of each name
        digest = self._releases.current().digest
        if not digest or b"if-none-match" in asked or b"#" in address:
            return None
        content_type, accept = asked.get(b"content-type", b""), asked.get(b"accept")
        asking = Asking(
            method,
            address,
            content_type.decode("latin-1"),
            None if accept is None else accept.decode("latin-1"),
            body,
        )
        found = self._endpoints[path](asking, digest)
        if found is None:
            return None
        etag, sent = found.etag, found.body
        packing = b""
        if len(sent) >= SMALLEST and accepts_gzip(asked.get(b"accept-encoding", b"").decode("latin-1")):
            if len(sent) > _LONGEST_PACKED:
                return None
            etag, sent, packing = compressed(etag), gzip(sent), b"content-encoding: gzip\r\n"
        self._metrics.prompt["lookup"] += 1
        rest = b"%b%betag: %b\r\ncontent-length: %d\r\n%b\r\n" % (
            _usual(found.fields, digest),
            packing,
            etag.encode(),
            len(sent),
            b"connection: close\r\n" if closing else b"",
        )
        return Ready(_STATUS_LINE, rest, sent, closing, self._asked(method, path.decode(), headers, digest))

    def keep(self, request: bytes, head: bytes, body: bytes, scope: Mapping[str, Any]) -> None:
        """Remember what was answered to those bytes the common way, if it is the same each time."""
        digest, apart = scope["state"].get(STEADY), taken_apart(head)
        if digest and apart is not None:
            asked = self._asked(scope["method"], scope["path"], scope["headers"], digest)
            self._repeats.put(request, Ready(*apart, body, _CLOSING in head, asked))
            self._metrics.remembered = self._repeats.size

    def _asked(self, method: str, path: str, headers: Sequence[Field], digest: str) -> Asked:
        return Asked(method, path, forwarded(headers) if self._trusted_proxy else "", digest)

    def given(self, ready: Ready, peer: str) -> None:
        """Count and log an answer that was given to a connection of `peer`."""
        status = int(ready.status_line[9:12])
        self._metrics.count(status, "ok")
        if self._log is not None:
            method, path, client, digest = ready.to
            self._log(client or peer, method, path, status, "ok", len(ready.body), 0.0, digest)

    def refused(self, told: Problem) -> None:
        """Count a request that was refused before it was whole."""
        self._metrics.count(told.status, told.code)


@lru_cache(maxsize=32)
def _usual(fields: tuple[Field, ...], digest: str) -> bytes:
    """Fields with those that every answer has, written as in a head."""
    all_ = Fields(list(fields))
    all_.defaults(EVERYWHERE)
    all_.default(_RELEASE, digest.encode())
    all_.vary("Accept-Encoding")
    return b"".join(b"%b: %b\r\n" % field for field in all_.raw)
