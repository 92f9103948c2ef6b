"""The shapes of the provinces as they were until 2025, from the npm package `@svg-maps/vietnam` (CC BY 4.0).

63 provinces and cities and the two island groups, Hoàng Sa (of Đà Nẵng) and Trường Sa (of Khánh Hòa).
Outlines are set to half a pixel of the map's own measure, which makes pages lighter; borders stay shared,
since both sides of one are rounded alike.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from ontology.iri import slugify
from visual.vendor import VENDOR

Point = tuple[float, float]

FILE: Final = VENDOR / "svg-maps" / "vietnam.svg"
WIDE, HIGH = 812, 873
ISLANDS: Final = {"hoang-sa": "da-nang", "truong-sa": "khanh-hoa"}
"""Island groups, by the slug of the province that they are districts of."""

_NAMED_OTHERWISE: Final = {"ho-chi-minh": "thanh-pho-ho-chi-minh"}
_TOKEN: Final = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")


class MapMissingError(Exception):
    """The map's file is not installed; the message says what to run."""


@dataclass(frozen=True)
class Shape:
    """A province or island group: its name on the map, the slug of its unit, its outlines, its middle.

    `middle` is that of the largest outline, where a number can stand.
    """

    name: str
    slug: str
    outlines: tuple[tuple[Point, ...], ...]
    middle: Point

    @property
    def size(self) -> float:
        """The area of the largest outline."""
        return max(map(_area, self.outlines))

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and low of all outlines."""
        points = [point for outline in self.outlines for point in outline]
        across, down = [x for x, _ in points], [y for _, y in points]
        return min(across), min(down), max(across), max(down)

    @property
    def path(self) -> str:
        """The outlines as SVG path data."""
        return "".join("M" + "L".join(f"{x:g},{y:g}" for x, y in outline) + "Z" for outline in self.outlines)


def installed() -> bool:
    """Whether the map can be drawn here."""
    try:
        return bool(shapes())
    except MapMissingError:
        return False


@lru_cache(maxsize=1)
def shapes(file: Path = FILE) -> tuple[Shape, ...]:
    """Every shape of the map, in its order. Raises `MapMissingError`."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise MapMissingError("the map is not installed: run `make serve` or `npm ci` first") from error
    made = []
    for element in ElementTree.fromstring(text):  # noqa: S314 - a file that set-up copied from a pinned package
        name, data = element.get("aria-label"), element.get("d")
        if name and data:
            slug = slugify(name)
            outlines = tuple(_outlines(data))
            unit = ISLANDS.get(slug) or _NAMED_OTHERWISE.get(slug, slug)
            made.append(Shape(name, unit, outlines, _middle(max(outlines, key=_area))))
    return tuple(made)


def _outlines(data: str) -> Iterator[tuple[Point, ...]]:
    """The closed lines of path data that moves and draws straight (M, L, H, V, C, Z); small ones kept too."""
    tokens = _TOKEN.findall(data)
    at, start, command, index = (0.0, 0.0), (0.0, 0.0), "", 0
    outline: list[Point] = []
    while index < len(tokens):
        if tokens[index].isalpha():
            command = tokens[index]
            index += 1
            if command in "zZ":
                at = start
            if command in "zZmM" and outline:
                yield tuple(outline)
                outline = []
            continue
        at, index = _moved(at, command, tokens, index)
        if command in "mM":
            start, command = at, "l" if command == "m" else "L"
        point = (round(at[0] * 2) / 2, round(at[1] * 2) / 2)
        if not outline or outline[-1] != point:
            outline.append(point)
    if outline:
        yield tuple(outline)


def _moved(at: Point, command: str, tokens: list[str], index: int) -> tuple[Point, int]:
    """Where one step of path data leads, and the index of what follows it."""
    x, y = at if command.islower() else (0.0, 0.0)
    match command.lower():
        case "h":
            return (x + float(tokens[index]), at[1]), index + 1
        case "v":
            return (at[0], y + float(tokens[index])), index + 1
        case "m" | "l":
            return (x + float(tokens[index]), y + float(tokens[index + 1])), index + 2
        case "c":
            # A curve is drawn as the straight line to its end: the map has a few tiny ones.
            return (x + float(tokens[index + 4]), y + float(tokens[index + 5])), index + 6
    raise MapMissingError(f"the map is drawn with {command!r}, which is not read here")


def _area(outline: tuple[Point, ...]) -> float:
    return abs(sum(_cross(outline))) / 2


def _cross(outline: tuple[Point, ...]) -> Iterator[float]:
    for (x, y), (u, v) in zip(outline, (*outline[1:], outline[0]), strict=True):
        yield x * v - u * y


def _middle(outline: tuple[Point, ...]) -> Point:
    """The centre of mass of an outline."""
    twice = sum(_cross(outline))
    if not twice:
        return outline[0]
    after = (*outline[1:], outline[0])
    parts = list(zip(outline, after, _cross(outline), strict=True))
    x = sum((a[0] + b[0]) * cross for a, b, cross in parts) / (3 * twice)
    y = sum((a[1] + b[1]) * cross for a, b, cross in parts) / (3 * twice)
    return round(x, 1), round(y, 1)
