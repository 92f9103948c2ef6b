"""The views as pages, and each of them as data and as files."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ontology.iri import mint
from service import asof, language
from service.context import Context
from service.explorer.names import describe, local_name
from service.explorer.taking import in_editor
from service.graph import Graph
from service.negotiation import prefers_html
from service.pages.atlas import map_page
from service.pages.drawn import drawn
from service.pages.response import page
from service.pages.timeline import timeline_page
from service.problems import problem
from service.views import sheets
from service.views.drawing import OPTIONS, SHEETS, Asked, UnknownOptionError, draw, small
from service.views.drawing import VIEWS as EVERY
from service.views.networks import FORMS, VIEWS, NotSetUpError, UnknownFormatError, view, written
from service.views.record import turtle
from visual import looks
from visual.picture import Picture, group, groups, with_parameter
from visual.provinces import installed
from visual.relations import Tie
from visual.svg import svg
from visual.words import Language, word

_CROSSED: Final = ("recommendations", "uses")
"""The views that are also set as a table of platforms by places."""

_BY_TYPE: Final = {"application/json": "json", "text/csv": "csv", "image/svg+xml": "svg"}


def router(context: Context) -> APIRouter:
    """`/views`, `/views/{name}` and `/views/{name}.{extension}`."""
    routes = APIRouter()
    pictures = _Pictures(context)

    async def index(request: Request) -> Response:
        made = [await pictures.of(name) for name in VIEWS]
        return page(request, context, "views.html", pictures=made, mapped=installed())

    async def sheet(request: Request, name: str, extension: str) -> Response:
        accepted = _accepted(request)
        if extension := extension or (accepted if accepted in sheets.FORMS else ""):
            return await _sheet(request, context, name, extension.lower())
        return await (map_page if name == "map" else timeline_page)(request, context)

    async def one(request: Request) -> Response:
        name, _, extension = request.path_params["name"].partition(".")
        extension = extension or request.query_params.get("format", "")
        if name in SHEETS:
            return await sheet(request, name, extension)
        extension = extension or _accepted(request)
        if name not in VIEWS:
            raise problem("not-found", f"There is no view {name!r}", views=list(EVERY))
        picture = await pictures.of(name)
        if wanted := request.query_params.get("group", ""):
            part = group(picture, int(wanted)) if wanted.isascii() and wanted.isdigit() else None
            if part is None:
                raise problem("not-found", f"The view {name} has no group {wanted[:20]!r}")
            picture = part
        spoken = language.choose(request)
        if extension:
            tone = request.query_params.get("small")
            return await file_of(context.graph, picture, extension, spoken, tone)
        return page(request, context, "view.html", **await _values(picture, spoken, context))

    routes.add_route("/views", index, methods=["GET", "HEAD"], include_in_schema=False)

    routes.add_route("/views/{name}", one, methods=["GET", "HEAD"], include_in_schema=False)
    return routes


_KEPT: Final = 6
"""Of so many graphs (releases, or one as of several days) the pictures are kept."""


class _Pictures:
    """The pictures of the graphs last asked for, each made once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._made: dict[str, dict[str, Picture]] = {}

    async def of(self, name: str) -> Picture:
        graph = self._context.graph
        made = self._made.pop(graph.key, {}) if graph.key else {}
        self._made[graph.key] = made
        while len(self._made) > _KEPT:
            self._made.pop(next(iter(self._made)))
        if name not in made:
            made[name] = await view(graph, name)
        return made[name]


def _accepted(request: Request) -> str:
    """The extension of the data format that Accept names; "" where a page is wanted."""
    accept = request.headers.get("accept", "")
    if prefers_html(accept):
        return ""
    wanted = (part.partition(";")[0].strip() for part in accept.split(","))
    return next((_BY_TYPE[name] for name in wanted if name in _BY_TYPE), "")


