"""Answers ready to be sent: made from a whole request, without a task or the framework's requests.

An endpoint may offer to answer at once; what it declines, and what sets a condition, goes the common way and
gets the same answer there.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

from service.delivery.clients import forwarded
from service.delivery.compression import SMALLEST, accepts_gzip, gzip
from service.delivery.fields import EVERYWHERE, RELEASE_HEADER, Field, Fields
from service.delivery.tags import compressed
from service.evaluators.port import Small

LONGEST: Final = 16 * 1024
"""Bytes of the bodies of requests that may be answered so."""
METHODS: Final = (b"GET", b"POST")
"""Their methods."""

_LONGEST_PACKED: Final = 16 * 1024
"""Bytes that are packed while everybody waits, a third of a millisecond's worth."""
_STATUS_LINE: Final = b"HTTP/1.1 200 OK\r\n"
_RELEASE: Final = RELEASE_HEADER.lower().encode()


class Head(NamedTuple):
    """What the headers of a request say that matters to its answer.

    `client` is the one that a trusted proxy names, or empty; the connection ends with the answer where
    `closing`.
    """

    content_type: str
    accept: str | None
    packs: bool
    conditional: bool
    closing: bool
    client: str


class Asking(NamedTuple):
    """A whole request, as far as an endpoint that may answer at once has to know it."""

    method: str
    address: bytes
    content_type: str
    accept: str | None
    body: bytes


class Found(NamedTuple):
    """A plain answer: its head as `usual` writes it, its tag, its body."""

    head: bytes
    etag: str
    body: bytes


class Standing(Protocol):
    """A release in force, as far as answers at once need it."""

    @property
    def digest(self) -> str:
        """Its digest; empty where data may change at any time."""

    def at_once(self, text: str, results_format: str | None, graph_format: str | None) -> Small | None:
        """The answer to a query without a dataset, where that takes next to no time."""

    def tag(self, *parts: str) -> str:
        """The tag of an answer that is determined by `parts`."""


AtOnce = Callable[[Asking, Standing], Found | None]
"""Answers a request from a release; None leaves it to the endpoint."""


class Asked(NamedTuple):
    """What an answer was given to: method and path, the client if a proxy named it, the release's digest."""

    method: str
    path: str
    client: str
    digest: str


class Ready(NamedTuple):
    """An answer in bytes: its status line, the rest of its head without the date, its body.

    The connection ends with it where `closing`.
    """

    status_line: bytes
    rest: bytes
    body: bytes
    closing: bool
    to: Asked

    def head(self, date: bytes) -> bytes:
        """The whole head, on that date."""
        return b"".join((self.status_line, b"date: ", date, b"\r\n", self.rest))


def head(headers: Sequence[Field], closing: bool, trusted_proxy: bool) -> Head:
    """What `headers`, their names in lower case, say."""
    asked = dict(reversed(headers))  # the first of each name
    accept = asked.get(b"accept")
    return Head(
        asked.get(b"content-type", b"").decode("latin-1"),
        None if accept is None else accept.decode("latin-1"),
        accepts_gzip(asked.get(b"accept-encoding", b"").decode("latin-1")),
        b"if-none-match" in asked,
        closing,
        forwarded(headers) if trusted_proxy else "",
    )


def ready(
    endpoint: AtOnce, standing: Standing, method: str, target: bytes, of: Head, body: bytes
) -> Ready | None:
    """The answer to a whole request; None where it has to go the common way."""
    digest = standing.digest
    if not digest or of.conditional or b"#" in target:
        return None
    found = endpoint(asking(method, target, of, body), standing)
    if found is None:
        return None
    path = target.partition(b"?")[0].decode()
    return packed(found, of, Asked(method, path, of.client, digest))


def asking(method: str, target: bytes, of: Head, body: bytes) -> Asking:
    """A whole request, as an endpoint has to know it."""
    return Asking(method, target.partition(b"?")[2], of.content_type, of.accept, body)


def packed(found: Found, of: Head, to: Asked) -> Ready | None:
    """An answer as it is sent; None where it has to be packed, which takes too long."""
    etag, sent, packing = found.etag, found.body, b""
    if of.packs and len(sent) >= SMALLEST:
        if len(sent) > _LONGEST_PACKED:
            return None
        etag, sent, packing = compressed(etag), gzip(sent), b"content-encoding: gzip\r\n"
    rest = b"%b%betag: %b\r\ncontent-length: %d\r\n%b\r\n" % (
        found.head,
        packing,
        etag.encode(),
        len(sent),
        b"connection: close\r\n" if of.closing else b"",
    )
    return Ready(_STATUS_LINE, rest, sent, of.closing, to)


def usual(fields: Sequence[Field], digest: str) -> bytes:
    """The head of an answer of that release, but for tag and length: `fields`, and those of every answer."""
    all_ = Fields(list(fields))
    all_.defaults(EVERYWHERE)
    all_.default(_RELEASE, digest.encode())
    all_.vary("Accept-Encoding")
    return b"".join(b"%b: %b\r\n" % field for field in all_.raw)
