"""Places for nodes that stand in columns: the layout of a picture between two kinds of things."""

from collections.abc import Iterable, Sequence
from typing import Final

from visual.layout import SPACING, Point, neighbours

_GAP: Final = SPACING * 4.2
"""Pixels between columns."""
_STEP: Final = SPACING * 0.62
"""Pixels between nodes of one column."""
_ROUNDS: Final = 8


def columns(listed: Sequence[Sequence[str]], ties: Iterable[tuple[str, str]]) -> dict[str, Point]:
    """Nodes in columns from left to right, each column ordered so that few ties cross, centred on (0, 0).

    A column's order starts as given and is then, in turn, that of the mean place of what its nodes are tied
    to (the barycentre method of Sugiyama and others, 1981).
    """
    tied = neighbours(ties)
    orders = [list(column) for column in listed]
    heights: dict[str, float] = {}
    for column in orders:
        heights |= _spread(column)
    for _ in range(_ROUNDS):
        for column in orders:
            inside = set(column)
            means = {
                node: _mean(
                    [heights[other] for other in tied.get(node, ()) if other not in inside], heights[node]
                )
                for node in column
            }
            column.sort(key=lambda node: means[node])
            heights |= _spread(column)
    return {
        node: (round((number - (len(orders) - 1) / 2) * _GAP), round(heights[node]))
        for number, column in enumerate(orders)
        for node in column
    }


def _spread(column: Sequence[str]) -> dict[str, float]:
    return {node: (number - (len(column) - 1) / 2) * _STEP for number, node in enumerate(column)}


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
