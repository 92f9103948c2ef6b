"""Places for the nodes of a picture, in pixels: the same for the same graph, every time.

`rustworkx.spring_layout` with a fixed seed finds the shape; what it leaves too close is then moved apart.
Nodes that have a place already keep it, to the pixel, so that a picture grows without jumping.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import atan2, cos, hypot, pi, sin, sqrt
from typing import Final

import rustworkx

Point = tuple[int, int]

SPACING: Final = 120
"""Pixels between the centres of neighbouring nodes."""

_SEED: Final = 20210104
_ALONE: Final = 12
"""So many neighbours stand in one ring."""
_WIDE: Final = 1.5
"""Labels are wider than high: places are this much wider apart across than down."""


def place(
    nodes: Sequence[str], ties: Iterable[tuple[str, str]], *, fixed: Mapping[str, Point] | None = None
) -> dict[str, Point]:
    """A place for each of `nodes` (by id, in their order); those in `fixed` stay where they are.

    `ties` are pairs of ids; pairs that name other ids, or one id twice, are left out. x grows to the right, y
    downwards. Where nothing is fixed the whole is centred on (0, 0) and its parts that are not connected are
    set out side by side, the largest first.
    """
    known = set(nodes)
    pairs = sorted({(one, other) for one, other in ties if one != other and {one, other} <= known})
    held = {node: point for node, point in (fixed or {}).items() if node in known}
    if held:
        return _grow(nodes, pairs, held)
    return _pack([_shape(part, pairs) for part in _parts(nodes, pairs)], nodes)


def _parts(nodes: Sequence[str], pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The connected parts, largest first, each in the order of `nodes`."""
    index = {node: number for number, node in enumerate(nodes)}
    whole: rustworkx.PyGraph = rustworkx.PyGraph()
    whole.add_nodes_from(list(nodes))
    whole.add_edges_from_no_data([(index[one], index[other]) for one, other in pairs])
    parts = [sorted(part) for part in rustworkx.connected_components(whole)]
    return [[nodes[number] for number in part] for part in sorted(parts, key=lambda part: (-len(part), part))]


def _shape(nodes: Sequence[str], pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[float, float]]:
    """One connected part, around (0, 0)."""
    if len(nodes) == 1:
        return {nodes[0]: (0.0, 0.0)}
    index = {node: number for number, node in enumerate(nodes)}
    part: rustworkx.PyGraph = rustworkx.PyGraph()
    part.add_nodes_from(list(nodes))
    part.add_edges_from([(index[one], index[other], 1.0) for one, other in pairs if one in index])
    # Each iteration costs the square of the number of nodes.
    iterations = 200 if len(nodes) <= 300 else 50 if len(nodes) <= 2000 else 12
    found = rustworkx.spring_layout(part, seed=_SEED, num_iter=iterations, scale=1)
    reach = SPACING * sqrt(len(nodes)) * 0.62
    places = {
        node: (float(found[number][0]) * reach * _WIDE, float(found[number][1]) * reach)
        for node, number in index.items()
    }
    return _apart(places, frozenset())


def _grow(
    nodes: Sequence[str], pairs: Sequence[tuple[str, str]], held: Mapping[str, Point]
) -> dict[str, Point]:
    """Places for nodes not held: near what they are tied to, on its outer side, clear of all else."""
    places: dict[str, tuple[float, float]] = {node: (float(x), float(y)) for node, (x, y) in held.items()}
    middle = _middle(places.values())
    tied = neighbours(pairs)
    waiting = [node for node in nodes if node not in places]
    while waiting:
        rooted: dict[str, list[str]] = {}
        for node in waiting:
            anchors = [other for other in tied.get(node, ()) if other in places]
            if anchors:
                rooted.setdefault(anchors[0], []).append(node)
        if not rooted:
            edge = max(x for x, _ in places.values())
            places[waiting[0]] = (edge + 3 * SPACING * _WIDE, middle[1])
            waiting = waiting[1:]
            continue
        for anchor, young in rooted.items():
            _fan(anchor, young, places, middle)
        waiting = [node for node in waiting if node not in places]
    apart = _apart(places, frozenset(held))
    return {node: held.get(node) or (round(apart[node][0]), round(apart[node][1])) for node in nodes}


