"""The explorer: a neighbourhood that grows, as a picture and as tables, the whole state in its address."""

from asyncio import to_thread
from collections.abc import Mapping
from functools import partial
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from loaders.search import Match
from service import asof, language
from service.context import Context
from service.explorer import taking
from service.explorer.drawing import Drawn, draw
from service.explorer.explaining import explain
from service.explorer.neighbourhood import Neighbourhood, without_kinds
from service.explorer.offering import starts
from service.explorer.since import since
from service.explorer.state import State, read
from service.explorer.ties import Relatives
from service.pages.explorer import values
from service.pages.finding import attested, find
from service.pages.gone import Gone
from service.pages.response import frame, page
from service.routes.views import file_of
from visual import looks
from visual.relations import Thing
from visual.words import Language

_FOUND: Final = 8
_LOOKED_AT: Final = 100
"""Matches looked through as of a day, when of what was not attested yet nothing is told."""
_KEPT: Final = ("lang", "format", "release", "asOf")
"""Parameters of an address that stay when it moves."""


def router(context: Context) -> APIRouter:
    """`/explore?focus=…&expanded=…&explain=…~…&from=…&to=…`, with filters; `format=` gives a file."""
    routes = APIRouter()
    relatives = Relatives(lambda: context.graph)
    in_force = Relatives(lambda: asof.of(context.releases.current().graph))
    gone = Gone(context)

    async def explore(request: Request) -> Response:
        spoken = language.choose(request)

        async def matching(text: str) -> list[Match]:
            most = _LOOKED_AT if asof.current() else _FOUND
            found = await to_thread(find, context.release, text, spoken, limit=most)
            return (await attested(context.graph, found))[:_FOUND]

        async def meant(text: str) -> str | None:
            return next((match.id for match in await matching(text) if match.kind in looks.LOOKS), None)

        asked, unknown, taken = await read(request.query_params, relatives.known, meant)
        if elsewhere := await gone.merged(asked.opened):
            kept = {name: value for name in _KEPT if (value := request.query_params.get(name))}
            address = asked.moved(elsewhere).address(**kept)
            return RedirectResponse(address, 301, {"Cache-Control": "no-cache"})
        drawn = await draw(asked, relatives)
        things = {spot.thing.id: spot.thing for spot in drawn.found.spots}
        things |= await relatives.things([*(asked.explained or ()), *asked.opened, *taken.values()])
        if extension := request.query_params.get("format"):
            return await _file(asked, drawn, things, extension, spoken, relatives, context)
        told = await explain(relatives, context.graph, *asked.explained) if asked.explained else []
        text = request.query_params.get("q", "").strip()
        matches = await matching(text) if text else []
        shown = await values(asked, drawn, things, told, relatives, context, spoken)
        changed = await since(context, asked.release, drawn.found, partial(_found, asked, in_force))
        return page(
            request,
            context,
            "explore.html",
            status=404 if unknown and not asked.opened else 200,
            **shown,
            since=changed,
            unknown=unknown,
            taken=taken,
            text=text,
            wanted=(request.query_params.get("from", ""), request.query_params.get("to", "")),
            matches=matches,
            starts=[] if asked.opened else await starts(relatives),
            lasting=frame(request).root
            + asked.address(lang=spoken, release=context.release.digest[:12], **context.graph.parameters),
        )

    routes.add_route("/explore", explore, methods=["GET", "HEAD"], include_in_schema=False)
    return routes


async def _found(asked: State, relatives: Relatives) -> Neighbourhood:
    return (await draw(asked, relatives)).found


async def _file(
    asked: State,
    drawn: Drawn,
    things: Mapping[str, Thing],
    extension: str,
    spoken: Language,
    relatives: Relatives,
    context: Context,
) -> Response:
    """The picture in a format, without the kinds that are hidden."""
    found = without_kinds(drawn.found, asked.sieve.hidden)
    made = await taking.picture(context.graph, relatives, asked, found, things)
    return await file_of(context.graph, made, extension, spoken, None)
