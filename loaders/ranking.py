"""How well a name matches a query: the order of search results and the reason of each.

Whole names go first: with the same marks, folded, an alias, the name without its spaces. Then parts of names
(things before terms before statements): beginnings, all words in any order; or whole names within the query
("Bộ trưởng Nguyễn Mạnh Hùng" holds a person's). A query that has marks prefers names with the same marks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from loaders.search_index import KINDS
from ontology import folding
from ontology.folding import has_marks

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_WHOLE, _PART, _LIKE, _SOME = range(4)
_WITHIN_LEAST: Final = 3
"""So many letters a name must have to be looked for within a query."""
_WITHIN_SHARE: Final = 0.5
"""Names within a query that together make up this share of its words are what the query is about."""


class Row(NamedTuple):
    """A row of the index: one name of a thing."""

    id: int
    thing: int
    kind: str
    links: int
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


@dataclass(frozen=True)
class Query:
    """A query in the forms in which names are compared; `language` is preferred among equals."""

    text: str
    language: str

    @cached_property
    def words(self) -> list[folding.Word]:
        """The words, marked and folded."""
        return folding.words(self.text)

    @cached_property
    def folded(self) -> str:
        """The words folded."""
        return " ".join(word.folded for word in self.words)

    @cached_property
    def marked(self) -> str:
        """The words with their marks."""
        return " ".join(word.marked for word in self.words)

    @cached_property
    def unspaced(self) -> str:
        """The folded words in one."""
        return self.folded.replace(" ", "")

    @cached_property
    def has_marks(self) -> bool:
        """Whether the query, as typed, has any mark."""
        return has_marks(self.text)

    @cached_property
    def runs(self) -> list[str]:
        """Every run of the query's words but the whole, folded, the longest first."""
        parts = self.folded.split()
        return [
            " ".join(parts[start : start + length])
            for length in range(len(parts) - 1, 0, -1)
            for start in range(len(parts) - length + 1)
        ]

    @property
    def slips(self) -> int:
        """How many letters may be wrong in a name of this length."""
        length = len(self.unspaced)
        return 0 if length < 3 else 1 if length < 6 else 2 if length < 11 else length // 5


def rank(query: Query, rows: Iterable[Row]) -> list[Rank]:
    """Each row that matches `query` other than by likeness, the best first."""
    found = [ranked for row in rows if (ranked := _ranked(query, row))]
    within = [ranked for ranked in found if ranked.reason == "within"]
    found = [ranked for ranked in found if ranked.reason != "within"] + _within(query, within)
    return sorted(found, key=lambda ranked: ranked.order)


def alike(query: Query, rows: Iterable[Row]) -> list[Rank]:
    """Each row that differs from `query` by a few letters, the most alike first."""
    found = []
    for row in rows:
        slips = OSA.distance(query.unspaced, row.unspaced)
        likeness = 1 - slips / max(len(query.unspaced), len(row.unspaced))
        order = (_LIKE, -likeness, *_ties(query, row))
        found.append(Rank(order, "similar", 90 * likeness, False, row))
    return sorted(found, key=lambda ranked: ranked.order)


def some(query: Query, part: str, rows: Iterable[Row]) -> list[Rank]:
    """Each row that holds `part`, a run of the query's words."""
    share = 50 * len(part) / len(query.folded)
    rows = [row for row in rows if f" {part} " in f" {row.folded} "]
    found = [Rank((_SOME, -share, row.place, *_ties(query, row)), "part", share, False, row) for row in rows]
    return sorted(found, key=lambda ranked: ranked.order)


def _ranked(query: Query, row: Row) -> Rank | None:
    if row.folded == query.folded:
        return _whole(query, row)
    ties = _ties(query, row)
    if row.unspaced == query.unspaced:
        return Rank((_WHOLE, 5, row.place, *ties), "unspaced", 88, False, row)
    reason, tier = _partial(query, row)
    if not reason:
        return None
    share = len(query.unspaced) / len(row.unspaced)
    score = 40 + 45 * min(share, 1) - 2 * tier - 12 * row.place
    order = (_PART, _other_marks(query, row), row.place, tier, *ties)
    return Rank(order, reason, max(score, 5), False, row)


def _whole(query: Query, row: Row) -> Rank:
    """The same name: its label or an alias, with the same marks or folded."""
    same, label = row.marked == query.marked, row.field == "label"
    reason = "alias" if not label else "exact" if same else "folded"
    # Who types marks wants them: then an alias that has the same goes before a label that has others.
    alias = 1 if same and query.has_marks else 3
    tier = alias if not label else 0 if same else 2
    exact = row.field in ("label", "altLabel") and (same or not query.has_marks)
    score = (100 if exact else 92) - (0 if label else 1) - (7 if row.field == "hiddenLabel" else 0)
    order = (_WHOLE, tier, row.place, *_ties(query, row))
    return Rank(order, reason, score if same else score - 1, exact, row)


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
    if row.unspaced.startswith(query.unspaced):
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
        inner = f" {one.row.folded} " not in outer
        level, marks, place, *rest = one.order
        late = inner or covered < _WITHIN_SHARE
        order = (level, marks, 9 if late else place, *rest)
        ranked.append(Rank(order, one.reason, _share(query, one.row), False, one.row))
    return ranked


def _share(query: Query, row: Row) -> float:
    """The score of a name within the query: how much of it the name is."""
    return 30 + 50 * len(row.unspaced) / len(query.unspaced)


def _ties(query: Query, row: Row) -> tuple[float, ...]:
    """What decides among equals: the likelier kind, no misspelling, the language, what is linked to most."""
    return (
        KINDS.index(row.kind),
        row.field == "hiddenLabel",
        row.language not in ("", query.language),
        -row.links,
        len(row.folded),
        row.id,
    )


def _other_marks(query: Query, row: Row) -> int:
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
