"""The page of the map: a choice of what and when, the map, and the same as a table."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from ontology.iri import mint
from service import asof, language
from service.context import Context
from service.explorer.sifting import day
from service.explorer.taking import in_editor
from service.pages.response import page
from service.views.atlas import CHANGED, COUNTED
from service.views.charting import DEFAULT, charted, number
from service.views.sheets import FORMS, map_origin
from visual.atlas import step
from visual.words import word

_BEFORE: Final = "2025-06-30"


async def map_page(request: Request, context: Context) -> Response:
    """`/views/map?by=&at=`: `by` is a key of `COUNTED` or the slug of an indicator, `at` an ISO day.

    As of a day the map has the units of that day, unless the address says otherwise.
    """
    spoken = language.choose(request)
    asked = asof.current()
    at = day(request.query_params.get("at", "")) or (asked.day if asked else CHANGED)
    found = await charted(context.graph, request.query_params.get("by", DEFAULT), at, spoken)
    origin = await map_origin(context.graph, found)
    return page(
        request,
        context,
        "map.html",
        by=found.by,
        at=at,
        before=_BEFORE,
        changed=CHANGED,
        counts=[(name, word(f"pictures.map.by.{name}", spoken)) for name in COUNTED],
        indicators=[(thing.id.rpartition("/")[2], thing.named(spoken)) for thing in found.offered],
        indicator=found.indicator,
        what=found.what,
        places=found.places,
        shown=found.shown,
        step=lambda place: step(place.number, found.ranges),
        legend=found.legend,
        told=lambda iri: found.words.get(iri, ""),
        kind_of=lambda slug: found.words.get(mint("concept", slug), slug),
        number=lambda value: number(value, spoken),
        drawn=found.drawing,
        total=len(found.places),
        origin=origin,
        forms=list(FORMS.values()),
        in_editor=in_editor(found.query),
    )
