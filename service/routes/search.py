"""Search by name: JSON, or a page for browsers."""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from loaders.search import MOST, Match
from ontology.iri import is_thing
from ontology.namespaces import KINDS
from service import language
from service.asof import Attested
from service.context import Context
from service.explorer.taking import in_editor
from service.graph import bind, query
from service.negotiation import prefers_html
from service.pages.finding import attested, find
from service.pages.response import VARY, page
from service.pages.standing import Standing, standing
from service.problems import problem
from visual.addresses import local


def router(context: Context) -> APIRouter:
    """`/search?q=&kind=&lang=&limit=`; `spans=true` adds which letters matched, as [start, end].

    With `asOf=` only what was attested by then; of units `stood` says whether they stood on that day.
    """
    routes = APIRouter()

    async def search(request: Request) -> Response:
        text = request.query_params.get("q", "").strip()
        kind = request.query_params.get("kind", "")
        if kind and kind not in KINDS:
            raise problem("bad-request", f"There is no kind {kind!r}: the kinds are {', '.join(KINDS)}")
        html = prefers_html(request.headers.get("accept"))
        limit = _limit(request.query_params.get("limit"), 30 if html else 10)
        spoken = language.choose(request)
        graph = context.graph
        dated = graph if isinstance(graph, Attested) else None
        # Of what was not attested yet nothing is told, so more is looked for than is given.
        most = MOST if dated else limit
        matches = await to_thread(find, context.release, text, spoken, kind=kind, limit=most)
        stood: dict[str, tuple[Standing, str]] = {}
        if dated:
            matches, stood = await _as_of(dated, matches, limit)
        if html and not matches and is_thing(text):
            # The IRI of something without a name of its own, such as an evidence: its page is what is meant.
            return RedirectResponse(local(text), 303)
        if html:
            everything = matches
            if kind:
                found = await to_thread(find, context.release, text, spoken, limit=MOST)
                everything = await attested(graph, found)
            kinds = [
                name for name in KINDS if name == kind or any(match.kind == name for match in everything)
            ]
            return page(
                request,
                context,
                "search.html",
                text=text,
                kind=kind,
                kinds=kinds,
                matches=matches,
                stood={iri: state for iri, (state, _) in stood.items()},
                in_editor=in_editor(_listed(matches)) if matches else "",
            )
        marked = request.query_params.get("spans") == "true"
        results = [result(match, marked=marked) for match in matches]
        if dated:
            results = [
                one | ({"stood": _stood(stood, one)} if one["kind"] == "unit" else {}) for one in results
            ]
        body = {"query": text, **({"asOf": dated.day} if dated else {}), "results": results}
        return Response(
            orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE),
            headers={"Content-Type": "application/json", "Vary": VARY, "Access-Control-Allow-Origin": "*"},
        )

    routes.add_route("/search", search, methods=["GET", "HEAD"])
    return routes


def _listed(matches: Sequence[Match]) -> str:
    """The query that lists what was found."""
    return bind(query("found"), {"thing": [NamedNode(match.id) for match in matches]})


async def _as_of(
    graph: Attested, matches: Sequence[Match], limit: int
) -> tuple[list[Match], dict[str, tuple[Standing, str]]]:
    """What of `matches` was attested by the graph's day, units that stood then before those that did not.

    Other results keep their places. Also which units did not stand, and since or until when they did.
    """
    kept = await attested(graph, matches)
    stood = await standing(graph.whole, [match.id for match in kept], graph.day)
    units = iter(
        sorted((match for match in kept if match.kind == "unit"), key=lambda match: match.id in stood)
    )
    return [next(units) if match.kind == "unit" else match for match in kept][:limit], stood


def _stood(stood: Mapping[str, tuple[Standing, str]], found: Mapping[str, Any]) -> str:
    """`yes`, `not-yet` or `no-longer`: whether a unit stood on the day asked for."""
    return stood[found["id"]][0] if found["id"] in stood else "yes"


def result(match: Match, *, marked: bool = False) -> dict[str, Any]:
    """A match as `/search` gives it; under `match` the name that matched and why, if `marked` also where."""
    return {
        "id": match.id,
        "label": match.label,
        "label_en": match.label_en,
        "kind": match.kind,
        "description": match.description,
        "match": {
            "field": match.field,
            "text": match.text,
            "reason": match.reason,
            **({"spans": match.spans} if marked else {}),
        },
    }


def _limit(value: str | None, default: int) -> int:
    """How many results: 1 to 100. Raises `Problem` for anything that is no number."""
    if value is None or not value.strip():
        return default
    if not value.strip().isdecimal() or len(value) > 20:
        raise problem("bad-request", f"limit is a number from 1 to {MOST}, not {value[:20]!r}")
    return max(1, min(MOST, int(value)))
