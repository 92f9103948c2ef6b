"""gzip on the way out: for what, when, and where it is done."""

import asyncio
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Protocol

COMPRESSIBLE: Final = (
    "text/", "application/json", "application/sparql-results", "application/ld+json", "application/rdf+xml",
    "application/n-", "application/trig", "application/javascript", "application/problem+json",
    "image/svg+xml",
)  # fmt: skip
SMALLEST: Final = 1024
_IN_THREAD: Final = 64 * 1024
_LEVEL: Final = 5


class Packer(Protocol):
    """What packs a body piece by piece."""

    def compress(self, data: bytes, /) -> bytes:
        """The packed bytes that are ready."""

    def flush(self) -> bytes:
        """The rest."""


@lru_cache(maxsize=256)
def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header names gzip, or everything, with a weight above 0."""
    for part in header.split(","):
        name, _, weight = part.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def packer() -> Packer:
    """A packer for one body."""
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)


def gzip(body: bytes) -> bytes:
    """A whole body, packed."""
    packing = packer()
    return packing.compress(body) + packing.flush()


async def in_thread(pack: Callable[[bytes], bytes], body: bytes) -> bytes:
    """Compress here what is small, and in a thread what would hold up others."""
    return pack(body) if len(body) < _IN_THREAD else await asyncio.to_thread(pack, body)
