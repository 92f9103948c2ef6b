"""Relations between things as NetworkX graphs, with stated measures.

Pure: values in, values out; no store and no HTTP. What a view or the explorer shows is a set of `Thing`s and
of `Tie`s between them; a tie knows the events (meetings, acts, statements) that it stands for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import networkx as nx
import rustworkx

from visual import reading

_SEED: Final = 20210104
_EXACT_UP_TO: Final = 30_000_000
"""Betweenness is exact where nodes times edges are no more: about a second and a half."""
_SAMPLED: Final = 1_000_000
"""Else it is estimated from so many edges in all, passed from a sample of the nodes."""


@dataclass(frozen=True)
class Thing:
    """A node: its full IRI, its labels in both languages, and its kind (`person`, `unit`, …)."""

    id: str
    label: str
    label_en: str
    kind: str

    def named(self, language: str) -> str:
        """The label in `language` (`vi` or `en`); the other one, then the IRI, where it is missing."""
        first, second = (self.label, self.label_en) if language == "vi" else (self.label_en, self.label)
        return first or second or self.id


@dataclass(frozen=True)
class Event:
    """What a tie stands for: IRI, labels, ISO date (or "") with precision, a remark in both languages.

    `quality` is the local name of a concept that says how (`strength-example`), or "".
    """

    id: str
    label: str
    label_en: str
    date: str = ""
    precision: str = "day"
    remark: str = ""
    remark_en: str = ""
    quality: str = ""

    def named(self, language: str) -> str:
        """The label in `language`, or the other one, or the IRI; days in it as a person reads them."""
        first, second = (self.label, self.label_en) if language == "vi" else (self.label_en, self.label)
        return reading.days(first or second, "vi" if language == "vi" else "en") or self.id

    def remarked(self, language: str) -> str:
        """The remark in `language`."""
        return self.remark if language == "vi" else self.remark_en


@dataclass(frozen=True)
class Relation:
    """How a relation is read, from its source and from its target, in both languages."""

    label: str
    label_en: str
    inverse: str = ""
    inverse_en: str = ""

    def named(self, language: str, *, backwards: bool = False) -> str:
        """The words in `language`, read from the target where `backwards`."""
        if backwards and self.inverse and self.inverse_en:
            return self.inverse if language == "vi" else self.inverse_en
        return self.label if language == "vi" else self.label_en


def in_words(words: Mapping[str, Relation], name: str) -> Relation:
    """The relation of that name in `words`; where they do not have it, one that is read by its name."""
    return words.get(name) or Relation(name, name)


@dataclass(frozen=True)
class Tie:
    """An edge: the IRIs at its ends, the local name of its relation, and its events in order.

    `line` says that it has no direction (met with, attended with).
    """

    source: str
    target: str
    relation: str
    events: tuple[Event, ...] = ()
    line: bool = False

    @property
    def id(self) -> str:
        """A stable name: relation and ends; the ends of a line in alphabetical order."""
        ends = sorted((self.source, self.target)) if self.line else [self.source, self.target]
        return " ".join([self.relation, *ends])

    @property
    def weight(self) -> int:
        """How many events it stands for, at least 1."""
        return max(1, len(self.events))


@dataclass(frozen=True)
class Measured:
    """The measures of one node.

    `degree`: how many other nodes it is tied to. `betweenness`: the share, from 0 to 1, of the shortest
    connections between other nodes that pass through it. `community`: the number of its group, the largest
    first.
    """

    degree: int
    betweenness: float
    community: int


def merge(ties: Iterable[Tie]) -> list[Tie]:
    """Ties of one id made one with the events of all (once each, by date), in order of first sight."""
    found: dict[str, Tie] = {}
    events: dict[str, dict[str, Event]] = {}
    for tie in ties:
        found.setdefault(tie.id, tie)
        events.setdefault(tie.id, {}).update((event.id, event) for event in tie.events)
    return [
        Tie(
            tie.source,
            tie.target,
            tie.relation,
            tuple(sorted(events[name].values(), key=lambda event: (event.date or "9999", event.id))),
            tie.line,
        )
        for name, tie in found.items()
    ]


def graph(things: Iterable[Thing], ties: Iterable[Tie]) -> "nx.MultiDiGraph[str]":
    """The ties as a multigraph: nodes by IRI with `thing`, edges keyed by tie id with `tie` and `weight`.

    Parallel ties and ties in both directions are kept. `ValueError` where an end is not among `things`.
    """
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for thing in things:
        made.add_node(thing.id, thing=thing)
    for tie in ties:
        if tie.source not in made or tie.target not in made:
            raise ValueError(f"an end of {tie.id!r} is not among the things")
        made.add_edge(tie.source, tie.target, key=tie.id, tie=tie, weight=tie.weight)
    return made


def simple(relations: "nx.MultiDiGraph[str]") -> "nx.Graph[str]":
    """The same nodes, at most one undirected edge a pair: its weight is the sum of those between them."""
    plain: nx.Graph[str] = nx.Graph()
    plain.add_nodes_from(relations.nodes)
    for source, target, tie in ties(relations):
        if source == target:
            continue
        present = plain.get_edge_data(source, target, {"weight": 0})["weight"]
        plain.add_edge(source, target, weight=present + tie.weight)
    return plain


def measure(relations: "nx.MultiDiGraph[str]") -> dict[str, Measured]:
    """Degree, betweenness and community of each node; the same for the same graph, every time.

    Betweenness is exact up to some thousand nodes, then estimated from a sample of them (Brandes and Pich,
    2007). Communities are Louvain's (Blondel and others, 2008) by tie weight, with a fixed seed.
    """
    plain = simple(relations)
    names = list(plain.nodes)
    index = {name: number for number, name in enumerate(names)}
    numbered: nx.Graph[int] = nx.Graph()
    numbered.add_nodes_from(range(len(names)))
    for one, other, data in plain.edges(data=True):
        numbered.add_edge(index[one], index[other], weight=data["weight"])
    between = _betweenness(numbered)
    groups = nx.community.louvain_communities(numbered, weight="weight", seed=_SEED)
    ordered = sorted(groups, key=lambda group: (-len(group), min(group)))
    community = {node: number for number, group in enumerate(ordered, start=1) for node in group}
    return {
        names[node]: Measured(numbered.degree(node), round(between[node], 4), community[node])
        for node in numbered
    }


def _betweenness(numbered: "nx.Graph[int]") -> Mapping[int, float]:
    """Of each node 0 to n - 1; by rustworkx where it is exact, which is thirty times as quick."""
    nodes, edges = len(numbered), numbered.number_of_edges()
    if nodes * edges > _EXACT_UP_TO:
        sample = min(nodes, max(32, _SAMPLED // edges))
        return nx.betweenness_centrality(numbered, k=sample, seed=_SEED)
    whole: rustworkx.PyGraph = rustworkx.PyGraph()
    whole.add_nodes_from(range(nodes))
    whole.add_edges_from_no_data(list(numbered.edges))
    # On one thread: sums of fractions come out the same only in the same order.
    return rustworkx.graph_betweenness_centrality(whole, parallel_threshold=nodes + 1)


def ties(relations: "nx.MultiDiGraph[str]") -> Iterator[tuple[str, str, Tie]]:
    """Each edge of a graph made by `graph`: its ends and its tie."""
    for source, target, data in relations.edges(data=True):
        yield source, target, data["tie"]
