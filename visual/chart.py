"""A chart as SVG inside a page: a line for each figure, all on one scale, without script or style of its own.

Places along the scale are percentages: the chart is as wide as its room, its words keep their size.
"""

from typing import Final

from markupsafe import Markup, escape

from visual.article import Chart, Point

_LINE: Final = 48
_HEAD: Final = 30
_LONGEST: Final = 52
_SHAPES: Final = {
    "measured": Markup('<circle r="6"/>'),
    "target": Markup('<path d="M0-8 8 0 0 8-8 0z"/>'),
    "other": Markup('<path d="M-6-6H6V6H-6z"/>'),
}
"""Kinds are told apart by shape; colour only follows."""


def draw(chart: Chart, note: str) -> Markup:
    """The chart with its legend and `note`. Everything in it is escaped, since labels come from data."""
    height = _HEAD + _LINE * len(chart.points)
    parts = [
        Markup('<figure class="chart"><figcaption><strong>{}</strong><span class="legend">').format(
            chart.title
        )
    ]
    for kind, name in chart.kinds:
        mark = Markup(
            '<svg class="{}" width="16" height="16" viewBox="-9 -9 18 18" aria-hidden="true">{}</svg>'
        )
        parts.append(Markup("<span>{} {}</span>").format(mark.format(kind, _SHAPES[kind]), name))
    parts.append(Markup("</span></figcaption>"))
    parts.append(
        Markup('<svg width="100%" height="{}" role="group" aria-label="{}">').format(height, chart.title)
    )
    parts.append(Markup('<text class="end" x="0" y="14">0</text>'))
    parts.append(Markup('<text class="end" x="100%" y="14" text-anchor="end">{}</text>').format(chart.end))
    parts += [_line(point, _HEAD + _LINE * number) for number, point in enumerate(chart.points)]
    parts.append(Markup('</svg><p class="note">{}</p></figure>').format(note))
    return Markup("").join(parts)


def _line(point: Point, top: int) -> Markup:
    """The words of one figure, and under them its mark on a rule from end to end."""
    words = _shortened(f"{point.amount} · {point.label}")
    # The mark keeps off both ends by its own width: 3% to 97%.
    at = _within(point.at)
    reach = (
        Markup('<line class="reach" x1="{}%" x2="{}%" y1="{}" y2="{}"/>').format(
            at, _within(point.until), top + 30, top + 30
        )
        if point.until is not None
        else Markup("")
    )
    return Markup(
        '<a href="{href}"><title>{name}</title>'
        '<rect class="room" x="0" width="100%" y="{top}" height="{high}"/>'
        '<text x="0" y="{text}">{words}</text>'
        '<line class="rule" x1="0" x2="100%" y1="{middle}" y2="{middle}"/>{reach}'
        '<svg class="{kind}" x="{at}%" y="{middle}" overflow="visible">{shape}</svg></a>'
    ).format(
        href=point.cite.href,
        name=f"{point.amount} · {point.label}: {point.cite.title or point.cite.text}",
        top=top,
        high=_LINE - 4,
        text=top + 16,
        words=words,
        middle=top + 30,
        reach=reach,
        kind=point.kind,
        at=at,
        shape=_SHAPES[point.kind],
    )


def _within(place: float) -> float:
    return round(3 + 0.94 * max(0.0, min(100.0, place)), 2)


def _shortened(words: str) -> Markup:
    return escape(words if len(words) <= _LONGEST else words[: _LONGEST - 1].rstrip() + "…")
