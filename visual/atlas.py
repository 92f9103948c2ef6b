"""The map of provinces as inline SVG: shade, pattern and number tell how much, never colour alone.

It needs no script and no style attribute: colours are classes of the style sheet. Every province is a link.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from markupsafe import Markup

from visual.provinces import HIGH, WIDE, Shape

STEPS: Final = 4
_FOOT: Final = 30
"""Room below the outlines for the name of the islands that lie lowest, on small screens in large letters."""
_ISLAND_NAMES: Final = {
    "Hoang Sa": {"vi": "Quần đảo Hoàng Sa", "en": "Hoang Sa islands"},
    "Truong Sa": {"vi": "Quần đảo Trường Sa", "en": "Truong Sa islands"},
}
# What distinguishes a step in black and white: dots, dark lines, light lines the other way, full.
_PATTERNS: Final = (
    '<circle class="stroke-1" cx="3" cy="3" r="1"/>',
    '<path class="stroke-2" d="M-1,1L1,-1M0,6L6,0M5,7L7,5" stroke-width="1.6"/>',
    '<path class="stroke-3" d="M-1,5L1,7M0,0L6,6M5,-1L7,1" stroke-width="1"/>',
    "",
)


@dataclass(frozen=True)
class Mapped:
    """A unit to draw: the slugs of the shapes that it covers, where its name leads, what is said of it.

    `step` is from 1 (least) to `STEPS`, or 0 for nothing; `number` is set on the map, "" for none.
    """

    shapes: tuple[str, ...]
    href: str
    told: str
    step: int
    number: str


def steps(numbers: Iterable[float]) -> list[tuple[float, float]]:
    """The ranges (first, last; both inclusive) that the positive `numbers` fall into, least first.

    There are at most `STEPS`; they part where a number is most times the one before it, so that what is of
    one size is of one shade.
    """
    distinct = sorted({number for number in numbers if number > 0})
    if not distinct:
        return []
    jumps = sorted(range(1, len(distinct)), key=lambda at: distinct[at - 1] / distinct[at])[: STEPS - 1]
    starts = [0, *sorted(jumps)]
    ends = [*starts[1:], len(distinct)]
    return [(distinct[start], distinct[end - 1]) for start, end in zip(starts, ends, strict=True)]


def step(number: float | None, ranges: Sequence[tuple[float, float]]) -> int:
    """The step that `number` is in, from 1; 0 where it is in none."""
    return next((at for at, (_, last) in enumerate(ranges, 1) if number and number <= last), 0)


def atlas(units: Sequence[Mapped], drawn: Sequence[Shape], language: str, label: str) -> Markup:
    """The map with these units. `label` is what the whole is called."""
    by_slug: dict[str, list[Shape]] = {}
    for shape in drawn:
        by_slug.setdefault(shape.slug, []).append(shape)
    paths = (f'<path id="s{at}" d="{shape.path}"/>' for at, shape in enumerate(drawn))
    number = {shape.name: at for at, shape in enumerate(drawn)}
    patterns = (
        f'<pattern id="step-{at}" class="step-{at}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect class="ground-{at}" width="6" height="6"/>{inner}</pattern>'
        for at, inner in enumerate(_PATTERNS, 1)
    )
    parts = [
        f'<svg class="atlas" viewBox="0 0 {WIDE} {HIGH + _FOOT}" role="group" aria-label="{escape(label)}">',
        f"<defs>{''.join(patterns)}{''.join(paths)}</defs>",
        *(_unit(unit, by_slug, number) for unit in sorted(units, key=lambda unit: unit.step)),
        *(_number(unit, by_slug) for unit in units if unit.number),
        *(_island(shape, language) for shape in drawn if shape.name in _ISLAND_NAMES),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704 - every word in it is escaped above


def swatch(at: int) -> Markup:
    """The pattern of a step for the legend, drawn from the map's own definitions."""
    fill = f'fill="url(#step-{at})"' if at else 'class="ground-0"'
    inner = f'<rect width="36" height="20" {fill} stroke-width="1"/>'
    return Markup(f'<svg class="swatch" viewBox="0 0 36 20" aria-hidden="true">{inner}</svg>')  # noqa: S704


def _unit(unit: Mapped, by_slug: dict[str, list[Shape]], number: dict[str, int]) -> str:
    names = [number[shape.name] for slug in unit.shapes for shape in by_slug.get(slug, ())]
    fill = f'fill="url(#step-{unit.step})"' if unit.step else 'class="ground-0"'
    # First the borders of all parts, then the parts: what lies between two parts of one unit is covered.
    edges = "".join(f'<use href="#s{at}" class="border"/>' for at in names)
    parts = "".join(f'<use href="#s{at}" {fill}/>' for at in names)
    return (
        f'<a href="{escape(unit.href)}" class="place" aria-label="{escape(unit.told)}">'
        f"<title>{escape(unit.told)}</title>{edges}{parts}</a>"
    )


def _number(unit: Mapped, by_slug: dict[str, list[Shape]]) -> str:
    listed = [
        shape for slug in unit.shapes for shape in by_slug.get(slug, ()) if shape.name not in _ISLAND_NAMES
    ]
    if not listed:
        return ""
    x, y = max(listed, key=lambda shape: shape.size).middle
    return f'<text class="tells" x="{x}" y="{y + 5}" aria-hidden="true">{escape(unit.number)}</text>'


def _island(shape: Shape, language: str) -> str:
    left, _, right, low = shape.box
    name = _ISLAND_NAMES[shape.name]["vi" if language == "vi" else "en"]
    x, y = (left + right) / 2, low + 18
    return f'<text class="island" x="{x:g}" y="{y:g}">{escape(name)}</text>'
