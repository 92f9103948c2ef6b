"""Time as a strip: a small inline SVG with a mark for each day on which something was said or is due."""

from collections.abc import Iterable
from datetime import date
from html import escape

from markupsafe import Markup

WIDE, HIGH = 1000, 124
_EDGE = 30
_AXIS = 78
_MOST = 6
"""So many marks of one day stand on each other."""


def strip(days: Iterable[tuple[str, bool]], label: str) -> Markup:
    """The strip of `days`, each an ISO day with whether something is due then (hollow, below the line).

    Marks of one day stand on each other, at most six. `label` is what the strip is called.
    """
    listed = sorted(days)
    if not listed:
        return Markup()
    first, last = int(listed[0][0][:4]), int(listed[-1][0][:4]) + 1
    parts = [f'<svg class="strip" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(label)}">']
    parts.append(f'<line class="axis" x1="{_EDGE}" y1="{_AXIS}" x2="{WIDE - _EDGE}" y2="{_AXIS}"/>')
    for year in range(first, last + 1):
        x = _place(date(year, 1, 1), first, last)
        parts.append(f'<line class="axis" x1="{x}" y1="{_AXIS - 6}" x2="{x}" y2="{_AXIS + 6}"/>')
        if year < last:
            middle = _place(date(year, 7, 1), first, last)
            parts.append(f'<text class="year" x="{middle}" y="{HIGH - 4}">{year}</text>')
    held: dict[tuple[float, bool], int] = {}
    for day, due in listed:
        x = _place(date.fromisoformat(day), first, last)
        held[x, due] = at = held.get((x, due), 0) + 1
        if at > _MOST:
            continue
        if due:
            parts.append(f'<path class="due" d="M{x - 5:g},{_AXIS + 4 + 4 * at}h10l-5,9z"/>')
        else:
            parts.append(f'<circle class="met" cx="{x}" cy="{_AXIS - 2 - 10 * at}" r="4.5"/>')
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - numbers, and a label that is escaped


def sample(*, due: bool) -> Markup:
    """One mark of the strip, for its legend."""
    mark = '<path class="due" d="M1,2h10l-5,9z"/>' if due else '<circle class="met" cx="6" cy="6" r="4.5"/>'
    return Markup(f'<svg class="sample" viewBox="0 0 12 12" aria-hidden="true">{mark}</svg>')  # noqa: S704


def _place(day: date, first: int, last: int) -> float:
    whole = (date(last, 1, 1) - date(first, 1, 1)).days
    return round(_EDGE + (day - date(first, 1, 1)).days / whole * (WIDE - 2 * _EDGE), 1)
