"""What an address that leads nowhere may have meant: few suggestions and good ones, or none.

A slug is looked for as the name of another kind of thing, then as a misspelt one, then as words of a name.
What is only a little like it is not suggested: a reader takes a suggestion for what there is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Final
from urllib.parse import unquote

from rapidfuzz import process
from rapidfuzz.distance import OSA

from loaders.release import Release
from loaders.search import Match, SearchIndex
from loaders.search_index import STATEMENTS, place
from ontology.iri import IriError, slugify
from ontology.namespaces import KINDS, THING
from service.pages.finding import opened
from service.pages.questions import questions
from service.views.drawing import VIEWS
from visual.words import Language

MOST: Final = 6
"""So many suggestions at most, but for the choices of a closed list."""
_LONGEST: Final = 120
"""Characters of a slug that are looked at; the record's longest has 69."""
_LIKE: Final = 0.75
"""A slug is misspelt where at least this share of it is right."""
_CANDIDATES: Final = 500
"""So many slugs that begin alike are compared."""
_OF_SOURCE: Final = frozenset({*STATEMENTS, "evidence", "participation"})
"""Kinds whose slugs begin with their source's."""
_DATED: Final = frozenset({"source", "meeting"})
"""Kinds whose slugs end in a day, in which one may slip; other digits are numbers that mean another thing."""
_WHOLE: Final = frozenset({"exact", "folded", "alias", "merged", "unspaced", "similar"})
_PARTLY: Final = frozenset({*_WHOLE, "prefix", "words", "within", "around", "initials", "date"})
_DOORS: Final = (
    "/dataset", "/dataset/changes", "/explore", "/ontology", "/ontology/context.jsonld", "/ontology/shapes",
    "/openapi.json", "/questions", "/search", "/sparql", "/views", "/.well-known/void",
)  # fmt: skip
_NUMBER: Final = re.compile(r"\d+")
_HYPHEN: Final = re.compile(r"(?<!\d)-|-(?!\d)")
"""Hyphens between words; those of a day stay."""
_SURE: Final = 70
"""What is suggested of another kind has at least this score: a whole name, or one very like."""
_SCHEME: Final = 16
"""So many choices of a closed list are suggested, all or none."""


def things(release: Release, kind: str, text: str, language: Language) -> list[Match]:
    """Things that `{kind}/{text}` may have meant, the likelier first and few.

    `kind` need not be one, nor `text` a slug; where the kind is none, only whole names are suggested.
    """
    index, slug = opened(release.search), _slug(text)
    if index is None or not slug:
        return []
    kind = _kind(kind)
    found: dict[str, Match] = {}
    for way in (_namesakes, _siblings, _misspelt, _by_words):
        for match in way(index, kind, slug, language):
            found.setdefault(match.id, match)
    if not found and kind in _OF_SOURCE:
        return _sources(index, slug, language)
    return list(found.values())[: _SCHEME if kind == "concept" else MOST]


def path(release: Release, address: str, language: Language) -> list[Match]:
    """Things whose slug is the last part of `address`, the path of no page; of the kind before it, if any."""
    *before, last = [unquote(part) for part in address.split("/") if part] or [""]
    index, slug = opened(release.search), _slug(last)
    if index is None or not slug:
        return []
    kind = _kind(before[-1]) if before else ""
    return list({one.id: one for one in _namesakes(index, kind, slug, language)}.values())[:MOST]


def pages(address: str) -> list[str]:
    """Paths of pages that every release has and that `address` may have meant.

    First those with its last part for their name (`/map`), then those of which it may be a slip.
    """
    if len(address) > _LONGEST:
        return []
    doors = [*_DOORS, *(f"/views/{name}" for name in VIEWS)]
    asked = address.lower().rstrip("/")
    last = asked.rpartition("/")[2]
    called = [one for one in doors if last and last in (one.rpartition("/")[2], PurePath(one).stem)]
    known = [*doors, *(f"/questions/{question.slug}" for question in questions())]
    return list(dict.fromkeys([*called, *(one for one, _, _ in _alike(asked, known))]))[:MOST]


