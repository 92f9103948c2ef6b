"""Names that may match a query, fetched from the index of a release: at most some hundred for each way.

One connection; use it from one thread at a time.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from loaders import query as reading
from loaders.likeness import SHORT
from loaders.query import Query
from loaders.ranking import Row
from loaders.search_index import FORMAT, shapes

_MOST: Final = 200
"""So many names are looked at for each way of matching."""
_LIKE: Final = 50
_RUNS: Final = 120
"""So many runs of the words of a query are looked for as names, the longest first."""
_RUN_SHARE: Final = 0.55
_SPELLINGS: Final = 3
"""So many words that a misspelt one may be."""
_READINGS: Final = 4
_MAPPED: Final = 1 << 30
"""So many bytes of the file may be read as memory."""

_COLUMNS: Final = (
    "SELECT name.id, name.thing, kind, links, former,"
    " place, field, language, text, marked, name.folded, unspaced"
)
_THING: Final = "JOIN thing ON thing.id = name.thing WHERE"
_NAMES: Final = f"{_COLUMNS} FROM name {_THING}"
_WORDS: Final = (
    f"{_COLUMNS} FROM words CROSS JOIN name ON name.id = words.rowid {_THING}"
    " words MATCH :words AND words.rowid BETWEEN :first AND :last"
)
_FOUND: Final = (
    "SELECT rowid AS thing FROM around WHERE around MATCH :words"
    " AND rowid BETWEEN :first_thing AND :last_thing LIMIT :most"
)
_AROUND: Final = f"{_COLUMNS} FROM ({_FOUND}) AS found CROSS JOIN name ON name.thing = found.thing {_THING} 1"
_ADDRESSED: Final = f"{_COLUMNS} FROM thing CROSS JOIN name ON name.thing = thing.id WHERE field = 'label'"
_LIKELY: Final = "SELECT id, unspaced FROM name WHERE length(unspaced) BETWEEN :shortest AND :longest"
_WAYS: Final = (
    f"{_NAMES} name.folded = :folded",
    f"{_NAMES} unspaced IN (:unspaced, :typed)",
    f"{_NAMES} place = 0 AND name.folded >= :folded AND name.folded < :folded_end",
    f"{_NAMES} place = 1 AND name.folded >= :folded AND name.folded < :folded_end",
    f"{_NAMES} place = 2 AND name.folded >= :folded AND name.folded < :folded_end",
    _WORDS,
    f"{_NAMES} unspaced >= :unspaced AND unspaced < :unspaced_end",
)
_AFTER_ALL: Final = "\U0010ffff"


@dataclass(frozen=True)
class Filter:
    """Which things are wanted, as a condition of SQL with its values."""

    kind: str | None = None
    types: tuple[str, ...] | None = None

    @property
    def condition(self) -> str:
        """Begins with AND, or is empty."""
        parts = ["kind = :kind"] if self.kind else []
        if self.types is not None:
            parts.append(f"type IN ({_listed(self._types)})")
        return "".join(f" AND {part}" for part in parts)

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of the condition."""
        return {"kind": self.kind, **self._types}

    @property
    def _types(self) -> dict[str, str]:
        return _numbered("type", self.types or ())


class FormatError(Exception):
    """An index that another version of the program wrote."""


