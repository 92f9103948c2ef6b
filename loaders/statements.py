"""The statements of a release by their subject, in a file that is mapped into memory: what a lookup needs.

The on-disk store takes several searches for a label, each over structures of its own; here it is one. Values
are JSON: to each predicate its objects, as the format of query results has them, or null where they have to
be looked for in the store, since they are many, or one of them is not told. A subject of too many predicates
is null itself.

The file is LMDB's. It is read without locks, since nobody writes to it any more.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Final, cast

import lmdb
import orjson
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

MOST: Final = 100
"""Objects of one subject and predicate."""
MOST_OF_SUBJECT: Final = 500
"""Statements of one subject; those of its most frequent predicates are left out first."""
MOST_CHARACTERS: Final = 64 * 1024
"""Characters of what is told of one subject."""

_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_LONGEST_KEY: Final = 511
_ROOM: Final = 1 << 40
"""Addresses for the file as it grows; it takes as much of the disk as it has."""

Term = dict[str, str]
"""A term as SPARQL 1.1 Query Results JSON has it (section 3.2.2)."""
Known = Mapping[str, list[Term] | None]
"""Objects by predicate; None where the store has to be asked."""


def told(term: NamedNode | BlankNode | Literal | Triple) -> Term | None:
    """A term; None for one that lookups do not tell: blank nodes, triples, texts with a direction."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if not isinstance(term, Literal) or term.direction is not None:
        return None
    if term.language is not None:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    datatype = term.datatype.value
    if datatype == _STRING:
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": datatype}


def write(store: Store, path: Path) -> None:
    """Write the statements of a store on disk, whatever graphs they are in, to `path`. Raises OSError.

    Objects come in the order in which the store gives them, so that it does not matter who is asked.
    """
    draft = path.with_name(path.name + ".draft")
    try:
        with (
            lmdb.open(str(draft), subdir=False, lock=False, sync=False, map_size=_ROOM) as written,
            written.begin(write=True) as transaction,
        ):
            for (subject, _), quads in groupby(store, lambda quad: (quad.subject, quad.graph_name)):
                if isinstance(subject, NamedNode) and _has_key(subject.value):
                    key = subject.value.encode()
                    if transaction.get(key) is not None:  # it is in several graphs
                        quads = store.quads_for_pattern(subject, None, None, None)
                    transaction.put(key, orjson.dumps(_known(quads)))
        with lmdb.open(str(draft), subdir=False, lock=False, readonly=True) as whole:
            whole.copy(str(path), compact=True)
    except lmdb.Error as error:
        raise OSError(error.code, f"{path.name} cannot be written: {error}") from error
    finally:
        draft.unlink(missing_ok=True)


def _known(quads: Iterable[Quad]) -> Known | None:
    """What is told of the one subject of `quads`; None where it has too many predicates."""
    known: dict[str, list[Term] | None] = {}
    sizes: Counter[str] = Counter()
    for quad in quads:
        predicate, object = quad.predicate.value, told(quad.object)
        objects = known.setdefault(predicate, [])
        if len(known) > MOST_OF_SUBJECT:
            return None
        if objects is None:
            continue
        if object is None or len(objects) == MOST:
            known[predicate] = None
            continue
        objects.append(object)
        sizes[predicate] += len(object["value"])
    told_of = {predicate for predicate, objects in known.items() if objects is not None}
    counts = Counter({predicate: len(known[predicate] or ()) for predicate in told_of})
    for measured, most in ((counts, MOST_OF_SUBJECT), (sizes, MOST_CHARACTERS)):
        for predicate, _ in measured.most_common():
            if sum(measured[name] for name in told_of) <= most:
                break
            known[predicate] = None
            told_of.discard(predicate)
    return known


def _has_key(subject: str) -> bool:
    return len(subject) <= _LONGEST_KEY and len(subject.encode()) <= _LONGEST_KEY


class Statements:
    """The statements in the file at `path`, which a process may have open once.

    Raises OSError where there is none, or it is not whole.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():  # to open a pipe would be to wait for who writes to it
            raise OSError(f"{path} is no file")
        try:
            self._file = lmdb.open(str(path), subdir=False, lock=False, readonly=True, create=False)
        except lmdb.Error as error:
            raise OSError(error.code, f"{path} cannot be read: {error}") from error
        # What is missing at its end would be found missing when it is touched, which ends the process.
        whole = (self._file.info()["last_pgno"] + 1) * self._file.stat()["psize"]
        if path.stat().st_size < whole:
            self.close()
            raise OSError(f"{path} is not whole")
        self._get = self._file.begin().get

    def close(self) -> None:
        """Read no more."""
        self._file.close()

    def of(self, subject: str) -> Known | None:
        """Objects of the statements of `subject` by predicate; None where the store has to be asked."""
        try:
            found = self._get(subject.encode())
            if found is not None:
                return cast(Known | None, orjson.loads(found))
        except (lmdb.Error, orjson.JSONDecodeError):  # the disk gave back what was not written
            return None
        return {} if _has_key(subject) else None
