"""The page of the timeline: a strip, and the same as a list by year."""

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from ontology.namespaces import VOCABULARY
from service import language
from service.context import Context
from service.explorer.sifting import day
from service.explorer.ties import describe
from service.pages.response import page
from service.views.chronicle import Entry, chronicle
from visual.scale import strip
from visual.words import word


async def timeline_page(request: Request, context: Context) -> Response:
    """`/views/timeline?since=&until=`, both ISO days, inclusive."""
    spoken = language.choose(request)
    since, until = (day(request.query_params.get(name, "")) for name in ("since", "until"))
    listed = [entry for entry in await chronicle(context.graph) if _within(entry, since, until)]
    kinds = sorted({one.kind for entry in listed for one in (entry, *entry.acts)})
    named = await describe(context.graph, (VOCABULARY + kind for kind in kinds))
    words = {iri.removeprefix(VOCABULARY): thing.named(spoken) for iri, thing in named.items()}
    days = [(entry.event.date, entry.due) for entry in listed if day(entry.event.date)]
    return page(
        request,
        context,
        "timeline.html",
        years=[(year, list(entries)) for year, entries in groupby(listed, key=lambda entry: entry.year)],
        kind=lambda name: words.get(name, name),
        since=since,
        until=until,
        count=len(listed),
        strip=strip(days, word("pictures.timeline.strip", spoken, n=len(days))),
    )


def _within(entry: Entry, since: str, until: str) -> bool:
    date = entry.event.date
    if not date:
        return not since and not until
    return (not since or date >= since) and (not until or date <= until)
