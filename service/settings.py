"""What a service is started with: one frozen object, settled before any work begins."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from service import machine

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

WEB: Final = Path(__file__).resolve().parent.parent / "visual" / "web"
"""The folder served at `/static/`."""


def _worker_memory() -> int:
    """A sixth of the memory there is, between 256 MiB and 2 GiB."""
    return max(256 * MIB, min(2 * GIB, machine.memory() // 6))


@dataclass(frozen=True)
class Settings:
    """Settings of `vndx serve`. Sizes are bytes, times seconds.

    `release` is the folder that `vndx build` wrote; `endpoint` and `dataset` exclude each other.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = field(default_factory=machine.cores)
    sources: Path | None = None
    release: Path = Path("release")
    endpoint: str | None = None
    dataset: tuple[Path, ...] = ()
    timeout: float = 10.0
    max_rows: int = 100_000
    max_bytes: int = 64 * MIB
    max_query: int = 1 * MIB
    trusted_proxy: bool = False
    access_log: bool = False
    grace: float = 15.0

    max_depth: int = 200
    """How deep `( { [` may nest in a query."""
    max_tokens: int = 200_000
    """How many tokens a query may have."""
    max_patterns: int = 5_000
    """How many `.`, `;` and keywords that join patterns a query may have."""
    queue: int = 256
    """How many queries may wait for a worker; more are refused with 503."""
    queue_per_client: int = 64
    """How many queries of one client may wait; more are refused with 429."""
    patience: float = 20.0
    """How long a query may wait for a worker before it is refused with 503."""
    old_after: float = 1.0
    """A query that runs longer is old: it goes on outside the workers kept for young queries."""
    max_old: int = 4
    """How many old queries may run at once; one more is refused with 503 when it turns old."""
    worker_memory: int = field(default_factory=_worker_memory)
    """What a worker may map above what it shares with its parent: 2 GiB, on small machines less."""
    memory_share: float = 0.5
    """A release estimated larger than this share of the machine's memory is read from disk."""
    cache_bytes: int = 64 * MIB
    """The bound of the result cache."""
    held_bytes: int = 512 * MIB
    """Bytes of large results that may wait for their clients to take them; one client may hold a quarter."""
    connections: int = 1000
    """How many connections may be open, at the front and in the service each."""
    connections_per_client: int = 200
    """How many of them may be one client's, and how many of its requests may be answered at once: behind a
    trusted proxy, whose all connections are, only these are counted."""
    max_head: int = 64 * KIB
    """Bytes of a request's headers."""
    head_seconds: float = 10.0
    """How long a request's head may take to come, from the connection or its first byte on."""
    body_seconds: float = 15.0
    """How long a request's body may take to come."""
    write_seconds: float = 60.0
    """How long a client may take nothing of an answer that waits for it."""
    web: Path = WEB

    @cached_property
    def own(self) -> "Settings":
        """These settings as they bound the queries of pages: where the public's are tighter, the defaults.

        Those queries are the service's own texts; only terms in them are somebody's.
        """
        bounds = ("timeout", "max_rows", "max_bytes", "max_query", "max_depth", "max_tokens", "max_patterns")
        return replace(self, **{name: max(getattr(self, name), getattr(Settings, name)) for name in bounds})

    def __post_init__(self) -> None:
        if self.endpoint and self.dataset:
            raise ValueError("--endpoint and --dataset exclude each other: name one source of answers")
        if self.endpoint and not self.endpoint.startswith(("http://", "https://")):
            raise ValueError("--endpoint must be an address that begins with http:// or https://")
        if not 0 <= self.port < 2**16:
            raise ValueError("--port must be from 0 (any that is free) to 65535")
        if self.workers < 1:
            raise ValueError("--workers must be at least 1")
        if self.timeout <= 0:
            raise ValueError("--timeout must be more than 0 seconds")
        if self.grace < 0:
            raise ValueError("--grace must be 0 seconds or more")
