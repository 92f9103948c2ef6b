"""`/dataset/changes`: what changed from one release to another, as a page and as JSON."""

import asyncio
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from loaders import history
from loaders.diff import Difference, compare
from loaders.release import Release, open_release
from loaders.report import as_json
from service import language
from service.context import Context
from service.formats import HTML, JSON
from service.negotiation import negotiate
from service.pages.differences import listed
from service.pages.response import page
from service.problems import problem
from service.releases import ReleaseGone, UnknownRelease

LARGEST: Final = 400_000
"""So many quads may the two releases have together; more is for `vndx diff`."""


async def changed(request: Request, context: Context) -> Response:
    """The difference from `from=` to `to=` (digests, or their beginnings).

    Without them: to the release of this request, from the one before it. Raises `Problem` where a release
    cannot be had.
    """
    offered = (HTML, JSON)
    form = negotiate(request.headers.get("accept"), request.query_params.get("format"), (JSON, HTML))
    if form is None:
        raise problem("not-acceptable", "Offered: " + ", ".join(one.media_type for one in offered))
    if not context.release.quads.is_file():
        raise problem("not-found", "What is served here is no release, so nothing is known of earlier ones.")
    after = await _release(context, request.query_params.get("to")) or context.release
    before = await _release(context, request.query_params.get("from")) or _earlier(after)
    if int(after.manifest["quads"]) + int(before.manifest["quads"] if before else 0) > LARGEST:
        raise problem("result-too-large", "These releases are compared by `vndx diff` only.")
    found = await asyncio.to_thread(_compared, (before or after).path, after.path)
    if form is JSON:
        return Response(as_json(found), 200, {"Content-Type": "application/json", "Vary": "Accept"})
    spoken = language.choose(request)
    return page(
        request,
        context,
        "changes.html",
        earlier=before is not None,
        before=found.before.manifest,
        after=found.after.manifest,
        counts={kind: found.count(kind) for kind in ("added", "removed", "changed")},
        graphs=[listed(part, found, spoken) for part in found.parts],
        releases=[entry for entry in reversed(history.read(_folder(after))) if entry.kept],
        json="/dataset/changes?"
        + urlencode({"from": found.before.digest, "to": found.after.digest, "format": "json"}),
    )


async def _release(context: Context, digest: str | None) -> Release | None:
    """The release that a parameter names. Old ones are only read here, so none is opened for queries."""
    if not digest:
        return None
    wanted = digest.strip().lower()
    current = context.releases.current().release
    if wanted == current.digest:
        return current
    folder = _folder(current)
    entry = await asyncio.to_thread(history.find, folder, wanted)
    if entry is None:
        raise problem("not-found", str(UnknownRelease(f"There is no release {wanted!r} here.")))
    if not entry.kept:
        after = history.successor(folder, entry.digest)
        gone = ReleaseGone(entry.digest, after.digest if after else current.digest)
        raise problem("release-gone", str(gone), release=gone.digest, successor=gone.successor)
    return open_release(folder / entry.digest)


def _earlier(release: Release) -> Release | None:
    """The kept release before this one."""
    folder = _folder(release)
    kept = [entry.digest for entry in history.read(folder) if entry.kept]
    place = kept.index(release.digest) if release.digest in kept else 0
    return open_release(folder / kept[place - 1]) if place else None


def _folder(release: Release) -> Path:
    """The folder of releases that a release stands in."""
    return release.path.parent


def difference(before: Release, after: Release) -> Difference | None:
    """What differs between two releases; None where they are too large to compare here, or are none."""
    sizes = [int(one.manifest.get("quads", 0)) for one in (before, after) if one.quads.is_file()]
    return _compared(before.path, after.path) if len(sizes) == 2 and sum(sizes) <= LARGEST else None


@lru_cache(maxsize=8)
def _compared(before: Path, after: Path) -> Difference:
    return compare(open_release(before), open_release(after))
