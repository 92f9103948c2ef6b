"""Of which release, and as of which day, a request is to be answered."""

import re
from typing import Final

from starlette.datastructures import QueryParams
from starlette.types import Scope

from service import asof
from service.evaluators.port import EvaluatorBusy
from service.releases import ReleaseGone, Releases, Serving, UnknownRelease
from visual.carrying import counts

_RELEASE: Final = "release"
_LENIENT: Final = ("/explore",)
"""Addresses that are answered from the release in force where the one they name cannot be had."""
_ESCAPED: Final = re.compile(rb"(?:^|&)[^=&%]*%")
"""A parameter whose name is written with escapes, as any may be (RFC 3986, section 2.4)."""


async def release(releases: Releases, scope: Scope, client: str) -> Serving | None:
    """The release that `?release=` asks for, where answers depend on it; None for the one in force.

    An old link to the explorer is answered all the same: its page says what became of the release, or that
    it cannot be opened now; a file of a kept release is of that or of none. `client` is who asks. Raises
    `UnknownRelease`, `ReleaseGone`, and `EvaluatorBusy` where it cannot be opened now.
    """
    digest = _parameter(scope, _RELEASE).strip().lower()
    if not digest:
        return None
    try:
        return await releases.named(digest, client)
    except (UnknownRelease, ReleaseGone):
        if scope["path"] in _LENIENT:
            return None
        raise
    except EvaluatorBusy:
        if scope["path"] in _LENIENT and not QueryParams(scope["query_string"]).get("format"):
            return None
        raise


def day(scope: Scope) -> asof.AsOf | None:
    """The day that `?asOf=` asks for, where answers are given as of one. Raises `Problem` for no date."""
    asked = _parameter(scope, asof.PARAMETER)
    return asof.read(asked) if asked else None


def _may_name(name: str, encoded: bytes) -> bool:
    return name.encode() in encoded or _ESCAPED.search(encoded) is not None


def _parameter(scope: Scope, name: str) -> str:
    """The value of a parameter, as routes read it, where addresses that begin so have it.

    Most requests have neither, and a query's text is long to take apart.
    """
    encoded: bytes = scope["query_string"]
    if not counts(name, scope["path"]):
        return ""
    if not _may_name(name, encoded):
        return ""
    return QueryParams(encoded).get(name, "")