def told(found: Iterable[Match]) -> list[dict[str, str]]:
    """Suggestions as a problem holds them: id, label, label_en, kind of each."""
    return [{"id": one.id, "label": one.label, "label_en": one.label_en, "kind": one.kind} for one in found]


def _namesakes(index: SearchIndex, kind: str, slug: str, language: Language) -> Iterator[Match]:
    """Things of that very slug: of the kind itself, then of the others."""
    for one in (kind, *KINDS):
        if one and (match := index.named(f"{THING}{one}/{slug}", language)):
            yield match


def _siblings(index: SearchIndex, kind: str, slug: str, language: Language) -> Iterator[Match]:
    """The other choices of a closed list, whose name a concept's slug begins with."""
    scheme, _, choice = slug.partition("-")
    if kind == "concept" and choice:
        listed = index.beginning(f"{THING}concept/{scheme}-", _SCHEME + 1)
        yield from _named(index, listed if len(listed) <= _SCHEME else [], language)


def _misspelt(index: SearchIndex, kind: str, slug: str, language: Language) -> Iterator[Match]:
    """Things of the kind whose slug differs by a few letters, where it begins with the right ones.

    What stands after a source's slug is compared by itself, since that is long and all have it.
    """
    if not kind:
        return
    source = _source(index, slug) if kind in _OF_SOURCE else ""
    begin = f"{source}-" if source else slug[: max(2, len(slug) // 2)]
    listed = index.beginning(f"{THING}{kind}/{begin}", _CANDIDATES)
    known = {iri.removeprefix(f"{THING}{kind}/").removeprefix(f"{source}-"): iri for iri in listed}
    close = _alike(slug.removeprefix(f"{source}-"), list(known))
    same = [name for name, _, _ in close if kind in _DATED or _numbers(name) == _numbers(slug, source)]
    yield from _named(index, [known[name] for name in same], language)


def _by_words(index: SearchIndex, kind: str, slug: str, language: Language) -> Iterator[Match]:
    """Things with the words of the slug: of the kind also by a part of a name, of others by all of it."""
    text = _HYPHEN.sub(" ", slug)
    if not any(len(word) > 2 or (_NUMBER.search(word) and not word.isdigit()) for word in text.split()):
        return
    if kind:
        own = [one for one in index.find(text, kind=kind, language=language) if one.reason in _PARTLY]
        if kind == "document":
            # A document of another number is another document.
            own = [one for one in own if _numbers(slug) <= _numbers(one.text)]
        yield from own
        if own:
            return
    for one in index.find(text, language=language):
        if one.reason in _WHOLE and one.score >= _SURE and place(one.kind) < 2:
            yield one


def _sources(index: SearchIndex, slug: str, language: Language) -> list[Match]:
    """The source whose slug a statement's or a passage's begins with."""
    source = _source(index, slug)
    return list(_named(index, [f"{THING}source/{source}"] if source else [], language))


def _source(index: SearchIndex, slug: str) -> str:
    """The slug of that source; empty where there is none."""
    parts = slug.split("-")
    begun = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((one for one in begun if index.named(f"{THING}source/{one}")), "")


def _named(index: SearchIndex, iris: Sequence[str], language: Language) -> Iterator[Match]:
    yield from (match for iri in iris if (match := index.named(iri, language)))


def _alike(text: str, known: Sequence[str]) -> list[tuple[str, float, int]]:
    return process.extract(text, known, scorer=OSA.normalized_similarity, score_cutoff=_LIKE, limit=MOST)


def _numbers(text: str, source: str = "") -> set[str]:
    return set(_NUMBER.findall(text.removeprefix(f"{source}-")))


def _slug(text: str) -> str:
    """What was meant for a slug, as one; empty where nothing is left or it is too long to be one."""
    try:
        return slugify(text) if len(text) <= _LONGEST else ""
    except IriError:
        return ""


def _kind(text: str) -> str:
    """The kind that is meant; empty for what is like none."""
    return next((name for name, _, _ in _alike(text[:_LONGEST].lower(), KINDS)), "")
