"""The page of the timeline: a strip, and the same as a list by year."""

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from service import language
from service.context import Context
from service.explorer.sifting import day
from service.explorer.taking import in_editor
from service.graph import query
from service.pages.response import page
from service.views.sheets import FORMS, days_of, kind_words, timeline, timeline_origin
from visual.scale import strip
from visual.words import word


async def timeline_page(request: Request, context: Context) -> Response:
    """`/views/timeline?since=&until=`, both ISO days, inclusive."""
    spoken = language.choose(request)
    since, until = (day(request.query_params.get(name, "")) for name in ("since", "until"))
    listed = await timeline(context.graph, since, until)
    words = await kind_words(context.graph, listed, spoken)
    days = days_of(listed)
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
        origin=await timeline_origin(context.graph, since, until),
        forms=list(FORMS.values()),
        in_editor=in_editor(query("timeline")),
    )