class Candidates:
    """The rows of one index. Raises `FormatError` for one of another format."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        (written,) = self._connection.execute("PRAGMA user_version").fetchone()
        if written != FORMAT:
            self._connection.close()
            raise FormatError(f"{path} has format {written}, not {FORMAT}")
        self._connection.execute(f"PRAGMA mmap_size = {_MAPPED}")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def of(self, query: Query, wanted: Filter) -> Iterable[Row]:
        """Names that are the query, begin with it, have its words or are within it."""
        if not query.folded:
            return []
        values = {
            "folded": query.folded,
            "folded_end": query.folded + _AFTER_ALL,
            "unspaced": query.unspaced,
            "unspaced_end": query.unspaced + _AFTER_ALL,
            "typed": query.typed,
            "words": _all(query.telling.split()),
        }
        found = {row.id: row for way in _WAYS for row in self._rows(way, values, wanted)}
        if runs := query.runs[:_RUNS]:
            values = _numbered("run", runs)
            within = f"{_NAMES} place = 0 AND name.folded IN ({_listed(values)})"
            found |= {row.id: row for row in self._rows(within, values, wanted)}
        return found.values()

    def around(self, query: Query, wanted: Filter) -> list[Row]:
        """Names of things that have all words of the query in their names and description together."""
        values = {"words": _all(query.telling.split(), begun=False), "most": _LIKE}
        return self._rows(_AROUND, values, wanted, 8 * _LIKE)

    def begun(self, letters: Sequence[str], wanted: Filter) -> list[Row]:
        """Names of people with words that begin with each of `letters`."""
        values = {"words": " ".join(f'"{part}"*' for part in letters)}
        people = Filter("person", wanted.types)
        return self._rows(_WORDS, values, people) if wanted.kind in (None, "person") else []

    def alike(self, query: Query, wanted: Filter) -> list[Row]:
        """Names that differ from the query by a few letters, not by a digit; no statements."""
        if not query.slips:
            return []
        length, values = len(query.unspaced), _numbered("shape", shapes(query.unspaced))
        rows = self._connection.execute(
            f"{_LIKELY} AND shape IS NOT NULL AND shape IN ({_listed(values)})",
            {**values, "shortest": length - query.slips, "longest": length + query.slips},
        )
        close = process.extract(
            query.unspaced, dict(rows.fetchall()), scorer=OSA.distance, score_cutoff=query.slips, limit=_MOST
        )
        numbers = [number for _, _, number in close]
        listed = ", ".join(map(str, numbers))
        return self._rows(f"{_NAMES} name.id IN ({listed})", {}, wanted) if numbers else []

    def spelled(self, query: Query) -> Iterator[Query]:
        """The query with each word that no name has replaced by words like it that some name has."""
        words = [word.folded for word in query.words]
        if len(query.unspaced) < SHORT:
            return
        spellings = [[word] if self._is_known(word) else self._near(word) for word in words]
        if all(spellings) and any(found != [word] for found, word in zip(spellings, words, strict=True)):
            yield from reading.spelled(query, spellings, _READINGS)

    def runs(self, query: Query, wanted: Filter) -> Iterator[tuple[str, list[Row]]]:
        """Each run of the query's words, most of it at least, with names that have these words."""
        for run in query.runs[:_RUNS]:
            if len(run) < _RUN_SHARE * len(query.folded):
                continue
            values = {"words": _all(run.split(), begun=False)}
            yield run, self._rows(_WORDS, values, wanted, _LIKE)

    def addressed(self, iris: Sequence[str], wanted: Filter) -> list[Row]:
        """The labels of the things of these IRIs."""
        values = _numbered("iri", iris)
        return self._rows(f"{_ADDRESSED} AND iri IN ({_listed(values)})", values, wanted, 2 * len(iris))

    def beginning(self, iri: str, most: int) -> list[str]:
        """The IRIs of things that begin with `iri`, in their own order, at most so many."""
        sql = "SELECT iri FROM thing WHERE iri >= ? AND iri < ? ORDER BY iri LIMIT ?"
        return [found for (found,) in self._connection.execute(sql, (iri, iri + _AFTER_ALL, most))]

    def iris(self) -> list[str]:
        """The IRIs of all things, in order."""
        return [iri for (iri,) in self._connection.execute("SELECT iri FROM thing ORDER BY id")]

    def thing(self, number: int) -> Sequence[str]:
        """IRI, class, labels and descriptions, Vietnamese before English, of a thing."""
        found: Sequence[str] = self._connection.execute(
            "SELECT iri, type, label_vi, label_en, description_vi, description_en FROM thing WHERE id = ?",
            (number,),
        ).fetchone()
        return found

    def _rows(self, sql: str, values: Mapping[str, Any], wanted: Filter, most: int = _MOST) -> list[Row]:
        bounds = self._bounds(wanted.kind)
        found = self._connection.execute(
            f"{sql}{wanted.condition} LIMIT {most}", {**bounds, **values, **wanted.values}
        )
        return [Row(*row) for row in found]

    def _bounds(self, kind: str | None) -> dict[str, int]:
        """The numbers between which the names and things of a kind stand."""
        if kind is None:
            return _EVERYWHERE
        return self._kinds.get(kind, _NOWHERE)

    @cached_property
    def _kinds(self) -> Mapping[str, dict[str, int]]:
        rows = self._connection.execute("SELECT kind, first, last, first_thing, last_thing FROM kind")
        return {kind: dict(zip(_EVERYWHERE, bounds, strict=True)) for kind, *bounds in rows}

    @cached_property
    def _words(self) -> Mapping[str, int]:
        """Every word of letters, with how many names have it."""
        rows = self._connection.execute("SELECT text, uses FROM word")
        return {word: uses for word, uses in rows if word.isalpha()}

    def _is_known(self, word: str) -> bool:
        return not word.isalpha() or word in self._words

    def _near(self, word: str) -> list[str]:
        """The words nearest to one that is misspelt, the commoner first; none for a very short one."""
        slips = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
        close = process.extract(
            word, self._words.keys(), scorer=OSA.distance, score_cutoff=slips, limit=_LIKE
        )
        close.sort(key=lambda found: (found[1], -self._words[found[0]], found[0]))
        return [found for found, _, _ in close if slips][:_SPELLINGS]


_EVERYWHERE: Final = {"first": 0, "last": 1 << 62, "first_thing": 0, "last_thing": 1 << 62}
_NOWHERE: Final = dict.fromkeys(_EVERYWHERE, -1)


def _numbered(name: str, values: Iterable[str]) -> dict[str, str]:
    """The values as named parameters of a statement: `name0`, `name1`, …"""
    return {f"{name}{number}": value for number, value in enumerate(values)}


def _listed(parameters: Iterable[str]) -> str:
    """The parameters of these names as what stands between the brackets of IN."""
    return ", ".join(f":{name}" for name in parameters)


def _all(words: Sequence[str], *, begun: bool = True) -> str:
    """The full-text query for all of the words, the last perhaps only begun."""
    return " ".join(f'"{word}"' for word in words) + ("*" if begun else "")
