"""What was attested up to a day: the one rule by which every room answers `?asOf=` (docs/adr/0012).

A statement is attested from the day on which its earliest source, or the earliest public document that it
cites, was published; a person, organization, post, platform, programme, document or indicator from the first
statement that names it. Units, concepts and whatever rests on no dated source need no attestation; whether a
unit stood on a day is told by its own validity. A shortcut (`metWith` and the like) is there where an event
that it was made of is.
"""

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from ontology.iri import IriError, parse
from ontology.namespaces import GRAPH, THING, VOCABULARY
from service.graph import Graph, Parameter, Term, query
from service.problems import problem
from visual.description import DERIVED

PARAMETER: Final = "asOf"
_WRITTEN: Final = re.compile(r"\d{4}(-\d{2}){0,2}")
_ALWAYS: Final = frozenset({"unit", "concept"})
_NAMED: Final = frozenset(
    {"person", "organization", "post", "platform", "programme", "document", "indicator"}
)
"""Kinds that are attested by the statements which name them."""
_ENDS: Final = VOCABULARY + "validUntil"
_STATED: Final = (("source", "relation", "target"), ("thing", "property", "value"))
"""The names under which a solution states a triple."""
_BATCH: Final = 400
_MOST: Final = 500_000

Row = Mapping[str, Term]
Stated = tuple[str, str, str]


@dataclass(frozen=True)
class AsOf:
    """A day as asked for (`2021`, `2021-03` or `2021-03-31`), and the last `day` that it means (ISO)."""

    text: str
    day: str


_asked: ContextVar[AsOf | None] = ContextVar("asOf", default=None)


def read(text: str) -> AsOf | None:
    """The day that an address asks for; None for an empty one. A `Problem` for what is no date."""
    text = text.strip()
    if not text:
        return None
    parts = [int(part) for part in text.split("-")] if _WRITTEN.fullmatch(text) else []
    try:
        year, month = parts[0], (parts[1:2] or [12])[0]
        last = (parts[2:3] or [calendar.monthrange(year, month)[1]])[0]
        return AsOf(text, date(year, month, last).isoformat())
    except (IndexError, ValueError) as error:
        raise problem(
            "bad-request", f"asOf is a day, month or year (2021-03-31, 2021-03, 2021), not {text[:40]!r}."
        ) from error


@contextmanager
def pinned(asked: AsOf | None) -> Iterator[None]:
    """Answer the request at hand as of that day."""
    token = _asked.set(asked)
    try:
        yield
    finally:
        _asked.reset(token)


def current() -> AsOf | None:
    """The day that the request at hand is answered as of; None for all that is known."""
    return _asked.get()


def of(graph: Graph) -> Graph:
    """`graph` as the request at hand sees it."""
    asked = current()
    return Attested(graph, asked.day) if asked else graph


