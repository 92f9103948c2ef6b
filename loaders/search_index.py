"""The search index of a release: every name of every thing, folded, in one SQLite file.

The same quads give the same bytes (rows go in sorted, no journal, no clock).
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Store

from loaders.derive import DERIVED
from loaders.descriptions import Describer
from ontology.folding import words
from ontology.iri import IriError, graph, parse, term
from ontology.namespaces import STANDARD

MERGED: Final = "merged"
"""What a match calls the name of a thing that was merged into the one it finds."""
UNITS: Final = NamedNode(graph("units"))
THINGS: Final = (
    "person", "unit", "organization", "platform", "programme", "document", "post", "meeting",
)  # fmt: skip
"""What people look for by name, the likelier first."""
TERMS: Final = ("indicator", "source", "concept", "change")
"""What is found by its title or term."""
STATEMENTS: Final = ("act", "statement", "observation", "tenure")
"""What is named by a sentence of ours. Participations and evidence have made labels only and are left out."""
KINDS: Final = THINGS + TERMS + STATEMENTS
FIELDS: Final = {
    STANDARD["rdfs"] + "label": "label",
    STANDARD["skos"] + "altLabel": "altLabel",
    STANDARD["skos"] + "hiddenLabel": "hiddenLabel",
    term("number"): "number",
}
"""The properties that hold names, and what a match calls them; a document is also known by its number."""
DATED: Final = ("document", "meeting", "source", "change")
"""The kinds that are also found by their day."""
TOLD: Final = ("person", "unit", "document", "meeting")
"""The kinds of which people tell a part of the name and what they know beside it."""
_TYPE: Final = NamedNode(STANDARD["rdf"] + "type")
_RETIRED: Final = NamedNode(term("Retired"))
_SUCCESSOR: Final = NamedNode(STANDARD["dcterms"] + "isReplacedBy")
_DATE: Final = NamedNode(term("date"))
_PRECISION: Final = NamedNode(term("datePrecision"))
_DAY: Final = Literal("day")
_INITIALS: Final = {letter: alike[0] for alike in ("sx", "ctkq", "dgrv", "ln", "iy") for letter in alike}

FORMAT: Final = 2
"""Which tables there are; kept in the file, so that an index of another format is known for one."""
_SCHEMA = f"""
PRAGMA user_version = {FORMAT};
CREATE TABLE thing (
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL, type TEXT NOT NULL, links INTEGER NOT NULL,
  former INTEGER NOT NULL, label_vi TEXT NOT NULL, label_en TEXT NOT NULL,
  description_vi TEXT NOT NULL, description_en TEXT NOT NULL
);
CREATE TABLE name (
  id INTEGER PRIMARY KEY, thing INTEGER NOT NULL REFERENCES thing, place INTEGER NOT NULL,
  field TEXT NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL,
  marked TEXT NOT NULL, folded TEXT NOT NULL, unspaced TEXT NOT NULL, shape TEXT
);
CREATE TABLE kind (
  kind TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL,
  first_thing INTEGER NOT NULL, last_thing INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE word (text TEXT PRIMARY KEY, uses INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(
  folded, content='', columnsize=0, detail=none, prefix='1 2 3', tokenize='unicode61 remove_diacritics 0'
);
CREATE VIRTUAL TABLE around USING fts5(
  folded, content='', columnsize=0, detail=none, prefix='1 2 3', tokenize='unicode61 remove_diacritics 0'
);
"""
_INDEXES = """
CREATE INDEX name_folded ON name (folded);
CREATE INDEX name_place_folded ON name (place, folded);
CREATE INDEX name_unspaced ON name (unspaced);
CREATE INDEX name_shape ON name (shape, length(unspaced), unspaced) WHERE shape IS NOT NULL;
CREATE INDEX name_thing ON name (thing);
CREATE UNIQUE INDEX thing_iri ON thing (iri);
INSERT INTO words (words) VALUES ('optimize');
INSERT INTO around (around) VALUES ('optimize');
INSERT INTO kind SELECT kind, min(name.id), max(name.id), min(thing), max(thing)
  FROM name JOIN thing ON thing.id = thing GROUP BY kind;
"""


class Name(NamedTuple):
    """One name of a thing: the property it stands in, its language (may be empty) and text."""

    field: str
    language: str
    text: str


def place(kind: str) -> int:
    """0 for the kinds of `THINGS`, 1 for `TERMS`, 2 for `STATEMENTS`: the order among partial matches."""
    return 0 if kind in THINGS else 1 if kind in TERMS else 2


def shapes(unspaced: str) -> tuple[str, ...]:
    """The shapes of names that `unspaced` may be a slip of: the same digits, a like beginning.

    The first is its own. Initials that people take for each other are one (s and x, ch and tr, l and n, d and
    gi); the second is of a name whose first letter was left out, doubled or swapped with the next.
    """
    digits = "".join(letter for letter in unspaced if letter.isdigit())
    return tuple(dict.fromkeys(f"{_INITIALS.get(letter, letter)}{digits}" for letter in unspaced[:2]))


def write(store: Store, path: Path) -> None:
    """Write the index of the things in `store` to `path`, which must not exist. Raises OSError."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA + "BEGIN;")
        _Writer(store, connection).write()
        connection.execute("COMMIT")
        connection.executescript(_INDEXES + "VACUUM;")
    except sqlite3.OperationalError as error:  # a full disk
        raise OSError(f"{path.name} cannot be written: {error}") from error
    finally:
        connection.close()


class _Writer:
    """Writes the rows of one store, each thing once, with all of its names."""

    def __init__(self, store: Store, connection: sqlite3.Connection) -> None:
        self._store = store
        self._connection = connection
        self._describer = Describer(store)
        self._count = 0
        self._uses: Counter[str] = Counter()

    def write(self) -> None:
        """Things by kind as in `KINDS`, those that are linked to most first: so are candidates cut."""
        for number, (thing, kind, links, names) in enumerate(_things(self._store), 1):
            lines = [self._describer.describe(thing, kind, language) for language in ("vi", "en")]
            self._thing(number, thing, kind, links, lines)
            folded = [self._name(number, kind, name) for name in names]
            if kind in TOLD:
                every = [self._describer.describe(thing, kind, language, None) for language in ("vi", "en")]
                told = {word.folded for line in every for word in words(line)}
                told |= {word for name in folded for word in name.split()}
                self._execute(
                    "INSERT INTO around (rowid, folded) VALUES (?, ?)", number, " ".join(sorted(told))
                )
        self._connection.executemany("INSERT INTO word VALUES (?, ?)", sorted(self._uses.items()))

    def _thing(self, number: int, thing: NamedNode, kind: str, links: int, lines: Sequence[str]) -> None:
        labels = [self._describer.label(thing, language) for language in ("vi", "en")]
        former = self._describer.has_ended(thing)
        row = (number, thing.value, kind, self._describer.type(thing), links, former, *labels, *lines)
        self._execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *row)

    def _name(self, thing: int, kind: str, name: Name) -> str:
        """Write one name; it, folded. A name without letters or digits is left out."""
        found = words(name.text)
        folded = " ".join(word.folded for word in found)
        if not found:
            return ""
        self._count += 1
        unspaced = folded.replace(" ", "")
        guessed = place(kind) < 2 and name.field not in ("number", "date")
        keys = (" ".join(word.marked for word in found), folded, unspaced)
        shape = shapes(unspaced)[0] if guessed else None
        row = (self._count, thing, place(kind), *name, *keys, shape)
        self._execute("INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *row)
        self._execute("INSERT INTO words (rowid, folded) VALUES (?, ?)", self._count, folded)
        self._uses.update(word.folded for word in found)
        return folded

    def _execute(self, sql: str, *values: object) -> None:
        self._connection.execute(sql, values)


def _links(store: Store) -> Counter[str]:
    """How many statements of the record point to each thing: of two things of one name, more go first.

    What units say of each other does not count: it would set today's unit before the one the articles mean.
    """
    return Counter(
        quad.object.value
        for quad in store
        if isinstance(quad.object, NamedNode) and quad.graph_name not in (DERIVED, UNITS)
    )


def _things(store: Store) -> Iterator[tuple[NamedNode, str, int, list[Name]]]:
    """Each thing that has a name, with its kind, links and names: by kind, links and IRI."""
    names: dict[NamedNode, set[Name]] = {}
    for predicate, field in FIELDS.items():
        for quad in store.quads_for_pattern(None, NamedNode(predicate), None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                name = Name(field, quad.object.language or "", quad.object.value)
                names.setdefault(quad.subject, set()).add(name)
    _pass_on(store, names)
    links = _links(store)
    things = [(_rank(thing), -links[thing.value], thing.value, thing) for thing in names]
    for rank, less, _, thing in sorted(things, key=lambda item: item[:3]):
        if rank < len(KINDS):
            yield thing, KINDS[rank], -less, sorted(names[thing] | _days(store, thing, KINDS[rank]))


def _pass_on(store: Store, names: dict[NamedNode, set[Name]]) -> None:
    """Give the names of each thing that was merged to what it was merged into; itself it is not found.

    A thing whose entry has no label is known by the words of its slug: those of its name, without marks.
    """
    for quad in store.quads_for_pattern(None, _TYPE, _RETIRED):
        if not isinstance(quad.subject, NamedNode):
            continue
        own = names.pop(quad.subject, set()) or {Name("label", "", _slug(quad.subject))}
        for link in store.quads_for_pattern(quad.subject, _SUCCESSOR, None):
            if isinstance(link.object, NamedNode) and link.object in names:
                names[link.object] |= {Name(MERGED, *name[1:]) for name in own}


def _slug(thing: NamedNode) -> str:
    try:
        return parse(thing.value).slug.replace("-", " ")
    except IriError:
        return ""


def _days(store: Store, thing: NamedNode, kind: str) -> set[Name]:
    """The day of what people look for by its day, where it is known to the day."""
    if kind not in DATED or not any(store.quads_for_pattern(thing, _PRECISION, _DAY)):
        return set()
    found = store.quads_for_pattern(thing, _DATE, None)
    return {Name("date", "", quad.object.value) for quad in found if isinstance(quad.object, Literal)}


def _rank(thing: NamedNode) -> int:
    """The place of a thing's kind in `KINDS`; its length for what is not searched."""
    try:
        name = parse(thing.value)
    except IriError:
        return len(KINDS)
    return KINDS.index(name.kind) if name.kind in KINDS and not name.part else len(KINDS)
