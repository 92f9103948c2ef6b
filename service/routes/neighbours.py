"""The explorer's data: what a thing is tied to, how two things are connected, what stands behind a tie."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ontology.iri import IriError, parse
from service.context import Context
from service.explorer.drawing import MOST_PATHS
from service.explorer.explaining import explain
from service.explorer.neighbourhood import neighbourhood, tie_value, without_kinds
from service.explorer.neighbourhood import value as shown
from service.explorer.sifting import connections
from service.explorer.state import MOST_OPEN, sieve
from service.explorer.telling import value as explained
from service.explorer.ties import Relatives
from service.pages.gone import Gone
from service.problems import problem
from visual.relations import Thing


def router(context: Context) -> APIRouter:
    """`/api/neighbours`, `/api/path` and `/api/edge`; each answers JSON, ids are full IRIs."""
    routes = APIRouter()
    relatives = Relatives(lambda: context.graph)
    gone = Gone(context)

    async def neighbours(request: Request) -> Response:
        """`id` (repeatable), what was `expanded` since, and the explorer's filters.

        Unknown ids are 404, retired ones 410 with what took their place, malformed ones 400.
        """
        focus = named(request, "id")
        if not focus:
            raise problem("bad-request", "id is missing: the full IRI of a thing")
        expanded = named(request, "expanded")
        if len(focus) + len(expanded) > MOST_OPEN:
            raise problem("bad-request", f"at most {MOST_OPEN} things can be open at once")
        await require(relatives, gone, focus)
        sifted = sieve(request.query_params)
        found = await neighbourhood(relatives, focus, expanded, sieve=sifted)
        return answer(shown(without_kinds(found, sifted.hidden), await relatives.words()))

    async def path(request: Request) -> Response:
        """`from`, `to`, and the explorer's filters (`without` is a relation that is not to be used)."""
        one, other = _ends(request)
        await require(relatives, gone, (one, other))
        found = []
        if one != other:
            sifted = sieve(request.query_params)
            found = await connections(relatives, (one, other), sifted, limit=MOST_PATHS)
        words = await relatives.words()
        ends = [end for listed in found for tie in listed for end in (tie.source, tie.target)]
        things = await relatives.things(ends)
        return answer(
            {
                "paths": [[tie_value(tie, words) for tie in listed] for listed in found],
                "nodes": _nodes(things.values()),
            }
        )

    async def edge(request: Request) -> Response:
        """`from` and `to`: every tie between two things, with its events and their evidence."""
        one, other = _ends(request)
        await require(relatives, gone, (one, other))
        found = await explain(relatives, context.graph, one, other)
        things = await relatives.things((one, other))
        return answer(
            {
                "nodes": _nodes(things.values()),
                "edges": explained(found, await relatives.words()),
            }
        )

    for name, handler in (("neighbours", neighbours), ("path", path), ("edge", edge)):
        routes.add_route(f"/api/{name}", handler, methods=["GET", "HEAD"], include_in_schema=False)
    return routes


def named(request: Request, parameter: str) -> list[str]:
    """The things that the parameter names, once each, as full IRIs. A malformed one is a 400 problem."""
    return list(dict.fromkeys(full(value) for value in request.query_params.getlist(parameter)))


def full(value: str) -> str:
    """`value` if it is the full IRI of a thing; else a 400 problem."""
    try:
        return parse(value).iri
    except IriError as error:
        raise problem("bad-request", str(error)) from error


async def require(relatives: Relatives, gone: Gone, names: Sequence[str]) -> None:
    """A problem where one of `names` is not described: 410 with what took its place, 404 if it never was."""
    for name in names:
        entry = await gone.retired(name)
        if entry or not await relatives.known(name):
            raise gone.told(name, entry) or problem("not-found", f"Nothing is known of {name}", iri=name)


def answer(value: dict[str, Any]) -> Response:
    """`value` as JSON."""
    return Response(orjson.dumps(value), media_type="application/json")


def _nodes(things: Iterable[Thing]) -> list[dict[str, str]]:
    """Things as plain values, without places."""
    return [
        {"id": thing.id, "label": thing.label, "label_en": thing.label_en, "kind": thing.kind}
        for thing in things
    ]


def _ends(request: Request) -> tuple[str, str]:
    ends = [request.query_params.get(name) for name in ("from", "to")]
    if ends[0] is None or ends[1] is None:
        raise problem("bad-request", "from and to are needed: the full IRIs of two things")
    return full(ends[0]), full(ends[1])
