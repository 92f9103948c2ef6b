"""How well a name matches a query: the order of search results and the reason of each.

Whole names go first: with the same marks, folded, an alias, the name without its spaces, its words in
another order. Then parts of names (things before terms before statements): beginnings, all words in any
order; or whole names within the query ("Bộ trưởng Nguyễn Mạnh Hùng" holds a person's). A query that has marks
prefers names with the same marks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from loaders.query import Query
from loaders.search_index import KINDS, MERGED
from ontology import beside, folding

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
WHOLE, READ, PART, LIKE, SOME = range(5)
"""How a name matches, the best way first: the first of an order."""
_NOT_ITS_OWN: Final = ("hiddenLabel", MERGED)
"""Misspellings and the names of merged things: by them a thing is found after those that have them as own."""
_WITHIN_LEAST: Final = 3
"""So many letters a name must have to be looked for within a query."""
_MOST_OF_IT: Final = 0.7
"""Names within a query that together make up this share of its words are what the query is about."""
_MUCH_OF_IT: Final = 0.5
"""With this share they go before statements that have all of its words."""


class Row(NamedTuple):
    """A row of the index: one name of a thing; `former` for a unit that no longer stands."""

    id: int
    thing: int
    kind: str
    links: int
    former: int
    place: int
    field: str
    language: str
    text: str
    marked: str
    folded: str
    unspaced: str


@dataclass(frozen=True)
class Rank:
    """A name that matches: the less `order` the better; `score` is 0 to 100, `exact` its very name."""

    order: tuple[float, ...]
    reason: str
    score: float
    exact: bool
    row: Row

    @property
    def whole(self) -> bool:
        """Whether the query is the whole name."""
        return self.order[0] == WHOLE

    @property
    def telling(self) -> bool:
        """Whether all of the query, or most of it, is found in the name of a thing that people look for."""
        return self.whole or (self.order[0] == PART and self.order[2] == 0)


def rank(query: Query, rows: Iterable[Row]) -> list[Rank]:
    """Each row that matches `query` other than by likeness, the best first."""
    found = [ranked for row in rows if (ranked := _ranked(query, row))]
    within = [ranked for ranked in found if ranked.reason == "within"]
    found = [ranked for ranked in found if ranked.reason != "within"] + _within(query, within)
    return sorted(found, key=lambda ranked: ranked.order)


def _ranked(query: Query, row: Row) -> Rank | None:
    if row.folded == query.folded:
        return _whole(query, row)
    among = ties(query, row)
    if row.unspaced in (query.unspaced, query.typed):
        return Rank((WHOLE, 0, row.place, 5, *among), "unspaced", 88, False, row)
    if _turned(query, row):
        order = (WHOLE, other_marks(query, row), row.place, 6, *among)
        return Rank(order, "words", 82 - 6 * row.place, False, row)
    reason, tier = _partial(query, row)
    if not reason:
        return None
    share = len(query.unspaced) / len(row.unspaced)
    score = 40 + 45 * min(share, 1) - 2 * tier - 12 * row.place
    order = (PART, other_marks(query, row), row.place, tier, *among)
    return Rank(order, reason, max(score, 5), False, row)


def _whole(query: Query, row: Row) -> Rank:
    """The same name: its label or an alias, with the same marks or folded."""
    same, label = row.marked == query.marked, row.field in ("label", "date")
    reason = MERGED if row.field == MERGED else "alias" if not label else "exact" if same else "folded"
    # Who types marks wants them: then an alias that has the same goes before a label that has others.
    alias = 1 if same and query.has_marks else 3
    tier = alias if not label else 0 if same else 2
    exact = row.field in ("label", "altLabel") and (same or not query.has_marks)
    score = (100 if exact else 92) - (0 if label else 1) - (7 if row.field in _NOT_ITS_OWN else 0)
    other = query.has_marks and not same
    order = (WHOLE, other, row.place, tier, *ties(query, row))
    return Rank(order, "date" if row.field == "date" else reason, score if same else score - 1, exact, row)


def _turned(query: Query, row: Row) -> bool:
    """Whether the name has the words of the query in another order, or but for "và", "of" and the like."""
    wanted = sorted(query.telling.split())
    if len(wanted) < 2 or len(row.folded) > 2 * len(query.folded) + 8:
        return False
    marked, folded = row.marked.split(), row.folded.split()
    name = [folding.Word(*both) for both in zip(marked, folded, strict=True)]
    return wanted == sorted(word.folded for word in beside.telling(name))


def _partial(query: Query, row: Row) -> tuple[str, int]:
    """How a part matches, and in which order; an empty reason where it does not."""
    if row.folded.startswith(query.folded + " "):
        return "prefix", 0
    if row.folded.startswith(query.folded):
        return "prefix", 1
    words = row.folded.split()
    *all_but_last, last = query.folded.split()
    if all(word in words for word in all_but_last):
        if last in words:
            return "words", 2
        if any(word.startswith(last) for word in words):
            return "words", 3
    if query.telling != query.folded and all(word in words for word in query.telling.split()):
        return "words", 4
    if row.unspaced.startswith((query.unspaced, query.typed)):
        return "unspaced", 4
    if len(row.unspaced) >= _WITHIN_LEAST and f" {row.folded} " in f" {query.folded} ":
        return "within", 5
    return "", 0


def _within(query: Query, found: Sequence[Rank]) -> list[Rank]:
    """Names within the query: first where they make up most of it, last otherwise; those in others after."""
    names = {f" {ranked.row.folded} " for ranked in found}
    outer = {name for name in names if not any(name != other and name in other for other in names)}
    covered = sum(len(name.split()) for name in outer) / max(len(query.words), 1)
    ranked = []
    for one in found:
        level, marks, place, *rest = one.order
        much = covered >= _MUCH_OF_IT and f" {one.row.folded} " in outer
        if not much or covered < 1:
            place = 9 if not much else 1.5 if covered < _MOST_OF_IT else 0.5
        # Names that together are the query are as good as each other, be they long or short.
        share = covered if much else len(one.row.unspaced) / len(query.unspaced)
        ranked.append(Rank((level, marks, place, *rest), one.reason, 30 + 45 * share, False, one.row))
    return ranked


def ties(query: Query, row: Row) -> tuple[float, ...]:
    """What decides among equals: the era, the likelier kind, no misspelling, the language, links to it."""
    return (
        bool(query.era) and (query.era == beside.FORMER) != bool(row.former),
        KINDS.index(row.kind),
        row.field in _NOT_ITS_OWN,
        row.language not in ("", query.language),
        -row.links,
        len(row.folded),
        row.id,
    )


def other_marks(query: Query, row: Row) -> int:
    """How many words of a query with marks have other marks in the name."""
    if not query.has_marks:
        return 0
    marked, folded = row.marked.split(), row.folded.split()
    wrong = 0
    for position, word in enumerate(query.words):
        last = position == len(query.words) - 1
        meant = [
            name
            for name, plain in zip(marked, folded, strict=True)
            if plain == word.folded or (last and plain.startswith(word.folded))
        ]
        wrong += bool(meant) and not any(_same_marks(word.marked, name) for name in meant)
    return wrong


def _same_marks(typed: str, name: str) -> bool:
    """Whether a word, perhaps not typed to its end, has the marks of a name's word."""
    letters, whole = typed.rstrip(_TONES), name.rstrip(_TONES)
    if letters == whole:
        return typed == name
    return whole.startswith(letters) and name.endswith(typed[len(letters) :])
