"""Every view in every format that it has: what `vndx draw` writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from service.explorer.sifting import day
from service.graph import Graph
from service.views import networks, sheets
from service.views.atlas import CHANGED
from service.views.charting import DEFAULT
from service.views.networks import UnknownFormatError, UnknownViewError, ViewError
from service.views.painting import png
from service.views.record import turtle
from visual import sheet
from visual.sheet import Sheet
from visual.svg import svg
from visual.words import Language

SHEETS: Final = ("map", "timeline")
VIEWS: Final = (*networks.VIEWS, *SHEETS)
"""Every view by name."""

FORMATS: Final = (*networks.FORMS, "ttl", "png")
"""Every format by extension; those of graphs are not for the map and the timeline."""

_NO_GRAPH: Final = tuple(name for name in networks.FORMS if name not in sheets.FORMS)


class UnknownOptionError(ViewError):
    """An option that this view does not have, or a value that it cannot have."""


@dataclass(frozen=True)
class Asked:
    """What of a view is wanted: the map's `by` and `at`, the timeline's `since` and `until` (days); or ""."""

    by: str = ""
    at: str = ""
    since: str = ""
    until: str = ""


OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {"map": ("by", "at"), "timeline": ("since", "until")}
"""What may be asked of the map and of the timeline."""


def check(name: str, extension: str, asked: Asked) -> None:
    """Raise a `ViewError` that says what to change where there is no such view, format or option."""
    if name not in VIEWS:
        raise UnknownViewError(f"there is no view {name!r}: the views are {', '.join(VIEWS)}")
    offered = [one for one in FORMATS if name not in SHEETS or one not in _NO_GRAPH]
    if extension not in FORMATS:
        wanted = repr(f".{extension}") if extension else "a file without suffix"
        raise UnknownFormatError(
            f"no picture is written as {wanted}: use {', '.join('.' + one for one in offered)}"
        )
    if extension not in offered:
        raise UnknownFormatError(
            f"the {name} has no nodes and ties, so it cannot be written as .{extension}: "
            f"use {', '.join('.' + one for one in offered)}"
        )
    for option in ("by", "at", "since", "until"):
        value = getattr(asked, option)
        if value and option not in OPTIONS.get(name, ()):
            raise UnknownOptionError(f"the option {option!r} is not for the view {name}")
        if value and option != "by" and not day(value):
            raise UnknownOptionError(f"{option} {value[:40]!r} is no day: write it as 2021-01-04")


async def small(graph: Graph, name: str, language: Language, asked: Asked) -> bytes:
    """The map or the timeline as an SVG of the drawing alone. Raises as `draw` does."""
    check(name, "svg", asked)
    return sheet.small(await _made(graph, name, language, asked), language)


async def draw(graph: Graph, name: str, extension: str, language: Language, asked: Asked = Asked()) -> bytes:
    """The view `name` in a format. Raises `ViewError`, and what the graph raises."""
    extension = extension.lower()
    check(name, extension, asked)
    if name in SHEETS:
        return await _sheet(graph, name, extension, language, asked)
    picture = await networks.view(graph, name)
    if extension == "png":
        origin = picture.origin
        return png(svg(picture, language), (origin.citation(language), origin.query, origin.digest))
    if extension == "ttl":
        things = (node.thing.id for node in picture.nodes)
        events = (event.id for tie in picture.ties for event in tie.events)
        return await turtle(graph, picture.origin, things, events, language)
    return networks.written(picture, extension, language)


async def _made(graph: Graph, name: str, language: Language, asked: Asked) -> Sheet:
    if name != "map":
        return await sheets.timeline_sheet(graph, asked.since, asked.until, language)
    made = await sheets.map_sheet(graph, asked.by or DEFAULT, asked.at or CHANGED, language)
    if asked.by and f"by={asked.by}&" not in made.origin.query:
        raise UnknownOptionError(f"the map cannot be shaded by {asked.by[:40]!r}")
    return made


async def _sheet(graph: Graph, name: str, extension: str, language: Language, asked: Asked) -> bytes:
    made = await _made(graph, name, language, asked)
    if extension == "png":
        return png(sheet.svg(made, language))
    if extension == "ttl":
        return await turtle(graph, made.origin, made.things, made.events, language)
    return sheets.FORMS[extension].write(made, language)
