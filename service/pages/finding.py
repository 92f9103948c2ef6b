"""The search index of the release in force."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path

from pyoxigraph import NamedNode

from loaders.candidates import FormatError
from loaders.release import Release
from loaders.search import Match, SearchIndex
from service.asof import Attested
from service.graph import Graph
from visual.words import Language


def find(
    release: Release,
    text: str,
    language: Language,
    *,
    kind: str | None = None,
    types: Collection[str] | None = None,
    limit: int = 10,
) -> list[Match]:
    """What the release knows by names like `text`; nothing where it has no index that can be read here."""
    index = opened(release.search)
    if index is None:
        return []
    return index.find(text, kind=kind or None, types=types, language=language, limit=limit)


async def attested(graph: Graph, matches: Sequence[Match]) -> list[Match]:
    """Those of `matches` that `graph` tells of: as of a day only what was attested by then."""
    if not isinstance(graph, Attested):
        return list(matches)
    later = await graph.later(NamedNode(match.id) for match in matches)
    return [match for match in matches if match.id not in later]


def named(release: Release, iri: str, language: Language) -> Match | None:
    """The thing of that IRI; None where the release's index does not hold it."""
    index = opened(release.search)
    return index.named(iri, language) if index else None


def things(release: Release) -> list[str]:
    """The IRIs of all things that can be found by name, in the order of the index."""
    index = opened(release.search)
    return index.things() if index else []


def opened(path: Path) -> SearchIndex | None:
    """The index that is in the file now: a release of the same quads may be built anew with another."""
    try:
        found = path.stat()
    except OSError:
        return None
    return _index(path, found.st_ino, found.st_mtime_ns)


@lru_cache(maxsize=4)
def _index(path: Path, inode: int, changed: int) -> SearchIndex | None:
    """The index in that file; None where another version of the program wrote it."""
    try:
        return SearchIndex(path)
    except FormatError:
        return None
