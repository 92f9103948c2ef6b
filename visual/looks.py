"""How each kind of thing is drawn: a shape of its own and a colour, so that colour alone never tells.

One table for every picture: the live ones (`web/drawing.js` gets it as JSON, colours come from
`web/pictures.css`), the offline file and SVG. A test holds the colours here and in the style sheet together.
"""

from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final

Outline = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Look:
    """One kind: its outline about a circle of radius 1 (y downwards; empty for a circle), its two colours."""

    outline: Outline
    light: str
    dark: str


def _regular(corners: int, turn: float = -pi / 2, radius: float = 1.0) -> Outline:
    steps = (turn + 2 * pi * number / corners for number in range(corners))
    return tuple((round(cos(angle) * radius, 3), round(sin(angle) * radius, 3)) for angle in steps)


def _star(points: int, inner: float) -> Outline:
    steps = ((-pi / 2 + pi * number / points, inner if number % 2 else 1.12) for number in range(2 * points))
    return tuple((round(cos(angle) * reach, 3), round(sin(angle) * reach, 3)) for angle, reach in steps)


LOOKS: Final = {
    "person": Look((), "#1d5fa8", "#7db9f2"),
    "organization": Look(_regular(4, -pi / 4, 1.15), "#a8510a", "#f2b15f"),
    "unit": Look(_regular(6, 0.0, 1.08), "#27774a", "#79d19e"),
    "platform": Look(_regular(4, -pi / 2, 1.2), "#9a1fb0", "#e29bef"),
    "meeting": Look(_star(6, 0.66), "#b3123f", "#fb91a8"),
    "programme": Look(_regular(3, -pi / 2, 1.2), "#0b6f80", "#62d0e2"),
    "document": Look(
        ((-0.75, -1.0), (0.3, -1.0), (0.75, -0.5), (0.75, 1.0), (-0.75, 1.0)), "#5a6675", "#b5c1cf"
    ),
    "post": Look(_regular(5), "#77561f", "#d9bd8a"),
    "source": Look(((-1.1, -0.7), (0.7, -0.7), (1.1, 0.7), (-0.7, 0.7)), "#4d4a8c", "#b3b0f2"),
}
"""Kind to look, in the order of legends."""

OTHER: Final = Look(_regular(3, pi / 2, 1.1), "#5f5f5f", "#bdbdbd")
"""Any other kind."""

DASHES: Final = {
    "strength-recommended": (),
    "strength-solution": (14, 5),
    "strength-example": (7, 5),
    "strength-can-be-used": (2, 5),
}
"""How strongly something was recommended, to the dashes of the edge: the weaker, the more broken."""

_STRONGEST_FIRST: Final = tuple(DASHES)
_FIRM: Final = frozenset({"recommended", "required", "pledged"})
_SOFT: Final = frozenset({"example", "can-be-used", "keep-improving", "aimed"})


def look(kind: str) -> Look:
    """The look of `kind`; `OTHER` where it has none."""
    return LOOKS.get(kind, OTHER)


def rank(kind: str) -> int:
    """The place of `kind` in legends and tables, from 0; unknown kinds last."""
    return list(LOOKS).index(kind) if kind in LOOKS else len(LOOKS)


def outlines() -> dict[str, dict[str, Outline]]:
    """The outline of each kind, and of any "other", for the script that draws (`web/drawing.js`)."""
    return {kind: {"outline": look.outline} for kind, look in {**LOOKS, "other": OTHER}.items()}


def dashes(qualities: tuple[str, ...]) -> tuple[int, ...]:
    """The dashes of an edge whose events have these strengths: those of the strongest; none where unknown."""
    known = [quality for quality in _STRONGEST_FIRST if quality in qualities]
    return DASHES[known[0]] if known else ()


def firmness(strength: str) -> str:
    """How the mark of a strength is set: firm words strongly, weak ones softly."""
    name = strength.rpartition("strength-")[2]
    return " strong" if name in _FIRM else " soft" if name in _SOFT else ""
