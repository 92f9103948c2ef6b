"""Answers that were sent before.

Clients that ask something again and again send the same bytes each time, and where an answer depends on
nothing but the request and the release, it is the same, too: neither has to be read or made anew. Only the
date in the answer's head is another.
"""

import re
from typing import Final

from service.delivery.ready import Ready
from service.evaluators.cache import ResultCache

STEADY: Final = "vndx.steady"
"""In the state of a request's scope: the release whose answer it has, the same whenever that is asked."""
LONGEST: Final = 32 * 1024
"""Bytes of the requests that are remembered."""
_HEAD: Final = re.compile(rb"(HTTP/1\.1 \d{3} [^\r\n]*\r\n)date: [^\r\n]*\r\n(.*)", re.DOTALL)


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
