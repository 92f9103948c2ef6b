"""Search by name in the index of one release; `loaders/ranking.py` says in which order things are found."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from loaders.highlight import Span, spans
from loaders.ranking import Query, Rank, Row, alike, rank, some

LONGEST: Final = 200
"""So many characters of a query count."""
MOST: Final = 100
"""So many results at most."""
_CANDIDATES: Final = 200
"""So many names are looked at for each way of matching."""
_LIKE: Final = 50
_RUNS: Final = 120
"""So many runs of the words of a query are looked for as names, the longest first."""

_COLUMNS: Final = (
    "SELECT name.id, thing, kind, links, place, field, language, text, marked, folded, unspaced"
    " FROM name JOIN thing ON thing.id = thing"
)
_FINDERS: Final = (
    "folded = :folded",
    "unspaced = :unspaced",
    "place = 0 AND folded >= :folded AND folded < :folded_end",
    "place = 1 AND folded >= :folded AND folded < :folded_end",
    "place = 2 AND folded >= :folded AND folded < :folded_end",
    "name.id IN (SELECT rowid FROM words WHERE words MATCH :words)",
    "unspaced >= :unspaced AND unspaced < :unspaced_end",
)
_AFTER_ALL: Final = "\U0010ffff"


@dataclass(frozen=True)
class Match:
    """One thing found: its IRI, labels, kind, class, one line about it, and the name that matched.

    `type` is the local name of its class. `field` is label, altLabel, hiddenLabel or number; `text` the name;
    `spans` the parts of it that match, as (start, end); `reason` one of exact, folded, alias, prefix, words,
    unspaced, within, similar, part. `score` is 0 to 100; `exact` says that the query is this very name, with
    the same marks or without any.
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


@dataclass(frozen=True)
class _Filter:
    """Which things are wanted, as a condition of SQL with its values."""

    kind: str | None = None
    types: tuple[str, ...] | None = None

    @property
    def condition(self) -> str:
        parts = ["kind = :kind"] if self.kind else []
        if self.types is not None:
            parts.append(f"type IN ({', '.join(f':type{place}' for place in range(len(self.types)))})")
        return "".join(f" AND {part}" for part in parts)

    @property
    def values(self) -> dict[str, Any]:
        return {"kind": self.kind, **{f"type{place}": name for place, name in enumerate(self.types or ())}}


class SearchIndex:
    """The names of one release, read-only. May be used from several threads."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._keys: dict[int, str] | None = None

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

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
        wanted = _Filter(kind, None if types is None else tuple(sorted(types)))
        ranked = rank(query, self._names(query, wanted))
        if all(one.reason == "within" for one in ranked):
            # A name like all of the query says more than one that is but a part of it.
            ranked = [*self._alike(query, wanted), *ranked]
        found: dict[int, Rank] = {}
        for one in ranked or self._some(query, wanted):
            if found.setdefault(one.row.thing, one) is one and len(found) == limit:
                break
        return [self._match(query, one) for one in found.values()]

    def named(self, iri: str, language: str = "vi") -> Match | None:
        """The thing of that IRI, under its own label; None where the index does not hold it."""
        rows = self._rows("iri = :iri AND field = 'label'", {"iri": iri}, _Filter(), 2)
        rows.sort(key=lambda row: row.language != language)
        query = Query("", language)
        return self._match(query, Rank((), "exact", 100, True, rows[0])) if rows else None

    def _rows(self, where: str, values: dict[str, Any], wanted: _Filter, most: int) -> list[Row]:
        sql = f"{_COLUMNS} WHERE ({where}){wanted.condition} LIMIT {most}"
        return [Row(*row) for row in self._connection.execute(sql, values | wanted.values)]

    def _names(self, query: Query, wanted: _Filter) -> Iterable[Row]:
        """Names that match in some way other than by likeness."""
        values = {
            "folded": query.folded,
            "folded_end": query.folded + _AFTER_ALL,
            "unspaced": query.unspaced,
            "unspaced_end": query.unspaced + _AFTER_ALL,
            "words": _match_all(query.folded),
        }
        found = {
            row.id: row for finder in _FINDERS for row in self._rows(finder, values, wanted, _CANDIDATES)
        }
        if runs := query.runs[:_RUNS]:
            values = {f"run{place}": run for place, run in enumerate(runs)}
            within = f"place = 0 AND folded IN ({', '.join(f':{name}' for name in values)})"
            found |= {row.id: row for row in self._rows(within, values, wanted, _CANDIDATES)}
        return found.values()

    def _alike(self, query: Query, wanted: _Filter) -> list[Rank]:
        """Names that differ from the query by a few letters; of statements no such are looked for."""
        if self._keys is None:
            self._keys = dict(self._connection.execute("SELECT id, unspaced FROM name WHERE place < 2"))
        if not query.slips:
            return []
        close = process.extract(
            query.unspaced, self._keys, scorer=OSA.distance, score_cutoff=query.slips, limit=_CANDIDATES
        )
        return alike(query, self._by_id([number for _, _, number in close], wanted))

    def _by_id(self, numbers: Sequence[int], wanted: _Filter) -> list[Row]:
        listed = ", ".join(str(number) for number in numbers)
        return self._rows(f"name.id IN ({listed})", {}, wanted, len(numbers)) if numbers else []

    def _some(self, query: Query, wanted: _Filter) -> list[Rank]:
        """Names that hold a run of the query's words: the longest held by any, at least half of it."""
        for run in query.runs[:_RUNS]:
            if 2 * len(run) < len(query.folded):
                break
            words = "name.id IN (SELECT rowid FROM words WHERE words MATCH :words)"
            rows = self._rows(words, {"words": _match_all(run, begun=False)}, wanted, _LIKE)
            if found := some(query, run, rows):
                return found
        return []

    def _match(self, query: Query, ranked: Rank) -> Match:
        row = ranked.row
        iri, type_, label_vi, label_en, description_vi, description_en = self._connection.execute(
            "SELECT iri, type, label_vi, label_en, description_vi, description_en FROM thing WHERE id = ?",
            (row.thing,),
        ).fetchone()
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


def _match_all(folded: str, *, begun: bool = True) -> str:
    """The full-text query for all words of `folded`, the last perhaps only begun."""
    return " ".join(f'"{word}"' for word in folded.split()) + ("*" if begun else "")
