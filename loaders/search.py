"""Search by name in the index of one release; `loaders/ranking.py` says in which order things are found.

A query is taken as it stands first. Where no thing's name is all of it, it is read in other ways: without
words that stand beside names, as the name of a web site, as initials, as a slug, together with what is said
of a thing; then as misspelt or typed without conversion; then in part.
"""

import re
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from loaders import likeness, ranking
from loaders import query as reading
from loaders.candidates import Candidates, Filter
from loaders.highlight import Span, spans
from loaders.query import Query
from loaders.ranking import Rank
from loaders.search_index import KINDS
from ontology.namespaces import KINDS as ALL_KINDS
from ontology.namespaces import THING

LONGEST: Final = 200
"""So many characters of a query count."""
MOST: Final = 100
"""So many results at most."""
_ADDRESS: Final = re.compile(r"(?:.*/(?:id|doc)/|\s*)([a-z]+)[/:]([a-z0-9-]+)(?:\.[a-z]+)?(?:[?#].*)?")
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


@dataclass(frozen=True)
class Match:
    """One thing found: its IRI, labels, kind, class, one line about it, and the name that matched.

    `type` is the local name of its class. `field` is label, altLabel, hiddenLabel, number, date, or merged
    for the name of a thing that was merged into it; `text` the name; `spans` the parts of it that match, as
    (start, end); `reason` one of exact, folded, alias, merged, date, prefix, words, unspaced, within, around,
    initials, typed, address, similar, part. `score` is 0 to 100; `exact` says that the query is this very
    name, with the same marks or without any.
    """

    id: str
    label: str
    label_en: str
    kind: str
    type: str
    description: str
    field: str
    text: str
    reason: str
    spans: tuple[Span, ...]
    score: float
    exact: bool


