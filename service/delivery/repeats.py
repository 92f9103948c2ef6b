"""Answers ready to be sent, and those that were sent before.

Clients that ask something again and again send the same bytes each time, and where an answer depends on
nothing but the request and the release, it is the same, too: neither has to be read or made anew. Only the
date in the answer's head is another.
"""

import re
from typing import Final, NamedTuple

from service.evaluators.cache import ResultCache

STEADY: Final = "vndx.steady"
"""In the state of a request's scope: the release whose answer it has, the same whenever that is asked."""
LONGEST: Final = 32 * 1024
"""Bytes of the requests that are remembered."""
_HEAD: Final = re.compile(rb"(HTTP/1\.1 \d{3} [^\r\n]*\r\n)date: [^\r\n]*\r\n(.*)", re.DOTALL)


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


def taken_apart(head: bytes) -> tuple[bytes, bytes] | None:
    """The status line and the rest without the date of a head as uvicorn writes it."""
    found = _HEAD.fullmatch(head)
    return (found[1], found[2]) if found else None


class Repeats:
    """Answers by the bytes of their requests: at most `limit` bytes, the longest unused going first."""

    def __init__(self, limit: int) -> None:
        self._known: ResultCache[Ready] = ResultCache(limit)

    @property
    def size(self) -> int:
        """Bytes of what is remembered."""
        return self._known.size

    def get(self, request: bytes, digest: str) -> Ready | None:
        """What that release answers to those bytes, where they came before."""
        known = self._known.get(request) if len(request) <= LONGEST else None
        return known if known is not None and known.to.digest == digest else None

    def put(self, request: bytes, ready: Ready) -> None:
        """Remember the answer to those bytes."""
        if len(request) <= LONGEST:
            self._known.put(request, ready, len(request) + len(ready.rest) + len(ready.body))
