"""A picture as SVG: for print, for slides, and for the small pictures of the index of views."""

from collections.abc import Iterator
from html import escape
from math import hypot, sqrt

from ontology.namespaces import LICENCE
from visual import looks
from visual.exports import xml_text
from visual.picture import Node, Picture
from visual.relations import Tie

_MARGIN, _SMALL_MARGIN = 190, 40
_INK, _PAPER, _EDGE = ("#1c2024", "#e7e5df"), ("#ffffff", "#181c1f"), ("#8d918f", "#7c848a")


def svg(picture: Picture, language: str, *, dark: bool = False, labels: bool = True) -> bytes:
    """The picture as an SVG file, with title, origin, licence and citation in it.

    It holds no script and refers to nothing outside; labels are text. Without `labels` it is a small picture.
    """
    places = {node.thing.id: node for node in picture.nodes}
    margin = _MARGIN if labels else _SMALL_MARGIN
    left = min((node.x for node in picture.nodes), default=0) - margin
    top = min((node.y for node in picture.nodes), default=0) - margin // 2
    wide = max((node.x for node in picture.nodes), default=0) + margin - left
    high = max((node.y for node in picture.nodes), default=0) + margin // 2 + 40 * labels - top
    origin = picture.origin
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {wide} {high}" lang="{language}" '
        f'role="img" font-family="system-ui, sans-serif" font-size="13">',
        f"<title>{_text(origin.titled(language))}</title>",
        f"<desc>{_text(origin.citation(language))} {LICENCE} {_text(origin.query)} {origin.digest}</desc>",
        f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" fill="{_PAPER[dark]}"/>',
        *(_line(places, tie, dark, labels) for tie in picture.ties),
        *(_shape(node, dark) for node in picture.nodes),
        *(part for node in picture.nodes if labels for part in _label(node, language, dark)),
        "</svg>",
    ]
    return ("\n".join(parts) + "\n").encode()


def _radius(node: Node) -> float:
    return 8 + min(9.0, 2 * sqrt(node.measured.degree))


def _shape(node: Node, dark: bool) -> str:
    look = looks.look(node.thing.kind)
    fill = look.dark if dark else look.light
    radius = _radius(node)
    stroke = f'fill="{fill}" stroke="{_PAPER[dark]}" stroke-width="1.5"'
    if not look.outline:
        return f'<circle cx="{node.x}" cy="{node.y}" r="{radius:.1f}" {stroke}/>'
    points = " ".join(f"{node.x + x * radius:.1f},{node.y + y * radius:.1f}" for x, y in look.outline)
    return f'<polygon points="{points}" {stroke}/>'


def _line(places: dict[str, Node], tie: Tie, dark: bool, labels: bool) -> str:
    one, other = places[tie.source], places[tie.target]
    across, down = other.x - one.x, other.y - one.y
    distance = hypot(across, down) or 1.0
    short = _radius(other) + 4
    x, y = other.x - across / distance * short, other.y - down / distance * short
    dashes = looks.dashes(tuple(event.quality for event in tie.events))
    drawn = f'stroke-dasharray="{" ".join(map(str, dashes))}" ' if dashes else ""
    width = min(5.0, 1 + 0.45 * tie.weight) * (1 if labels else 2)
    line = (
        f'<line x1="{one.x}" y1="{one.y}" x2="{x:.1f}" y2="{y:.1f}" stroke="{_EDGE[dark]}" '
        f'stroke-width="{width:.2f}" {drawn}/>'
    )
    return line if tie.line or not labels else line + _arrow(x, y, across / distance, down / distance, dark)


def _arrow(x: float, y: float, across: float, down: float, dark: bool) -> str:
    back, side = 9.0, 4.0
    points = (
        (x, y),
        (x - across * back - down * side, y - down * back + across * side),
        (x - across * back + down * side, y - down * back - across * side),
    )
    return f'<polygon points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}" fill="{_EDGE[dark]}"/>'


def _label(node: Node, language: str, dark: bool) -> Iterator[str]:
    listed = lines(node.thing.named(language))
    away = _radius(node) + 6
    x, anchor, top = {
        "left": (node.x - away, "end", node.y + 4 - 7.5 * (len(listed) - 1)),
        "right": (node.x + away, "start", node.y + 4 - 7.5 * (len(listed) - 1)),
    }.get(node.side, (node.x, "middle", node.y + away + 8))
    for number, line in enumerate(listed):
        yield (
            f'<text x="{x:.0f}" y="{top + number * 15:.0f}" text-anchor="{anchor}" fill="{_INK[dark]}" '
            f'stroke="{_PAPER[dark]}" stroke-width="3.5" paint-order="stroke" unicode-bidi="isolate">'
            f"{_text(line)}</text>"
        )


def lines(label: str, width: int = 24, most: int = 3) -> list[str]:
    """A label in at most `most` lines of about `width` characters; what does not fit ends in an ellipsis."""
    made: list[str] = []
    for word in label[:400].split():
        if made and len(made[-1]) + 1 + len(word) <= width:
            made[-1] += " " + word
        else:
            made.append(word if len(word) <= 2 * width else word[: 2 * width] + "…")
    return made if len(made) <= most else [*made[: most - 1], made[most - 1] + "…"]


def _text(text: str) -> str:
    return escape(xml_text(text))
