"""Of which release, and as of which day, a request is to be answered."""

from typing import Final
from urllib.parse import parse_qs

from starlette.types import Scope

from service import asof
from service.releases import ReleaseGone, Releases, Serving, UnknownRelease

_VERSIONED: Final = (
    "/sparql",
    "/id/",
    "/doc/",
    "/q",
    "/graph/",
    "/search",
    "/explore",
    "/views",
    "/api/",
    "/ontology",
    "/rdf-graph-store",
    "/dataset",
    "/dumps/",
    "/.well-known/void",
)
"""Addresses of which older releases are given."""
_LENIENT: Final = ("/explore",)
"""Addresses that are answered from the release in force where the one they name cannot be had."""
_DATED: Final = ("/id/", "/doc/", "/search", "/explore", "/api/", "/views")
"""Addresses that are answered as of a day."""


async def release(releases: Releases, scope: Scope, client: str) -> Serving | None:
    """The release that `?release=` asks for, where answers depend on it; None for the one in force.

    An old link to the explorer is answered all the same: its page says what became of the release. `client`
    is who asks. Raises `UnknownRelease`, `ReleaseGone`, and `EvaluatorBusy` where it cannot be opened now.
    """
    digest = _parameter(scope, "release", _VERSIONED).strip().lower()
    if not digest:
        return None
    try:
        return await releases.named(digest, client)
    except (UnknownRelease, ReleaseGone):
        if scope["path"] in _LENIENT:
            return None
        raise


def day(scope: Scope) -> asof.AsOf | None:
    """The day that `?asOf=` asks for, where answers are given as of one. Raises `Problem` for no date."""
    asked = _parameter(scope, asof.PARAMETER, _DATED)
    return asof.read(asked) if asked else None


def _parameter(scope: Scope, name: str, where: tuple[str, ...]) -> str:
    """The first value of a parameter of the address, where addresses that begin so have it.

    Most requests have neither, and a query's text is long to take apart: letters are not escaped by anybody.
    """
    encoded: bytes = scope["query_string"]
    if name.encode() not in encoded or not scope["path"].startswith(where):
        return ""
    return parse_qs(encoded.decode("latin-1")).get(name, [""])[0]
