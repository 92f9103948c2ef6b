"""Names that match other than as they stand: by address, initials, what is said of a thing, or likeness.

Each function gives ranks as `loaders/ranking.py` does, the best first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from rapidfuzz.distance import OSA

from loaders.query import Query
from loaders.ranking import LIKE, PART, READ, SOME, WHOLE, Rank, Row, other_marks, ties
from loaders.search_index import KINDS

_READ_SCORE: Final = 86
"""What another reading of the query finds has at most this score."""
SHORT: Final = 6
"""A query of fewer letters is like too many terms for one to be meant: of those none is looked for."""


def read(ranked: Iterable[Rank], reason: str = "") -> list[Rank]:
    """What another reading of the query found: after whole names, before parts; no longer the very name."""
    return [
        replace(
            one,
            order=(READ, *one.order),
            reason=reason or one.reason,
            score=min(one.score, _READ_SCORE),
            exact=False,
        )
        for one in ranked
    ]


def addressed(query: Query, rows: Iterable[Row]) -> list[Rank]:
    """Each row of a thing whose IRI the query tells, the likelier kind first."""
    found = [Rank((WHOLE, 0, row.place, 0, *ties(query, row)), "address", 100, True, row) for row in rows]
    return sorted(found, key=lambda ranked: ranked.order)


def around(query: Query, rows: Iterable[Row]) -> list[Rank]:
    """Of each thing whose names and description hold the query, the name that holds most of it, if any."""
    wanted = query.telling.split()
    best: dict[int, Rank] = {}
    for row in rows:
        words = row.folded.split()
        held = sum(part in words for part in wanted)
        if held and not other_marks(query, row):
            order = (PART, 0, row.place, 6, KINDS.index(row.kind), -held, *ties(query, row))
            one = Rank(order, "around", 55 + 25 * held / len(wanted), False, row)
            best[row.thing] = min(one, best.get(row.thing, one), key=lambda rank: rank.order)
    return sorted(best.values(), key=lambda ranked: ranked.order)


def begun(query: Query, letters: Sequence[str], rows: Iterable[Row]) -> list[Rank]:
    """Each row whose words begin with `letters` (initials and words), one for one and in order."""
    found = []
    for row in rows:
        words = row.folded.split()
        if len(words) == len(letters) and all(map(str.startswith, words, letters)):
            order = (PART, other_marks(query, row), 0, 6, *ties(query, row))
            found.append(Rank(order, "initials", 70, False, row))
    return sorted(found, key=lambda ranked: ranked.order)


def alike(query: Query, rows: Iterable[Row]) -> list[Rank]:
    """Each row that differs from `query` by a few letters, the most alike first."""
    found = []
    for row in rows:
        slips = OSA.distance(query.unspaced, row.unspaced)
        if row.place and len(query.unspaced) < SHORT:
            continue
        if slips > query.slips or not _slips_apart(query.folded.split(), row.folded.split()):
            continue
        likeness = 1 - slips / max(len(query.unspaced), len(row.unspaced))
        order = (LIKE, -likeness, *ties(query, row))
        found.append(Rank(order, "similar", 90 * likeness, False, row))
    return sorted(found, key=lambda ranked: ranked.order)


def some(query: Query, part: str, rows: Iterable[Row]) -> list[Rank]:
    """Each row that holds `part`, a run of the query's words."""
    share = 50 * len(part) / len(query.folded)
    rows = [row for row in rows if f" {part} " in f" {row.folded} " and not other_marks(query, row)]
    found = [Rank((SOME, -share, row.place, *ties(query, row)), "part", share, False, row) for row in rows]
    return sorted(found, key=lambda ranked: ranked.order)


def _slips_apart(typed: Sequence[str], name: Sequence[str]) -> bool:
    """Whether no word is all slips: "loa phuong" is not "dia phuong". Joined and split words may be."""
    if len(typed) != len(name):
        return True
    return all(
        one == other or OSA.distance(one, other) <= max(1, len(one) // 2)
        for one, other in zip(typed, name, strict=True)
    )