class SearchIndex:
    """The names of one release, read-only. May be used from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: list[Candidates] = []
        self._local = threading.local()
        # Opened at once, so that an index of another format is refused here.
        _ = self._names

    @property
    def _names(self) -> Candidates:
        """The index as this thread has it open."""
        found: Candidates | None = getattr(self._local, "names", None)
        if found is None:
            found = self._local.names = Candidates(self._path)
            self._opened.append(found)
        return found

    def close(self) -> None:
        """Close the file."""
        while self._opened:
            self._opened.pop().close()

    def find(
        self,
        text: str,
        *,
        kind: str | None = None,
        types: Collection[str] | None = None,
        language: str = "vi",
        limit: int = 10,
    ) -> list[Match]:
        """Things whose names match `text`, best first and each once; in the same order every time.

        `kind` keeps only things of that kind, `types` only those of these classes (local names); `language`
        ("vi" or "en") is that of the description, and preferred among equals. Any text is allowed; one
        without letters or digits finds nothing.
        """
        query = Query(text[:LONGEST], language)
        limit = min(limit, MOST)
        if not query.folded or limit < 1:
            return []
        wanted = Filter(kind, None if types is None else tuple(sorted(types)))
        pointed = self._pointed(query, wanted)
        if pointed is not None:
            return [self._match(query, one) for one in pointed[:1]]
        found: dict[int, Rank] = {}
        for one in self._ranked(query, wanted) or self._some(query, wanted):
            first = found.setdefault(one.row.thing, one)
            if one.score > first.score:
                # Another of its names tells more of how sure it is, though not of why it is found.
                found[one.row.thing] = replace(first, score=one.score)
        return [self._match(query, one) for one in islice(found.values(), limit)]

    def named(self, iri: str, language: str = "vi") -> Match | None:
        """The thing of that IRI, under its own label; None where the index does not hold it."""
        query = Query("", language)
        found = self._addressed([iri], query, Filter())
        return self._match(query, found[0]) if found else None

    def beginning(self, iri: str, most: int) -> list[str]:
        """The IRIs that begin with `iri`, in their own order, at most so many."""
        return self._names.beginning(iri, most)

    def things(self) -> list[str]:
        """The IRIs of all things, the likelier kinds and what is linked to most first."""
        return self._names.iris()

    def _ranked(self, query: Query, wanted: Filter) -> list[Rank]:
        """Everything that matches other than in a part of the query, the best first."""
        plain = ranking.rank(query, self._names.of(query, wanted))
        if plain and plain[0].whole:
            return plain
        read = self._beside(query, wanted)
        if not read and not (plain and plain[0].telling):
            best = next((one.row.place for one in plain if one.reason != "within"), len(KINDS))
            other = next(filter(None, self._otherwise(query, wanted)), [])
            read = [one for one in other if one.row.place < best]
        if not read and all(one.reason == "within" for one in plain):
            # A name like all of the query says more than one that is but a part of it.
            read = next(filter(None, self._misspelt(query, wanted)), [])
        return [*read, *plain]

    def _beside(self, query: Query, wanted: Filter) -> list[Rank]:
        """Units where the query says of which time; people after a form of address; the name of a host."""
        if (named := reading.hosted(query)) is not None:
            found = ranking.rank(named, self._names.of(named, wanted))
            return likeness.read(one for one in found if one.whole)
        if (other := reading.of_an_era(query)) is not None:
            found = ranking.rank(other, self._names.of(other, wanted))
            if units := [one for one in found if one.whole and one.row.kind == "unit"]:
                return likeness.read(units)
        if (other := reading.unaddressed(query)) is not None:
            found = ranking.rank(other, self._names.of(other, wanted))
            return likeness.read(one for one in found if one.telling and one.row.kind == "person")
        return []

    def _otherwise(self, query: Query, wanted: Filter) -> Iterator[list[Rank]]:
        """Other readings, the likelier first: initials, a slug, a number, a name with what is said of it."""
        if letters := reading.initials(query):
            yield likeness.read(likeness.begun(query, letters, self._names.begun(letters, wanted)))
        if _SLUG.fullmatch(slug := query.text.strip()):
            yield likeness.read(self._addressed([f"{THING}{kind}/{slug}" for kind in KINDS], query, wanted))
        if (numbered := reading.numbered(query)) is not None:
            found = ranking.rank(numbered, self._names.of(numbered, wanted))
            yield likeness.read(one for one in found if one.row.kind == "document")
        yield likeness.read(likeness.around(query, self._names.around(query, wanted)))
        for full in reading.begun_abbreviations(query):
            yield self._read(full, wanted)

    def _misspelt(self, query: Query, wanted: Filter) -> Iterator[list[Rank]]:
        """Names that differ by a few letters; typed without conversion; with words that differ so."""
        yield likeness.alike(query, self._names.alike(query, wanted))
        for typed in reading.untyped(query):
            yield self._read(typed, wanted, "typed")
        spelled = [one for near in self._names.spelled(query) for one in self._read(near, wanted, "similar")]
        yield sorted(spelled, key=lambda one: one.order)

    def _read(self, query: Query, wanted: Filter, reason: str = "") -> list[Rank]:
        """What another reading finds, where a name is all of it or has all of its words."""
        found = ranking.rank(query, self._names.of(query, wanted))
        return likeness.read([one for one in found if one.telling and one.reason != "within"], reason)

    def _some(self, query: Query, wanted: Filter) -> list[Rank]:
        """Names that hold a run of the query's words: the longest held by any, most of it at least."""
        for run, rows in self._names.runs(query, wanted):
            if found := likeness.some(query, run, rows):
                return found
        return []

    def _pointed(self, query: Query, wanted: Filter) -> list[Rank] | None:
        """The thing whose IRI, page or prefixed name the query is; None where it is no such thing.

        A full address of a thing that is not searched (an evidence, say) is one, too: nothing is like it.
        """
        text = query.text.strip().strip("<>\"'")
        found = _ADDRESS.fullmatch(text)
        if found is None or found[1] not in ALL_KINDS:
            return None
        things = self._addressed([f"{THING}{found[1]}/{found[2]}"], query, wanted)
        return things if things or text.startswith(("http://", "https://")) else None

    def _addressed(self, iris: Sequence[str], query: Query, wanted: Filter) -> list[Rank]:
        """The things of these IRIs, each under its label in the language asked for."""
        return likeness.addressed(query, self._names.addressed(iris, wanted))

    def _match(self, query: Query, ranked: Rank) -> Match:
        row = ranked.row
        iri, type_, label_vi, label_en, description_vi, description_en = self._names.thing(row.thing)
        return Match(
            id=iri,
            label=label_vi or label_en,
            label_en=label_en or label_vi,
            kind=row.kind,
            type=type_,
            description=description_en if query.language == "en" else description_vi,
            field=row.field,
            text=row.text,
            reason=ranked.reason,
            spans=spans(query, row.text, ranked.reason),
            score=round(ranked.score, 1),
            exact=ranked.exact,
        )
