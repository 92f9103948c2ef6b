"""The search index of the release in force."""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from loaders.candidates import FormatError
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
    """What the release knows by names like `text`; nothing where it has no index that can be read here."""
    index = _index(release.search)
    if index is None:
        return []
    return index.find(text, kind=kind or None, types=types, language=language, limit=limit)


def named(release: Release, iri: str, language: Language) -> Match | None:
    """The thing of that IRI; None where the release's index does not hold it."""
    index = _index(release.search)
    return index.named(iri, language) if index else None


def things(release: Release) -> list[str]:
    """The IRIs of all things that can be found by name, in the order of the index."""
    index = _index(release.search)
    return index.things() if index else []


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
def _index(path: Path) -> SearchIndex | None:
    """The index in that file; None where there is none, or one that another version of the program wrote."""
    try:
        return SearchIndex(path) if path.is_file() else None
    except FormatError:
        return None
