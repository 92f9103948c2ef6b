"""Lookups: queries of one triple pattern, answered where they arrive.

Passing a query to a worker and back costs ten times what the engine takes for a label. A text that
`pattern.py` can read is no text any more but three terms, and the triples that match them are read from the
release's store on disk, or the statements beside it, up to so many: there is nothing in it that could run
long, take memory or end the process. Everything else goes to a worker (docs/adr/0015-prompt-answers.md).
"""

from collections import OrderedDict
from itertools import islice
from pathlib import Path
from typing import Final

import orjson
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, serialize

from loaders.release import STATEMENTS
from loaders.statements import Known, Statements, Term, told
from service.evaluators.execution import prefixes
from service.evaluators.pattern import LONGEST, Pattern, read
from service.evaluators.port import Small
from service.formats import FORMATS, JSON
from service.notes import note
from service.settings import Settings

MOST_TRIPLES: Final = 100
"""Triples that a lookup reads, half a millisecond's worth; where there are more, a worker answers."""
MOST_BYTES: Final = 64 * 1024
"""Bytes of an answer."""
_REMEMBERED: Final = 1024
"""Patterns of which it is known that a triple has no place in an answer."""

_GRAPHS: Final = {format.name: format.engine for format in FORMATS if isinstance(format.engine, RdfFormat)}
_TRUE: Final = b'{"head":{},"boolean":true}'
_FALSE: Final = b'{"head":{},"boolean":false}'


Terms = tuple[NamedNode | None, NamedNode | None, NamedNode | None]
"""Subject, predicate and object of a pattern."""
Told = tuple[str, str, Term]
"""Subject, predicate and object of a triple."""


class Lookups:
    """Answers from a store whose default graph is the union of all its graphs, and `statements` of it if any.

    `rows` and `size`, in bytes, bound what any answer of the service may be.
    """

    def __init__(self, store: Store, rows: int, size: int, statements: Statements | None = None) -> None:
        self._store = store
        self._rows = rows
        self._size = min(size, MOST_BYTES)
        self._statements = statements
        # Which of the triples that match has no place in an answer: to find that out again would be to read
        # it again, four milliseconds a megabyte.
        self._misfits: OrderedDict[Terms, int] = OrderedDict()

    def close(self) -> None:
        """Let go of the file that is mapped."""
        if self._statements is not None:
            self._statements.close()

    def answer(self, text: str, results_format: str | None, graph_format: str | None) -> Small | None:
        """The answer to a lookup; None where the text is none, or its answer is not small and plain."""
        pattern = read(text)
        return None if pattern is None else self.matching(pattern, results_format, graph_format)

    def matching(
        self, pattern: Pattern, results_format: str | None, graph_format: str | None
    ) -> Small | None:
        """The answer to a text that asks for `pattern`; None where it is not small and plain."""
        name = graph_format if pattern.form == "graph" else results_format
        try:
            found = self._found(pattern, name)
        except OSError:  # an older release was swept away, or the disk is broken: workers have it in memory
            return None
        if found is None or name is None or len(found) > self._size:
            return None
        return Small(pattern.form, name, found)

    def _found(self, pattern: Pattern, name: str | None) -> bytes | None:
        """The answer in the format of that name."""
        if pattern.form == "graph":
            return self._graph(pattern, name)
        if name != JSON.name:
            return None
        if pattern.form == "boolean":
            triples = self._triples(pattern, 1)
            return None if triples is None else _TRUE if triples else _FALSE
        return self._solutions(pattern)

    def _triples(self, pattern: Pattern, wanted: int) -> list[Told] | None:
        """Up to so many triples; None where they are too many, too long, or not all can be told."""
        if self._statements is not None and pattern.subject is not None:
            known = self._statements.of(pattern.subject.value)
            if known is not None:
                known = _asked(known, pattern)
                if pattern.object is None and False in known.values():
                    return None
                found = _chosen(known, pattern)
                if found is not None:
                    return found[:wanted] if min(len(found), wanted) <= MOST_TRIPLES else None
        return self._stored(pattern, wanted)

    def _stored(self, pattern: Pattern, wanted: int) -> list[Told] | None:
        """The same, from the store."""
        terms = pattern.subject, pattern.predicate, pattern.object
        if self._misfits.get(terms, wanted + 1) <= wanted:
            return None
        triples: list[Told] = []
        length = 0
        for quad in islice(self._store.quads_for_pattern(*terms, None), wanted):
            subject, object = told(quad.subject), told(quad.object)
            length += len(object["value"]) if object is not None else 0
            if subject is None or object is None or length > MOST_BYTES:
                self._misfits[terms] = len(triples) + 1
                if len(self._misfits) > _REMEMBERED:
                    self._misfits.popitem(last=False)
                return None
            triples.append((subject["value"], quad.predicate.value, object))
        return triples if len(triples) <= MOST_TRIPLES else None

    def _solutions(self, pattern: Pattern) -> bytes | None:
        """SPARQL 1.1 Query Results JSON; a query without LIMIT gets every row or none."""
        wanted = MOST_TRIPLES + 1 if pattern.limit is None else min(pattern.limit, MOST_TRIPLES + 1)
        triples = self._triples(pattern, wanted)
        if triples is None or len(triples) > self._rows:
            return None
        rows = [{name: _term(triple[place]) for name, place in pattern.columns} for triple in triples]
        head = {"vars": [name for name, _ in pattern.columns]}
        return orjson.dumps({"head": head, "results": {"bindings": rows}})

    def _graph(self, pattern: Pattern, name: str | None) -> bytes | None:
        """The triples of a subject; where one leads to a blank node, its description goes on from there."""
        format = _GRAPHS.get(name or "")
        triples = self._triples(pattern, MOST_TRIPLES + 1)
        if format is None or triples is None:
            return None
        made = (Triple(NamedNode(s), NamedNode(p), _made(o)) for s, p, o in triples)
        return serialize(made, format=format, prefixes=prefixes(format))