def neighbours(ties: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """By node, what it is tied to in either direction, in the order of the ties."""
    tied: dict[str, list[str]] = {}
    for one, other in ties:
        tied.setdefault(one, []).append(other)
        tied.setdefault(other, []).append(one)
    return tied


def _fan(
    anchor: str,
    young: Sequence[str],
    places: dict[str, tuple[float, float]],
    middle: tuple[float, float],
) -> None:
    """Set `young` around `anchor` in rings, from the side that faces away from the middle of the picture."""
    x, y = places[anchor]
    away = _angle(x - middle[0], (y - middle[1]) * _WIDE)
    ring, rest = 1, list(young)
    while rest:
        room = len(rest) if ring == 1 and len(rest) <= _ALONE else _room(ring)
        some, rest = rest[:room], rest[room:]
        spread = 2 * pi if len(young) > 8 or len(places) == 1 else pi * 1.1
        for number, node in enumerate(some):
            share = (number + 0.5) / len(some) - 0.5
            # Each ring is turned a little, so that a tie to an outer node does not run through an inner one.
            angle = away + spread * share + 0.3 * (ring - 1)
            radius = _reach(ring)
            places[node] = (x + cos(angle) * radius * _WIDE, y + sin(angle) * radius)
        ring += 1


def _room(ring: int) -> int:
    """How many nodes a ring has room for."""
    return max(3, round(2 * pi * ring * 1.45))


def _reach(ring: int) -> float:
    """The radius of a ring in pixels, measured down."""
    return SPACING * (0.35 + 1.05 * ring)


def _apart(places: Mapping[str, tuple[float, float]], held: frozenset[str]) -> dict[str, tuple[float, float]]:
    """The places with pairs that are closer than a node and its label moved apart; `held` ones never move."""
    moved = dict(places)
    order = {node: number for number, node in enumerate(places)}
    for _ in range(60 if len(places) <= 1000 else 8):
        crowded = False
        cells: dict[tuple[int, int], list[str]] = {}
        for node, (x, y) in moved.items():
            cells.setdefault(_cell(x, y), []).append(node)
        for node in order:
            if node in held:
                continue
            x, y = moved[node]
            column, row = _cell(x, y)
            near = (
                other
                for across in (-1, 0, 1)
                for down in (-1, 0, 1)
                for other in cells.get((column + across, row + down), ())
                if other != node
            )
            for other in near:
                x, y, pushed = _push(x, y, *moved[other], order[node] - order[other], other in held)
                crowded = crowded or pushed
            moved[node] = (x, y)
        if not crowded:
            break
    return moved


def _push(
    x: float, y: float, other_x: float, other_y: float, turn: int, firm: bool
) -> tuple[float, float, bool]:
    """`(x, y)` moved away from another place if it is too close; `turn` decides where both are the same."""
    across, down = (x - other_x) / _WIDE, y - other_y
    distance = hypot(across, down)
    least = SPACING * 0.72
    if distance >= least:
        return x, y, False
    if distance < 1:
        across, down, distance = cos(turn * 2.4), sin(turn * 2.4), 1.0
    step = (least - distance) * (1.0 if firm else 0.5) + 0.5
    return x + across / distance * step * _WIDE, y + down / distance * step, True


def _pack(shapes: Sequence[Mapping[str, tuple[float, float]]], nodes: Sequence[str]) -> dict[str, Point]:
    """Parts set out on shelves from left to right, the whole around (0, 0)."""
    boxes = [_box(shape.values()) for shape in shapes]
    area = sum((right - left + 2 * SPACING) * (low - top + 2 * SPACING) for left, top, right, low in boxes)
    shelf_width = max(
        [sqrt(area * _WIDE), *(right - left for left, _, right, _ in boxes)], default=float(SPACING)
    )
    placed: dict[str, tuple[float, float]] = {}
    across, down, height = 0.0, 0.0, 0.0
    for shape, (left, top, right, low) in zip(shapes, boxes, strict=True):
        if across and across + right - left > shelf_width:
            across, down, height = 0.0, down + height + SPACING * 1.2, 0.0
        for node, (x, y) in shape.items():
            placed[node] = (x - left + across, y - top + down)
        across += right - left + SPACING * _WIDE * 1.2
        height = max(height, low - top)
    left, top, right, low = _box(placed.values())
    return {
        node: (round(placed[node][0] - (left + right) / 2), round(placed[node][1] - (top + low) / 2))
        for node in nodes
    }


def _box(points: Iterable[tuple[float, float]]) -> tuple[float, float, float, float]:
    listed = list(points)
    if not listed:
        return 0.0, 0.0, 0.0, 0.0
    across, down = [x for x, _ in listed], [y for _, y in listed]
    return min(across), min(down), max(across), max(down)


def _middle(points: Iterable[tuple[float, float]]) -> tuple[float, float]:
    left, top, right, low = _box(points)
    return (left + right) / 2, (top + low) / 2


def _cell(x: float, y: float) -> tuple[int, int]:
    return int(x // (SPACING * _WIDE)), int(y // SPACING)


def _angle(across: float, down: float) -> float:
    """The direction in radians; upwards where there is none."""
    return atan2(down, across) if hypot(across, down) > 1 else -pi / 2


def beside(places: Mapping[str, Point], young: int) -> Point:
    """A place to the right of all others with room for `young` new nodes about it; (0, 0) for the first."""
    if not places:
        return 0, 0
    _, top, right, low = _box((float(x), float(y)) for x, y in places.values())
    rings, room = 1, _room(1)
    while room < young:
        rings += 1
        room += _room(rings)
    return round(right + (_reach(rings) + SPACING) * _WIDE), round((top + low) / 2)