async def file_of(
    graph: Graph, picture: Picture, extension: str, spoken: Language, tone: str | None
) -> Response:
    """The picture in a format of `FORMS`, or as Turtle.

    HTML is a download, never a page of the site: it holds script of its own.

    `tone` (`light` or `dark`) asks for an SVG without labels, as the index of views shows it.
    """
    extension = extension.lower()
    try:
        if tone and extension == "svg":
            body = svg(picture, spoken, dark=tone == "dark", labels=False)
        elif extension == "ttl":
            things = (node.thing.id for node in picture.nodes)
            events = (event.id for tie in picture.ties for event in tie.events)
            body = await turtle(graph, picture.origin, things, events, spoken)
        else:
            body = written(picture, extension, spoken)
    except UnknownFormatError as error:
        raise problem("not-found", str(error), formats=list(FORMS)) from error
    except NotSetUpError as error:
        raise problem("not-ready", str(error)) from error
    return _as_file(body, picture.origin.name, extension, spoken)


def _as_file(body: bytes, name: str, extension: str, spoken: Language) -> Response:
    media_type = "text/turtle; charset=utf-8" if extension == "ttl" else FORMS[extension].media_type
    headers = {
        "Content-Language": spoken,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Vary": "Accept, Accept-Language, Cookie, Accept-Encoding",
    }
    kept = "inline" if extension in ("json", "svg") else "attachment"
    headers["Content-Disposition"] = f'{kept}; filename="vndx-{name}.{extension}"'
    return Response(body, headers={"Content-Type": media_type, **headers})


async def _sheet(request: Request, context: Context, name: str, extension: str) -> Response:
    """The map or the timeline in a format; a page paints PNG itself."""
    spoken = language.choose(request)
    given = {option: request.query_params.get(option, "") for option in OPTIONS[name]}
    if "at" in given and not given["at"] and (dated := asof.current()):
        given["at"] = dated.day
    try:
        if extension == "png":
            raise UnknownFormatError("PNG is painted by the page: take .svg, or the button of the page")
        if extension == "svg" and request.query_params.get("small"):
            body = await small(context.graph, name, spoken, Asked(**given))
        else:
            body = await draw(context.graph, name, extension, spoken, Asked(**given))
    except UnknownFormatError as error:
        raise problem("not-found", str(error), formats=[*sheets.FORMS, "ttl"]) from error
    except UnknownOptionError as error:
        raise problem("bad-request", str(error)) from error
    except NotSetUpError as error:
        raise problem("not-ready", str(error)) from error
    return _as_file(body, name, extension, spoken)


async def _values(picture: Picture, spoken: Language, context: Context) -> Mapping[str, Any]:
    """What the page of a view is made of."""
    strengths = {event.quality for tie in picture.ties for event in tie.events} | set(looks.DASHES)
    names = [mint("concept", name) for name in sorted(strengths) if name]
    concepts = await describe(context.graph, names)
    told = {local_name(iri): thing.named(spoken) for iri, thing in concepts.items()}
    return {
        **drawn(picture, spoken),
        "firmness": looks.firmness,
        "strength": lambda name: told.get(name, name),
        "forms": list(FORMS.values()),
        "parts_of": [_part(picture, number, spoken) for number in groups(picture)],
        "matrix": _matrix(picture) if picture.origin.name in _CROSSED else None,
        "dashes": [(name, " ".join(map(str, dash)) or "none") for name, dash in looks.DASHES.items()],
        "in_editor": in_editor(VIEWS[picture.origin.name].query),
    }


def _part(picture: Picture, number: int, spoken: Language) -> Mapping[str, Any]:
    """One group as a small picture: named after the node that is tied to most."""
    nodes = [node for node in picture.nodes if node.measured.community == number]
    first = max(nodes, key=lambda node: (node.measured.degree, node.thing.id))
    return {
        "number": number,
        "title": word("pictures.view.part", spoken, n=number, name=first.thing.named(spoken)),
        "count": len(nodes),
        "address": with_parameter(picture.origin.query, "group", number),
    }


def _matrix(picture: Picture) -> Mapping[str, Any]:
    """Platforms by addressee: the events of each pair."""
    rows = [node.thing for node in picture.nodes if any(tie.source == node.thing.id for tie in picture.ties)]
    columns = [
        node.thing for node in picture.nodes if any(tie.target == node.thing.id for tie in picture.ties)
    ]
    cells: dict[tuple[str, str], list[Tie]] = {}
    for tie in picture.ties:
        cells.setdefault((tie.source, tie.target), []).append(tie)
    return {"rows": rows, "columns": columns, "cells": cells}
