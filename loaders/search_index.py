"""The search index of a release: every name of every thing, folded, in one SQLite file.

The same quads give the same bytes (rows go in sorted, no journal, no clock).
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Store

from loaders.derive import DERIVED
from loaders.descriptions import Describer
from ontology.folding import words
from ontology.iri import IriError, graph, parse, term
from ontology.namespaces import STANDARD

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

_SCHEMA = """
CREATE TABLE thing (
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL, type TEXT NOT NULL, links INTEGER NOT NULL,
  label_vi TEXT NOT NULL, label_en TEXT NOT NULL,
  description_vi TEXT NOT NULL, description_en TEXT NOT NULL
);
CREATE TABLE name (
  id INTEGER PRIMARY KEY, thing INTEGER NOT NULL REFERENCES thing, place INTEGER NOT NULL,
  field TEXT NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL,
  marked TEXT NOT NULL, folded TEXT NOT NULL, unspaced TEXT NOT NULL
);
CREATE VIRTUAL TABLE words USING fts5(
  folded, content='', columnsize=0, detail=none, prefix='1 2 3', tokenize='unicode61 remove_diacritics 0'
);
"""
_INDEXES = """
CREATE INDEX name_folded ON name (folded);
CREATE INDEX name_place_folded ON name (place, folded);
CREATE INDEX name_unspaced ON name (unspaced);
CREATE UNIQUE INDEX thing_iri ON thing (iri);
INSERT INTO words (words) VALUES ('optimize');
"""


class Name(NamedTuple):
    """One name of a thing: the property it stands in, its language (may be empty) and text."""

    field: str
    language: str
    text: str


def place(kind: str) -> int:
    """0 for the kinds of `THINGS`, 1 for `TERMS`, 2 for `STATEMENTS`: the order among partial matches."""
    return 0 if kind in THINGS else 1 if kind in TERMS else 2


def write(store: Store, path: Path) -> None:
    """Write the index of the things in `store` to `path`, which must not exist."""
    describer, links = Describer(store), _links(store)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA + "BEGIN;")
        count = 0
        for number, (thing, kind, names) in enumerate(_things(store), 1):
            labels = [describer.label(thing, language) for language in ("vi", "en")]
            lines = [describer.describe(thing, kind, language) for language in ("vi", "en")]
            row = (number, thing.value, kind, describer.type(thing), links.get(thing.value, 0))
            connection.execute(
                "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, *labels, *lines)
            )
            for name in names:
                found = words(name.text)
                if not found:
                    continue
                count += 1
                folded = " ".join(word.folded for word in found)
                keys = (" ".join(word.marked for word in found), folded, folded.replace(" ", ""))
                connection.execute(
                    "INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (count, number, place(kind), *name, *keys),
                )
                connection.execute("INSERT INTO words (rowid, folded) VALUES (?, ?)", (count, folded))
        connection.execute("COMMIT")
        connection.executescript(_INDEXES + "VACUUM;")
    finally:
        connection.close()


def _links(store: Store) -> Mapping[str, int]:
    """How many statements of the record point to each thing: of two things of one name, more go first.

    What units say of each other does not count: it would set today's unit before the one the articles mean.
    """
    return Counter(
        quad.object.value
        for quad in store
        if isinstance(quad.object, NamedNode) and quad.graph_name not in (DERIVED, UNITS)
    )


def _things(store: Store) -> Iterator[tuple[NamedNode, str, list[Name]]]:
    """Each thing that has a name, with its kind and names: by kind as in `KINDS`, then by IRI."""
    names: dict[NamedNode, set[Name]] = {}
    for predicate, field in FIELDS.items():
        for quad in store.quads_for_pattern(None, NamedNode(predicate), None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                name = Name(field, quad.object.language or "", quad.object.value)
                names.setdefault(quad.subject, set()).add(name)
    things = [(_rank(thing), thing.value, thing) for thing in names]
    for rank, _, thing in sorted(things, key=lambda item: item[:2]):
        if rank < len(KINDS):
            yield thing, KINDS[rank], sorted(names[thing])


def _rank(thing: NamedNode) -> int:
    """The place of a thing's kind in `KINDS`; its length for what is not searched."""
    try:
        name = parse(thing.value)
    except IriError:
        return len(KINDS)
    return KINDS.index(name.kind) if name.kind in KINDS and not name.part else len(KINDS)
