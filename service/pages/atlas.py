"""The page of the map: a choice of what and when, the map, and the same as a table."""

from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from ontology.iri import mint
from service import language
from service.context import Context
from service.explorer.sifting import day
from service.explorer.ties import describe
from service.pages.response import page
from service.views.atlas import CHANGED, COUNTED, Place, Units, counted, indicators, reported, units
from visual import reading
from visual.addresses import local
from visual.atlas import Mapped, atlas, step, steps, swatch
from visual.provinces import MapMissingError, shapes
from visual.words import Language, word

_BEFORE: Final = "2025-06-30"


async def map_page(request: Request, context: Context) -> Response:
    """`/views/map?by=&at=`: `by` is a key of `COUNTED` or the slug of an indicator, `at` an ISO day."""
    spoken = language.choose(request)
    at = day(request.query_params.get("at", "")) or CHANGED
    known = await units(context.graph)
    offered = await indicators(context.graph)
    by = request.query_params.get("by", "meetings")
    indicator = next((thing for thing in offered if thing.id.rpartition("/")[2] == by), None)
    if indicator is None and by not in COUNTED:
        by = "meetings"
    if indicator:
        places = await reported(context.graph, known, indicator.id, at)
    else:
        places = await counted(context.graph, known, by, at)
    used = {unit for place in places for figure in place.figures for unit in (figure.unit,) if unit}
    kinds = {mint("concept", figure.kind) for place in places for figure in place.figures}
    words = {
        iri: thing.named(spoken) for iri, thing in (await describe(context.graph, [*used, *kinds])).items()
    }
    what = indicator.named(spoken) if indicator else word(f"pictures.map.by.{by}", spoken)
    ranges = steps(place.number for place in places if place.number)
    shown = [place for place in places if place.number or place.figures]
    return page(
        request,
        context,
        "map.html",
        by=by,
        at=at,
        before=_BEFORE,
        changed=CHANGED,
        counts=[(name, word(f"pictures.map.by.{name}", spoken)) for name in COUNTED],
        indicators=[(thing.id.rpartition("/")[2], thing.named(spoken)) for thing in offered],
        indicator=indicator,
        what=what,
        places=places,
        shown=shown,
        step=lambda place: step(place.number, ranges),
        ranges=[(swatch(number), _range(pair, spoken)) for number, pair in enumerate(ranges, 1)],
        nothing=swatch(0),
        told=lambda iri: words.get(iri, ""),
        kind_of=lambda slug: words.get(mint("concept", slug), slug),
        number=lambda value: _number(value, spoken),
        drawn=_drawn(places, known, at, ranges, what, spoken),
        total=len(places),
    )


def _drawn(
    places: Sequence[Place],
    known: Units,
    at: str,
    ranges: Sequence[tuple[float, float]],
    what: str,
    spoken: Language,
) -> Any:
    """The map; None where its file is not installed."""
    try:
        drawn = shapes()
    except MapMissingError:
        return None
    by_unit: dict[str, list[str]] = {}
    for slug in dict.fromkeys(shape.slug for shape in drawn):
        by_unit.setdefault(known.became(mint("unit", slug), at), []).append(slug)
    mapped = []
    for place in places:
        number = "" if place.number is None else _brief(place.number, spoken)
        said = _number(place.number, spoken) if place.number else word("pictures.map.nothing", spoken)
        covered = tuple(by_unit.get(place.thing.id, ()))
        named = f"{place.thing.named(spoken)[:120]}: {said}"
        mapped.append(Mapped(covered, local(place.thing.id), named, step(place.number, ranges), number))
    told = reading.date(at, "day", spoken)
    return atlas(mapped, drawn, spoken, word("pictures.map.label", spoken, what=what, date=told))


def _range(pair: tuple[float, float], spoken: Language) -> str:
    first, last = (_number(value, spoken) for value in pair)
    return first if first == last else f"{first} – {last}"


def _brief(value: float, spoken: Language) -> str:
    """A number short enough for the map."""
    if value >= 1_000_000:
        return reading.number(f"{value / 1_000_000:.1f}", spoken) + (" tr" if spoken == "vi" else "M")
    return _number(value, spoken) if value < 10_000 else f"{value / 1000:.0f}k"


def _number(value: float, spoken: Language) -> str:
    return reading.number(f"{value:g}" if value < 1_000_000 else f"{value:.0f}", spoken)