def lookups(settings: Settings, store: Path | None, *, mapped: str = "") -> Lookups | None:
    """Lookups in the store of a release; None where there is none.

    Where `mapped` is the digest of that release, its statements beside the store are mapped into memory, once
    in a process: it ends where the disk fails to give them.
    """
    if store is None or settings.max_query < 4 * LONGEST:
        return None
    try:
        statements = _statements(store, mapped) if mapped else None
        return Lookups(Store.read_only(str(store)), settings.max_rows, settings.max_bytes, statements)
    except (OSError, ValueError):  # a folder without a store; workers have the graph, and do without
        return None


def _asked(known: Known, pattern: Pattern) -> Known:
    """What is known of the predicates that match."""
    if pattern.predicate is None:
        return known
    return {pattern.predicate.value: known.get(pattern.predicate.value, [])}


def _chosen(known: Known, pattern: Pattern) -> list[Told] | None:
    """Triples that match, of what is known of the pattern's subject; None where the store has to be asked."""
    subject = pattern.subject.value if pattern.subject is not None else ""
    wanted = None if pattern.object is None else told(pattern.object)
    triples = []
    for predicate, objects in known.items():
        if not isinstance(objects, list):
            return None
        triples += [(subject, predicate, object) for object in objects if wanted is None or object == wanted]
    return triples


def _term(told: str | Term) -> Term:
    return {"type": "uri", "value": told} if isinstance(told, str) else told


def _made(term: Term) -> NamedNode | Literal:
    """The term that is told so."""
    if term["type"] == "uri":
        return NamedNode(term["value"])
    if "datatype" in term:
        return Literal(term["value"], datatype=NamedNode(term["datatype"]))
    return Literal(term["value"], language=term.get("xml:lang"))


def _statements(store: Path, digest: str) -> Statements | None:
    """The statements beside the store of a release; None where there are none of it, as in older ones."""
    path = store.with_name(STATEMENTS)
    try:
        return Statements(path, digest)
    except OSError as error:
        if path.exists():
            note(f"vndx serve: lookups go without {STATEMENTS}: {error}\n")
        return None
