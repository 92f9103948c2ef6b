"""The statements of a release by their subject, in a file that is mapped into memory: what a lookup needs.

The on-disk store takes several searches for a label, each over structures of its own; here it is one. Values
are JSON: to each predicate its objects, as the format of query results has them, or null where they have to
be looked for in the store, since they are many, or one of them is not told, or false where they need not be
looked for, since one is longer than any answer to a lookup. A subject of too many predicates is null itself.

The file is LMDB's. It is read without locks, since nobody writes to it any more. It names its release, and
each value begins with a checksum of itself and its key (CRC-32), since LMDB keeps none: what was damaged, or
is not found, is asked of the store, which has its own. A checksum of the file would be one of every page of
it, before the first answer.
"""

import errno
import os
import zlib
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
"""Characters of what is told of one subject, and of the longest object that a lookup gives."""

_MARK: Final = b"\0release"
"""The key, of no IRI, under which the file says what it is."""
_FORM: Final = 2
"""The form of the file; 1 named no release and had no checksums."""
_SUM: Final = 4
"""Bytes of a checksum."""
_TRIED: Final = 1 << 20
"""Bytes that a disk takes, unless it is full."""
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_LONGEST_KEY: Final = 511
_ROOM: Final = 1 << 40
"""Addresses for the file as it grows; it takes as much of the disk as it has."""

Term = dict[str, str]
"""A term as SPARQL 1.1 Query Results JSON has it (section 3.2.2)."""
Known = Mapping[str, list[Term] | bool | None]
"""Objects by predicate; None where the store has to be asked, False where one is too long."""


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


def write(store: Store, path: Path, digest: str) -> None:
    """Write the statements of a store on disk, whatever graphs they are in, to `path`. Raises OSError.

    The store is that of the release `digest`. Objects come in the order in which the store gives them, so
    that it does not matter who is asked.
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
                    _put(transaction, key, _known(quads))
            _put(transaction, _MARK, _mark(digest, transaction.stat()["entries"]))
        with lmdb.open(str(draft), subdir=False, lock=False, readonly=True) as whole:
            whole.copy(str(path), compact=True)
    except lmdb.Error as error:
        code = _failure(draft) if error.code == errno.EIO else error.code
        told = os.strerror(code) if code > 0 else str(error)  # LMDB's own are below
        raise OSError(code, told, str(path)) from error
    finally:
        draft.unlink(missing_ok=True)


def _failure(draft: Path) -> int:
    """Why LMDB could not write: where the disk takes a part of what it is given, it says EIO, and so a full
    disk looks like a broken one. More is written, to hear what the system says."""
    try:
        with draft.open("ab") as file:
            file.write(bytes(_TRIED))
    except OSError as error:
        return error.errno or errno.EIO
    return errno.EIO


def _put(transaction: lmdb.Transaction, key: bytes, value: object) -> None:
    data = orjson.dumps(value)
    transaction.put(key, _sum(key, data) + data)


def _sum(key: bytes, data: bytes) -> bytes:
    return zlib.crc32(data, zlib.crc32(key)).to_bytes(_SUM, "big")


def _mark(digest: str, subjects: int) -> dict[str, str | int]:
    """What the file of the release `digest` says of itself."""
    return {"form": _FORM, "release": digest, "subjects": subjects}


def _known(quads: Iterable[Quad]) -> Known | None:
    """What is told of the one subject of `quads`; None where it has too many predicates."""
    known: dict[str, list[Term] | bool | None] = {}
    sizes: Counter[str] = Counter()
    for quad in quads:
        predicate, object = quad.predicate.value, told(quad.object)
        objects = known.setdefault(predicate, [])
        if len(known) > MOST_OF_SUBJECT:
            return None
        if object is not None and len(object["value"]) > MOST_CHARACTERS:
            known[predicate] = False
            continue
        if not isinstance(objects, list):
            continue
        if object is None or len(objects) == MOST:
            known[predicate] = None
            continue
        objects.append(object)
        sizes[predicate] += len(object["value"])
    counts = Counter({name: len(objects) for name, objects in known.items() if isinstance(objects, list)})
    told_of = set(counts)
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
    """The statements of the release `digest` in the file at `path`, which a process may have open once.

    Raises OSError where there is none, it is not whole, or it is not that release's.
    """

    def __init__(self, path: Path, digest: str) -> None:
        if not path.is_file():  # to open a pipe would be to wait for who writes to it
            raise OSError(f"{path} is no file")
        try:
            self._file = lmdb.open(str(path), subdir=False, lock=False, readonly=True, create=False)
        except lmdb.Error as error:
            raise OSError(error.code, f"{path} cannot be read: {error}") from error
        try:
            # What is missing at its end would be found missing when it is touched, which ends the process.
            stat = self._file.stat()
            if path.stat().st_size < (self._file.info()["last_pgno"] + 1) * stat["psize"]:
                raise OSError(f"{path} is not whole")
            self._get = self._file.begin().get
            if self._value(_MARK) != _mark(digest, stat["entries"] - 1):
                raise OSError(
                    f"{path} is not of release {digest[:12]}: run `vndx build`, which makes it anew"
                )
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Read no more."""
        self._file.close()

    def of(self, subject: str) -> Known | None:
        """Objects of the statements of `subject` by predicate; None where the store has to be asked."""
        return cast(Known | None, self._value(subject.encode()))

    def _value(self, key: bytes) -> object:
        """What stands under a key; None where that is nothing, or not what was written."""
        try:
            found = self._get(key)
        except lmdb.Error:  # the disk gave back what was not written
            return None
        if found is None or not found.startswith(_sum(key, data := found[_SUM:])):
            return None
        return orjson.loads(data)
