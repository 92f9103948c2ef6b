"""Search by name: with marks or without, by alias, abbreviation or beginning, and with a slip of the finger.

Ranking, best first: the same name with the same marks; the same name folded; an alias; the beginning of a
name; all words in any order; the name without its spaces; and, only where none of these finds anything, names
that differ by a few letters. A query that has marks prefers names with the same marks.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz, process

from loaders.search_index import KINDS
from ontology.folding import fold, has_marks, marked

LONGEST: Final = 200
"""So many characters of a query count."""
MOST: Final = 100
"""So many results at most."""
_CANDIDATES: Final = 400
_SIMILAR: Final = 78.0
"""How similar (0 to 100, share of letters in common) a name must be to pass for a slip of the finger."""

_COLUMNS: Final = (
    "SELECT name.id, thing, kind, field, language, text, marked, folded, unspaced"
    " FROM name JOIN thing ON thing.id = thing"
)
_FINDERS: Final = (
    "folded = :folded",
    "unspaced = :unspaced",
    "folded >= :folded AND folded < :folded_end",
    "name.id IN (SELECT rowid FROM words WHERE words MATCH :words)",
    "unspaced >= :unspaced AND unspaced < :unspaced_end",
)
_AFTER_ALL: Final = "\U0010ffff"


@dataclass(frozen=True)
class Match:
    """One thing found: its IRI, labels and kind, one line about it, and the name that matched.

    `field` is label, altLabel or hiddenLabel; `text` the name; `reason` one of exact, folded, alias, prefix,
    words, unspaced, similar.
    """

    id: str
    label: str
    label_en: str
    kind: str
    description: str
    field: str
    text: str
    reason: str


@dataclass(frozen=True)
class _Name:
    """A row of the index."""

    id: int
    thing: int
    kind: str
    field: str
    language: str
    text: str
    marked: str
    folded: str
    unspaced: str


@dataclass(frozen=True)
class _Query:
    """A query in the forms in which names are compared."""

    folded: str
    marked: str
    has_marks: bool
    language: str

    def reason(self, name: _Name) -> tuple[int, str]:
        """How well `name` matches (the less the better), and the reason in a word."""
        same, label = self.marked == name.marked, name.field == "label"
        if name.folded == self.folded and same:
            return (0, "exact") if label else (1, "alias")
        if name.folded == self.folded:
            return (2, "folded") if label else (3, "alias")
        if name.folded.startswith(self.folded + " "):
            return 4, "prefix"
        if name.folded.startswith(self.folded):
            return 5, "prefix"
        words, wanted = name.folded.split(), self.folded.split()
        if all(word in words for word in wanted):
            return 6, "words"
        if name.unspaced.startswith(self.unspaced):
            return (7 if name.unspaced == self.unspaced else 9), "unspaced"
        return 8, "words"

    @property
    def unspaced(self) -> str:
        return self.folded.replace(" ", "")


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
        self, text: str, *, kind: str | None = None, language: str = "vi", limit: int = 10
    ) -> list[Match]:
        """Things whose names match `text`, best first and each once; in the same order every time.

        `kind` keeps only things of that kind; `language` ("vi" or "en") is that of the description, and
        preferred among equals. Any text is allowed; one without a letter or digit finds nothing.
        """
        cut = text[:LONGEST]
        query = _Query(fold(cut), marked(cut), has_marks(cut), language)
        limit = min(limit, MOST)
        if not query.folded or limit < 1:
            return []
        ranked = [
            (self._order(query, name), query.reason(name)[1], name) for name in self._names(query, kind)
        ]
        ranked = ranked or self._similar(query, kind)
        ranked.sort(key=lambda item: item[0])
        found: dict[int, Match] = {}
        for _, reason, name in ranked:
            if name.thing not in found:
                found[name.thing] = self._match(name, reason, language)
                if len(found) == limit:
                    break
        return list(found.values())

    def _names(self, query: _Query, kind: str | None) -> Iterable[_Name]:
        """Names that match in some way other than by likeness."""
        words = query.folded.split()
        values = {
            "folded": query.folded,
            "folded_end": query.folded + _AFTER_ALL,
            "unspaced": query.unspaced,
            "unspaced_end": query.unspaced + _AFTER_ALL,
            "words": " ".join(f'"{word}"' for word in words) + "*",
            "kind": kind,
            "most": _CANDIDATES,
        }
        found: dict[int, _Name] = {}
        for finder in _FINDERS:
            rows = self._connection.execute(
                f"{_COLUMNS} WHERE ({finder}) AND (:kind IS NULL OR kind = :kind)"
                " ORDER BY name.id LIMIT :most",
                values,
            )
            found.update((row[0], _Name(*row)) for row in rows)
        return found.values()

    def _similar(self, query: _Query, kind: str | None) -> list[tuple[tuple[float, ...], str, _Name]]:
        """Names that differ from the query by a few letters, in the order of likeness."""
        if self._keys is None:
            self._keys = dict(self._connection.execute("SELECT id, unspaced FROM name"))
        close = process.extract(
            query.unspaced, self._keys, scorer=fuzz.ratio, score_cutoff=_SIMILAR, limit=_CANDIDATES
        )
        ranked = []
        for _, score, number in close:
            row = self._connection.execute(
                f"{_COLUMNS} WHERE name.id = ? AND (? IS NULL OR kind = ?)",
                (number, kind, kind),
            ).fetchone()
            if row:
                name = _Name(*row)
                ranked.append(((-score, *self._order(query, name)[1:]), "similar", name))
        return ranked

    @staticmethod
    def _order(query: _Query, name: _Name) -> tuple[float, ...]:
        """Sort key: tier, then the same marks, the likelier kind, the wanted language, the shorter name."""
        tier, _ = query.reason(name)
        other_marks = query.has_marks and query.marked not in name.marked
        return (
            tier,
            other_marks,
            KINDS.index(name.kind),
            name.field == "hiddenLabel",
            name.language != query.language,
            len(name.folded),
            name.id,
        )

    def _match(self, name: _Name, reason: str, language: str) -> Match:
        iri, kind, label_vi, label_en, description_vi, description_en = self._connection.execute(
            "SELECT iri, kind, label_vi, label_en, description_vi, description_en FROM thing WHERE id = ?",
            (name.thing,),
        ).fetchone()
        description = description_en if language == "en" else description_vi
        labels = label_vi or label_en, label_en or label_vi
        return Match(iri, *labels, kind, description, name.field, name.text, reason)
