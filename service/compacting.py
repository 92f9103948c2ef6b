"""Graphs as compact JSON-LD with our context inline, where they are small enough to be written that way.

The engine streams JSON-LD in expanded form, which is right and hard to read. Up to `LARGEST` bytes of it are
written anew by `ontology/jsonld.py`, one at a time and off the event loop; larger graphs stay as they are.
"""

import asyncio
from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Final

from pyoxigraph import BlankNode, Quad, RdfFormat, parse

from service.evaluators.cache import ResultCache
from service.evaluators.port import Answer
from service.formats import JSON_LD

LARGEST: Final = 1 << 20
"""Bytes of expanded JSON-LD: some 8,000 triples, a second and a half of one processor."""
_KEPT: Final = 16 << 20


class Compacting:
    """Writes answers in JSON-LD compactly, and keeps what it has written of a release."""

    def __init__(self) -> None:
        self._alone = asyncio.Semaphore(1)
        self._kept: ResultCache[bytes] = ResultCache(_KEPT)

    async def compact(self, answer: Answer, key: Hashable | None) -> Answer:
        """The answer, compact where it is JSON-LD and small enough; it is kept by `key`, if at all."""
        if answer.format != JSON_LD.name or answer.size > LARGEST:
            return answer
        data = self._kept.get(key) if key else None
        if data is None:
            expanded = answer.read()
            async with self._alone:
                data = await asyncio.to_thread(_compacted, expanded) or expanded
            if key:
                self._kept.put(key, data, len(data))
        else:
            answer.close()
        return replace(answer, data=data, file=None, size=len(data))


def _compacted(expanded: bytes) -> bytes | None:
    """The document in compact form; None where that would not say the same."""
    from ontology import jsonld  # rdflib takes a while to load, and most services are never asked

    try:
        statements = list(parse(expanded, RdfFormat.JSON_LD))
        written = jsonld.write(statements)
        same = _told(statements) == _told(parse(written, RdfFormat.JSON_LD))
    except (SyntaxError, TypeError, ValueError):  # what an endpoint wrongly wrote, or rdflib cannot hold
        return None
    return written if same else None


def _told(statements: Iterable[Quad]) -> tuple[set[Quad], int]:
    """The statements without blank nodes, and how many there are with them."""
    told = set(statements)
    named = {quad for quad in told if BlankNode not in (type(quad.subject), type(quad.object))}
    return named, len(told - named)
