"""The search index of the release in force."""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from loaders.release import Release
from loaders.search import Match, SearchIndex
from ontology.iri import IriError, parse
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
    """What the release knows by names like `text`; nothing where the release has no index."""
    if not release.search.is_file():
        return []
    index = _index(release.search)
    return index.find(text, kind=kind or None, types=types, language=language, limit=limit)


def named(release: Release, iri: str, language: Language) -> Match | None:
    """The thing of that IRI; None where the release's index does not hold it."""
    return _index(release.search).named(iri, language) if release.search.is_file() else None


def alternatives(release: Release, iri: str, language: Language) -> list[Match]:
    """Things whose names are like the slug of an unknown IRI, of its own kind if there are any."""
    try:
        name = parse(iri)
    except IriError:
        return []
    words = name.slug.replace("-", " ").split()
    # Where the whole name finds nothing, its end often does: the slug's last words are the proper name.
    for text in (" ".join(words), " ".join(words[-2:]), words[-1]):
        for kind in (name.kind, None):
            if found := find(release, text, language, kind=kind, limit=6):
                return found
    return []


@lru_cache(maxsize=4)
def _index(path: Path) -> SearchIndex:
    return SearchIndex(path)
