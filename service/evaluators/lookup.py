"""Lookups: queries of one triple pattern, answered where they arrive.

Passing a query to a worker and back costs ten times what the engine takes for a label. A text that
`pattern.py` can read is no text any more but three terms, and the triples that match them are read from the
release's store on disk, up to so many: there is nothing in it that could run long, take memory or end the
process. Everything else goes to a worker (docs/adr/0015-prompt-answers.md).
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import orjson
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

from service.evaluators.execution import prefixes
from service.evaluators.pattern import LONGEST, Pattern, read
from service.evaluators.port import Small
from service.formats import FORMATS, JSON
from service.settings import Settings

MOST_TRIPLES: Final = 100
"""Triples that a lookup reads, half a millisecond's worth; where there are more, a worker answers."""
MOST_BYTES: Final = 64 * 1024
"""Bytes of an answer."""

_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_GRAPHS: Final = {format.name: format.engine for format in FORMATS if isinstance(format.engine, RdfFormat)}
_TRUE: Final = b'{"head":{},"boolean":true}'
_FALSE: Final = b'{"head":{},"boolean":false}'


class Lookups:
    """Answers from a store whose default graph is the union of all its graphs.

    `rows` and `size`, in bytes, bound what any answer of the service may be.
    """

    def __init__(self, store: Store, rows: int, size: int) -> None:
        self._store = store
        self._rows = rows
        self._size = min(size, MOST_BYTES)

    def answer(self, text: str, results_format: str | None, graph_format: str | None) -> Small | None:
        """The answer to a lookup; None where the text is none, or its answer is not small and plain."""
        pattern = read(text)
        if pattern is None:
            return None
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
            return _TRUE if next(self._matching(pattern), None) else _FALSE
        return self._solutions(pattern)

    def _matching(self, pattern: Pattern) -> Iterator[Quad]:
        return self._store.quads_for_pattern(pattern.subject, pattern.predicate, pattern.object, None)

    def _few(self, pattern: Pattern, wanted: int) -> list[Quad] | None:
        """Up to so many quads; None where they are too many, or too long to go on reading."""
        quads, length = [], 0
        for quad in islice(self._matching(pattern), wanted):
            quads.append(quad)
            value = quad.object
            length += len(value.value) if isinstance(value, Literal) else 0
            if length > MOST_BYTES:
                return None
        return quads if len(quads) <= MOST_TRIPLES else None

    def _solutions(self, pattern: Pattern) -> bytes | None:
        """SPARQL 1.1 Query Results JSON; a query without LIMIT gets every row or none."""
        wanted = MOST_TRIPLES + 1 if pattern.limit is None else min(pattern.limit, MOST_TRIPLES + 1)
        quads = self._few(pattern, wanted)
        if quads is None or len(quads) > self._rows:
            return None
        rows = [{name: _told(quad[place]) for name, place in pattern.columns} for quad in quads]
        if any(None in row.values() for row in rows):
            return None
        head = {"vars": [name for name, _ in pattern.columns]}
        return orjson.dumps({"head": head, "results": {"bindings": rows}})

    def _graph(self, pattern: Pattern, name: str | None) -> bytes | None:
        """The triples of a subject; where one leads to a blank node, its description goes on from there."""
        format = _GRAPHS.get(name or "")
        quads = self._few(pattern, MOST_TRIPLES + 1)
        if format is None or quads is None:
            return None
        if any(not isinstance(quad.object, NamedNode | Literal) for quad in quads):
            return None
        return serialize((quad.triple for quad in quads), format=format, prefixes=prefixes(format))


def lookups(settings: Settings, store: Path | None) -> Lookups | None:
    """Lookups in the store of a release; None where there is none."""
    if store is None or settings.max_query < 4 * LONGEST:
        return None
    try:
        return Lookups(Store.read_only(str(store)), settings.max_rows, settings.max_bytes)
    except (OSError, ValueError):  # a folder without a store; workers have the graph, and do without
        return None


def _told(term: object) -> dict[str, str] | None:
    """A term as the JSON format has it; None for one that is not told here: blank nodes, triples."""
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
