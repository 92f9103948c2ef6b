"""Who and what is tied to whom, asked of the graph in force and remembered for its release.

What `queries/ties.rq` finds is turned into the values of `visual.relations`. Event nodes (acts, statements,
observations, tenures) are not drawn: they are what a tie between two things stands for.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import networkx as nx
from pyoxigraph import NamedNode

from service.evaluators.port import QueryTooLarge
from service.explorer.names import describe, kind, local_name, text, words
from service.graph import Graph, Term, batches, query
from visual import looks
from visual.relations import Event, Relation, Thing, Tie, graph, merge

DRAWN: Final = frozenset(
    {"person", "organization", "unit", "platform", "programme", "document", "source", "meeting", "post"}
)
"""The kinds that are nodes of pictures; all others are what ties stand for."""

MOST: Final = 25
"""How many neighbours of one relation and direction are given; the rest is counted."""

_LINES: Final = frozenset({"metWith", "attendedWith", "Agreement"})
_NEAR: Final = 100
_FEW: Final = 25
_KEPT: Final = 2048
_GRAPHS: Final = 4
"""Answers of so many graphs are remembered: of the release, and of it as of the days last asked for."""

Row = Mapping[str, Term]
Value = TypeVar("Value")


@dataclass(frozen=True)
class More:
    """How many neighbours of `id` by `relation` (read from the target where `backwards`) were left out."""

    id: str
    relation: str
    backwards: bool
    count: int


@dataclass(frozen=True)
class Around:
    """The ties of one thing, at most `MOST` a relation and direction, and what was left out."""

    ties: tuple[Tie, ...]
    more: tuple[More, ...] = ()


class Relatives:
    """Ties, things and words of the release in force.

    `graph` gives the graph of the present request. What is raised is what the graph raises.
    """

    def __init__(self, graph: Callable[[], Graph]) -> None:
        self._graph = graph
        self._memories: dict[str, dict[tuple[str, ...], object]] = {}

    async def known(self, thing: str) -> bool:
        """Whether the graph says anything of `thing`."""
        return await self.once(("known", thing), lambda: self._known(thing))

    async def words(self) -> Mapping[str, Relation]:
        """How each relation is read, by the local name that ties carry."""
        return await self.once(("words",), lambda: words(self._graph()))

    async def things(self, iris: Iterable[str]) -> dict[str, Thing]:
        """The things of these IRIs with their labels, in the order given."""
        return await describe(self._graph(), iris)

    async def around(self, thing: str) -> Around:
        """The ties of `thing` to things that are drawn, those with most events first."""
        return trimmed(thing, await self.ties(thing))

    async def ties(self, thing: str) -> list[Tie]:
        """Every tie of `thing` to things that are drawn."""
        return await self.once(("ties", thing), lambda: self._ties(thing))

    async def between(self, one: str, other: str) -> tuple[list[Tie], dict[str, list[str]]]:
        """Every tie between two things, in either direction; the participations behind each, by its id."""
        rows: list[Row] = []
        for first, second in ((one, other), (other, one)):
            ends = {"source": NamedNode(first), "target": NamedNode(second)}
            rows += await self._graph().select(query("ties"), **ends)
        vias: dict[str, dict[str, None]] = {}
        for row in rows:
            if "via" in row and (tie := next(iter(ties([row])), None)):
                vias.setdefault(tie.id, {})[text(row["via"])] = None
        return merge(ties(rows)), {id: list(named) for id, named in vias.items()}

    async def whole(self) -> "nx.MultiDiGraph[str] | None":
        """Every tie between things that are drawn, as a graph; None where they are too many to be had."""
        return await self.once(("whole",), self._whole)

    async def near(self, ends: Iterable[str]) -> "nx.MultiDiGraph[str]":
        """The ties of `ends` and of what they are tied to (of each end's neighbours the first hundred)."""
        found: list[Tie] = []
        for end in ends:
            first = await self.ties(end)
            found += first
            others = {other for tie in first for other in (tie.source, tie.target)} - {end}
            for some in batches(sorted(others)[:_NEAR], _FEW):
                found += ties(await self._graph().select(query("ties"), source=some))
                found += ties(await self._graph().select(query("ties"), target=some))
        return await self._joined(found)

    async def _known(self, thing: str) -> bool:
        return await self._graph().ask(query("picture-known"), thing=NamedNode(thing))

    async def _ties(self, thing: str) -> list[Tie]:
        node = NamedNode(thing)
        rows = [*await self._graph().select(query("ties"), source=node)]
        rows += await self._graph().select(query("ties"), target=node)
        return merge(ties(rows))

    async def _whole(self) -> "nx.MultiDiGraph[str] | None":
        try:
            return await self._joined(ties(await self._graph().select(query("ties"))))
        except QueryTooLarge:
            return None

    async def _joined(self, listed: Iterable[Tie]) -> "nx.MultiDiGraph[str]":
        found = merge(listed)
        names = dict.fromkeys(end for tie in found for end in (tie.source, tie.target))
        return graph((await self.things(names)).values(), found)

    @property
    def graph(self) -> Graph:
        """The graph of the present request."""
        return self._graph()

    async def once(self, key: tuple[str, ...], ask: Callable[[], Awaitable[Value]]) -> Value:
        """What `ask` gives, remembered under `key` for as long as the release is in force."""
        kept_by = self._graph().key
        if not kept_by:
            # An endpoint's data may change at any time: nothing of it is remembered.
            return await ask()
        # The release as of a few days is remembered beside it.
        answers = self._memories[kept_by] = self._memories.pop(kept_by, {})
        while len(self._memories) > _GRAPHS:
            self._memories.pop(next(iter(self._memories)))
        if key not in answers:
            answer = await ask()
            while len(answers) >= _KEPT:
                answers.pop(next(iter(answers)))
            answers[key] = answer
        return answers[key]  # type: ignore[return-value]


def ties(rows: Iterable[Row]) -> list[Tie]:
    """One tie a row, between things that are drawn; rows with other ends are left out.

    A row has `source`, `relation`, `target` and may have `event` and `quality`.
    """
    made = []
    for row in rows:
        source, target = text(row["source"]), text(row["target"])
        if source == target or not {kind(source), kind(target)} <= DRAWN:
            continue
        name = local_name(text(row["relation"]))
        quality = local_name(text(row["quality"])) if "quality" in row else ""
        events = (Event(text(row["event"]), "", "", quality=quality),) if "event" in row else ()
        if name in _LINES and source > target:
            source, target = target, source
        made.append(Tie(source, target, name, events, name in _LINES))
    return made


def trimmed(thing: str, listed: Sequence[Tie], hidden: Collection[str] = ()) -> Around:
    """`listed` with at most `MOST` ties of each relation and direction, those with most events first.

    Ties to things of `hidden` kinds take no room and are not counted; those that would have stood among the
    first are given too, so that a page can show them again at once.
    """
    groups: dict[tuple[str, bool], list[Tie]] = {}
    for tie in listed:
        backwards = not tie.line and tie.target == thing
        groups.setdefault((tie.relation, backwards), []).append(tie)

    def end(tie: Tie) -> str:
        return tie.target if tie.source == thing else tie.source

    kept, more = [], []
    for (relation, backwards), group in groups.items():
        group.sort(key=lambda tie: (-tie.weight, looks.rank(kind(end(tie))), end(tie)))
        counted = [tie for tie in group if kind(end(tie)) not in hidden]
        kept += counted[:MOST] + [tie for tie in group[:MOST] if kind(end(tie)) in hidden]
        if len(counted) > MOST:
            more.append(More(thing, relation, backwards, len(counted) - MOST))
    return Around(tuple(kept), tuple(more))