class Attested(Graph):
    """A graph without what was attested after `day`.

    Solutions and triples that name anything of later are left out, and shortcuts whose events are all later.
    What a query counts by itself is as it is in the whole graph.
    """

    def __init__(self, graph: Graph, day: str) -> None:
        super().__init__(graph.evaluate, graph.digest, steady=graph.steady)
        self.key = f"{graph.digest}@{day}" if graph.digest else ""
        self.parameters = {PARAMETER: day}
        self.whole = graph
        self.day = day

    async def select(self, query: str, **terms: Parameter) -> list[Row]:
        """The solutions in which nothing is of later."""
        return await self._kept(await self.whole.select(query, **terms))

    async def construct(self, query: str, **terms: Parameter) -> list[Triple]:
        """The triples in which nothing is of later; that a unit ended after the day was not yet known."""
        made = await self.whole.construct(query, **terms)
        later = await self.later(term for triple in made for term in (triple.subject, triple.object))
        kept = [
            triple
            for triple in made
            if not {_owner(triple.subject), _owner(triple.object)} & later
            and not self._foretells(triple.predicate, triple.object)
        ]
        edges = {stated for triple in kept if (stated := _triple(triple))}
        lost = edges - await self._upheld(edges)
        return [triple for triple in kept if _triple(triple) not in lost]

    async def ask(self, query: str, **terms: Parameter) -> bool:
        """Whether the ASK query holds, which of anything of later it does not."""
        given = [
            term for value in terms.values() for term in (value if isinstance(value, Sequence) else [value])
        ]
        return not await self.later(given) and await self.whole.ask(query, **terms)

    async def later(self, terms: Iterable[Term]) -> set[str]:
        """The IRIs among `terms` (of parts their owners') that were first attested after the day."""
        names = {name for term in terms if (name := _owner(term))}
        if len(self.whole.attested) > _MOST:
            self.whole.attested = {}
        # What an endpoint holds may change at any time: nothing of it is remembered.
        known = self.whole.attested if self.key else {}
        missing = sorted(names - known.keys())
        for start in range(0, len(missing), _BATCH):
            some = missing[start : start + _BATCH]
            found = await self.whole.select(
                query("first-attested"),
                thing=[NamedNode(iri) for iri in some],
                named=[NamedNode(iri) for iri in some if parse(iri).kind in _NAMED],
            )
            known.update(dict.fromkeys(some, ""))
            known.update({row["thing"].value: row["first"].value for row in found if "thing" in row})  # type: ignore[union-attr]
        return {name for name in names if known.get(name, "") > self.day}

    async def _kept(self, rows: Sequence[Row]) -> list[Row]:
        later = await self.later(term for row in rows for term in row.values())
        kept = [
            row
            for row in rows
            if not later.intersection(map(_owner, row.values()))
            and not ("property" in row and "value" in row and self._foretells(row["property"], row["value"]))
        ]
        edges = {stated for row in kept if (stated := _stated(row))}
        lost = edges - await self._upheld(edges)
        return [row for row in kept if _stated(row) not in lost] if lost else kept

    async def _upheld(self, edges: Iterable[Stated]) -> set[Stated]:
        """The shortcuts among `edges` of which some event was attested by the day."""
        targets: dict[str, set[str]] = {}
        for source, _, target in edges:
            targets.setdefault(source, set()).add(target)
        upheld: set[Stated] = set()
        sources = sorted(targets)
        for start in range(0, len(sources), _BATCH):
            some = sources[start : start + _BATCH]
            ends = sorted(set().union(*(targets[source] for source in some)))
            rows = await self.whole.select(
                query("shortcuts"),
                source=[NamedNode(iri) for iri in some],
                target=[NamedNode(iri) for iri in ends],
            )
            later = await self.later(term for row in rows for term in row.values())
            upheld |= {
                stated
                for row in rows
                if not later.intersection(map(_owner, row.values())) and (stated := _stated(row))
            }
        return upheld

    def _foretells(self, predicate: Term, value: Term) -> bool:
        return _text(predicate) == _ENDS and _text(value) > self.day


def _owner(term: Term) -> str:
    """The IRI by which a term is judged: of a part its owner, of a source's graph the source; else empty."""
    if not isinstance(term, NamedNode):
        return ""
    iri = term.value.partition("#")[0]
    if iri.startswith(GRAPH):
        iri = f"{THING}source/{iri.removeprefix(GRAPH)}"
    if not iri.startswith(THING):
        return ""
    try:
        return "" if parse(iri).kind in _ALWAYS else iri
    except IriError:
        return ""


def _stated(row: Row) -> Stated | None:
    """The shortcut that a solution states, if it states one."""
    for source, relation, target in _STATED:
        if source in row and relation in row and target in row and _text(row[relation]) in DERIVED:
            return _text(row[source]), _text(row[relation]), _text(row[target])
    return None


def _triple(triple: Triple) -> Stated | None:
    if triple.predicate.value not in DERIVED:
        return None
    return _text(triple.subject), triple.predicate.value, _text(triple.object)


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""
