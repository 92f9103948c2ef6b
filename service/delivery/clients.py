"""Who counts as one client when shares are given out, and how much one client may have going at once."""

import ipaddress
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from service.problems import Problem, problem


def client(address: str) -> str:
    """The client behind an address: of IPv4 the address itself, of IPv6 the network of one subscriber."""
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, 64), strict=False))


def forwarded(headers: Sequence[tuple[bytes, bytes]]) -> str:
    """The client that a trusted proxy names, or empty.

    That is the last of the last header of that name: those before it, the client itself may have sent.
    """
    for name, value in reversed(headers):
        if name == b"x-forwarded-for":
            return client(value.decode("latin-1").rsplit(",", 1)[-1].strip()[:64])
    return ""


class InFlight:
    """Requests that are being answered, by client: at most `most` of one.

    Behind a proxy all connections are the proxy's, so that connections cannot be counted by client there.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._count: Counter[str] = Counter()

    @contextmanager
    def one(self, client: str) -> Iterator[Problem | None]:
        """Count a request of `client` while the block lasts; gives the refusal where it is one too many."""
        self._count[client] += 1
        try:
            over = self._count[client] > self._most
            detail = f"{self._most} of your requests are being answered already; send fewer at once."
            yield problem("too-many-requests", detail, headers={"Retry-After": "5"}) if over else None
        finally:
            self._count[client] -= 1
            if not self._count[client]:
                del self._count[client]
