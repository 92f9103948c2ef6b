"""Connections between two things of a graph of relations, that avoid hubs.

Pure, as `visual/relations.py` is: its ties go in, chains of them come out.
"""

from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from math import log2

import networkx as nx

from visual.relations import Tie, ties


def paths(
    relations: "nx.MultiDiGraph[str]",
    source: str,
    target: str,
    *,
    limit: int = 5,
    admits: Callable[[Tie], Tie | None] = lambda tie: tie,
) -> list[list[Tie]]:
    """Up to `limit` connections from `source` to `target`, best first, each a list of ties end to end.

    Directions are ignored. Passing through a node costs the more, the more ties it has, so that a chain of
    telling relations beats a short cut over a hub that everyone is tied to. `admits` gives of each tie what
    of it may be used, None for nothing. Of parallel ties the one with the most events is given. Empty where
    there is no connection; `KeyError` where an end is not a node.
    """
    for end in (source, target):
        if end not in relations:
            raise KeyError(end)
    best = _best_ties(relations, admits)
    plain: nx.Graph[str] = nx.Graph()
    plain.add_nodes_from((source, target))
    plain.add_edges_from(best)
    ends = (source, target)
    for one, other in plain.edges:
        plain.edges[one, other]["cost"] = 1 + _toll(plain, one, ends) / 2 + _toll(plain, other, ends) / 2
    if source == target or not nx.has_path(plain, source, target):
        return []
    found: Iterator[list[str]] = nx.shortest_simple_paths(plain, source, target, weight="cost")
    return [[best[_pair(one, other)] for one, other in pairwise(path)] for path in islice(found, limit)]


def _best_ties(
    relations: "nx.MultiDiGraph[str]", admits: Callable[[Tie], Tie | None]
) -> dict[tuple[str, str], Tie]:
    best: dict[tuple[str, str], Tie] = {}
    for one, other, whole in sorted(ties(relations), key=lambda edge: edge[2].id):
        tie = admits(whole)
        if one == other or tie is None:
            continue
        held = best.get(_pair(one, other))
        if held is None or tie.weight > held.weight:
            best[_pair(one, other)] = tie
    return best


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def _toll(plain: "nx.Graph[str]", node: str, ends: tuple[str, str]) -> float:
    """What passing `node` costs: the logarithm of its degree; nothing at the ends, which every path has."""
    return 0.0 if node in ends else log2(max(1, plain.degree(node)))
