"""Who and what is tied to whom, asked of the graph in force and remembered for its release.

What `queries/ties.rq` finds is turned into the values of `visual.relations`. Event nodes (acts, statements,
observations, tenures) are not drawn: they are what a tie between two things stands for.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

import networkx as nx
from pyoxigraph import Literal, NamedNode

from ontology import iri
from ontology.iri import IriError
from service.graph import Graph, Term, query
from visual import looks
from visual.relations import Event, Relation, Thing, Tie, graph, merge
from visual.words import word

DRAWN: Final = frozenset(
    {"person", "organization", "unit", "platform", "programme", "document", "source", "meeting", "post"}
)
"""The kinds that are nodes of pictures; all others are what ties stand for."""

MOST: Final = 25
"""How many neighbours of one relation and direction are given; the rest is counted."""

_VERBS: Final = ("Recommendation", "Request", "Agreement", "Observation", "TerritorialChange", "about")
_LINES: Final = frozenset({"metWith", "attendedWith", "Agreement"})
_BATCH: Final = 500
_KEPT: Final = 4096

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


@dataclass
class _Memory:
    """What has been asked of one release; the oldest answer goes when there are too many."""

    digest: str = ""
    answers: dict[tuple[str, ...], object] = field(default_factory=dict)


class Relatives:
    """Ties, things and words of the release in force.

    `graph` gives the graph of the present request. What is raised is what the graph raises.
    """

    def __init__(self, graph: Callable[[], Graph]) -> None:
        self._graph = graph
        self._memory = _Memory()

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

    async def between(self, one: str, other: str) -> list[Tie]:
        """Every tie between two things, in either direction."""
        ends = {"source": NamedNode(one), "target": NamedNode(other)}
        swapped = {"source": NamedNode(other), "target": NamedNode(one)}
        rows = [*await self._graph().select(query("ties"), **ends)]
        rows += await self._graph().select(query("ties"), **swapped)
        return merge(ties(rows))

    async def vias(self, one: str, other: str) -> dict[str, list[str]]:
        """The participations behind the ties between two things, by the id of the tie, each once."""
        found: dict[str, list[str]] = {}
        for first, second in ((one, other), (other, one)):
            ends = {"source": NamedNode(first), "target": NamedNode(second)}
            for row in await self._graph().select(query("ties"), **ends):
                if "via" in row and (tie := next(iter(ties([row])), None)):
                    held = found.setdefault(tie.id, [])
                    if text(row["via"]) not in held:
                        held.append(text(row["via"]))
        return found

    async def whole(self) -> "nx.MultiDiGraph[str]":
        """Every tie between things that are drawn, as a graph."""
        return await self.once(("whole",), self._whole)

    async def _known(self, thing: str) -> bool:
        return await self._graph().ask(query("picture-known"), thing=NamedNode(thing))

    async def _ties(self, thing: str) -> list[Tie]:
        node = NamedNode(thing)
        rows = [*await self._graph().select(query("ties"), source=node)]
        rows += await self._graph().select(query("ties"), target=node)
        return merge(ties(rows))

    async def _whole(self) -> "nx.MultiDiGraph[str]":
        found = merge(ties(await self._graph().select(query("ties"))))
        names = dict.fromkeys(end for tie in found for end in (tie.source, tie.target))
        return graph((await self.things(names)).values(), found)

    @property
    def graph(self) -> Graph:
        """The graph of the present request."""
        return self._graph()

    async def once(self, key: tuple[str, ...], ask: Callable[[], Awaitable[Value]]) -> Value:
        """What `ask` gives, remembered under `key` for as long as the release is in force."""
        digest = self._graph().digest
        if not digest:
            # An endpoint's data may change at any time: nothing of it is remembered.
            return await ask()
        if self._memory.digest != digest:
            self._memory = _Memory(digest)
        memory = self._memory
        if key not in memory.answers:
            answer = await ask()
            while len(memory.answers) >= _KEPT:
                memory.answers.pop(next(iter(memory.answers)))
            memory.answers[key] = answer
        return memory.answers[key]  # type: ignore[return-value]


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


async def describe(graph: Graph, iris: Iterable[str]) -> dict[str, Thing]:
    """The things of these IRIs, in the order given; a thing without a label has empty ones."""
    names = list(dict.fromkeys(iris))
    labels: dict[str, dict[str, str]] = {name: {} for name in names}
    for start in range(0, len(names), _BATCH):
        some = [NamedNode(name) for name in names[start : start + _BATCH]]
        for row in await graph.select(query("labels"), thing=some):
            label = row["label"]
            if isinstance(label, Literal):
                labels[text(row["thing"])][label.language or ""] = label.value
    return {
        name: Thing(name, found.get("vi", found.get("", "")), found.get("en", ""), kind(name))
        for name, found in labels.items()
    }


async def words(graph: Graph) -> dict[str, Relation]:
    """How each relation is read in both languages, by local name."""
    read: dict[str, dict[str, str]] = {}
    for row in await graph.select(query("relation-words")):
        label = row["label"]
        if not isinstance(label, Literal) or label.language not in ("vi", "en"):
            continue
        name = local_name(text(row["relation"]))
        read.setdefault(name, {})[f"label_{label.language}"] = label.value
        if "inverse" in row:
            read[name][f"inverse_{label.language}"] = text(row["inverse"])
    vocabulary = {
        name: Relation(
            found.get("label_vi", name),
            found.get("label_en", name),
            found.get("inverse_vi", ""),
            found.get("inverse_en", ""),
        )
        for name, found in read.items()
    }
    return vocabulary | {name: _verb(name) for name in _VERBS}


def _verb(name: str) -> Relation:
    """A tie that stands for events of a class, read as a verb rather than as the name of the class."""
    tie, tied = f"pictures.tie.{name}", f"pictures.tied.{name}"
    return Relation(word(tie, "vi"), word(tie, "en"), word(tied, "vi"), word(tied, "en"))


def kind(name: str) -> str:
    """The kind of a thing by its IRI; "" for an IRI that vndx does not mint."""
    try:
        return iri.parse(name).kind
    except IriError:
        return ""


def local_name(name: str) -> str:
    """What stands after the last `#` or `/` of an IRI."""
    return name.rpartition("#")[2] if "#" in name else name.rpartition("/")[2]


def text(term: Term) -> str:
    """The IRI or the value of a term. A blank node or triple is a `TypeError`: ties have none."""
    if isinstance(term, NamedNode | Literal):
        return term.value
    raise TypeError(f"{term} is neither an IRI nor a literal")
