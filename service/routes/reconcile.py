"""The Reconciliation Service API 0.2 at `/reconcile`, for OpenRefine and others of its kind.

Every answer but a preview is JSON, errors too, and may be read from any origin. There is no JSONP: `callback`
is ignored.
"""

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any, Final

import orjson
from fastapi import APIRouter
from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import Response

from service import language
from service.bodies import form
from service.context import Context
from service.delivery.fields import PROBLEM_HEADER
from service.evaluators.port import EvaluationError
from service.graph import query
from service.pages.finding import named
from service.pages.response import frame
from service.problems import MEDIA_TYPE, Problem, from_evaluation, problem
from service.reconciliation import asked, properties, suggestions, types
from service.reconciliation.candidates import Reconciler
from service.reconciliation.extension import extend
from service.reconciliation.manifest import manifest
from service.reconciliation.previews import Preview, preview
from service.reconciliation.types import Type
from service.reconciliation.values import iri
from visual.words import Language, word

_VARY: Final = "Accept-Language, Cookie"
_LARGEST: Final = 1 << 20
_MOST: Final = 50
_SUGGESTED: Final = 20
_PREVIEW_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors *"
)

Handler = Callable[[Request], Awaitable[Response]]


def router(context: Context) -> APIRouter:
    """`/reconcile`, and under it `suggest`, `flyout`, `properties` and `preview`."""
    routes = APIRouter()
    rooms: dict[str, Callable[[Request, Context], Awaitable[Response]]] = {
        "/suggest/entity": _suggest_entity,
        "/suggest/type": _suggest_type,
        "/suggest/property": _suggest_property,
        "/flyout/entity": _flyout_entity,
        "/flyout/type": _flyout_type,
        "/flyout/property": _flyout_property,
        "/properties": _propose,
        "/preview": _preview,
    }
    for path, handler in rooms.items():
        routes.add_route(f"/reconcile{path}", _told(context, handler), methods=["GET", "HEAD"])
    routes.add_route("/reconcile", _told(context, _service), methods=["GET", "HEAD", "POST"])
    return routes


def _told(context: Context, handler: Callable[[Request, Context], Awaitable[Response]]) -> Handler:
    """`handler`, with its refusals told as JSON whatever the Accept header says."""

    async def told(request: Request) -> Response:
        try:
            return await handler(request, context)
        except EvaluationError as error:
            refused = from_evaluation(error)
        except Problem as error:
            refused = error
        headers = {"Cache-Control": "no-store", PROBLEM_HEADER: refused.code, **refused.headers}
        return Response(refused.body(), refused.status, headers, MEDIA_TYPE)

    return told


async def _service(request: Request, context: Context) -> Response:
    """The manifest; with `queries` a batch; with `extend` a data extension."""
    fields = await form(request, _LARGEST, context.settings.body_seconds)
    spoken = language.choose(request)
    names = await _type_names(context, spoken)
    if "queries" in fields:
        batch = asked.queries(fields["queries"])
        known = await properties.load(context.graph)
        reconciler = Reconciler(context.release, context.graph, known, names, spoken)
        return _json(await reconciler.batch(batch))
    if "extend" in fields:
        extension = asked.extension(fields["extend"])
        known = await properties.load(context.graph)
        return _json(await extend(extension, context.graph, known, names, spoken))
    if request.method == "POST":
        raise problem("bad-request", "There is neither queries nor extend in the form.")
    named_language = request.query_params.get("lang") == spoken
    root = str(request.base_url).rstrip("/")
    return _json(manifest(root, spoken, names, named=named_language, version=version("vndx")))


async def _suggest_entity(request: Request, context: Context) -> Response:
    spoken = language.choose(request)
    found = suggestions.entities(
        context.release,
        request.query_params.get("prefix", ""),
        spoken,
        await _type_names(context, spoken),
        wanted=_type(request),
        cursor=_number(request, "cursor", 0),
        limit=min(_number(request, "limit", _SUGGESTED), _MOST),
    )
    return _json({"result": found})


async def _suggest_type(request: Request, context: Context) -> Response:
    names = await _type_names(context, language.choose(request))
    found = suggestions.types_named(
        request.query_params.get("prefix", ""),
        names,
        cursor=_number(request, "cursor", 0),
        limit=min(_number(request, "limit", _MOST), _MOST),
    )
    return _json({"result": found})


async def _suggest_property(request: Request, context: Context) -> Response:
    found = suggestions.properties_named(
        await properties.load(context.graph),
        request.query_params.get("prefix", ""),
        language.choose(request),
        wanted=_type(request),
        cursor=_number(request, "cursor", 0),
        limit=min(_number(request, "limit", _MOST), _MOST),
    )
    return _json({"result": found})


async def _propose(request: Request, context: Context) -> Response:
    """The properties to extend with; `type` and `limit` come back as they were asked."""
    spoken, wanted = language.choose(request), _type(request)
    limit = _number(request, "limit", 0)
    found = suggestions.proposed(await properties.load(context.graph), wanted, spoken, limit)
    body: dict[str, Any] = {"properties": found}
    if wanted:
        body["type"] = request.query_params["type"]
    return _json(body | ({"limit": limit} if limit else {}))


async def _flyout_entity(request: Request, context: Context) -> Response:
    shown = await _shown(request, context)
    return _flyout(request, context, shown.title, shown.description, shown.facts[:3])


async def _flyout_type(request: Request, context: Context) -> Response:
    type_ = _type(request, "id")
    if type_ is None:
        raise problem("bad-request", "id is missing: the identifier of a type.")
    spoken = language.choose(request)
    label, comment = await _words(context, type_.iri, spoken)
    return _flyout(request, context, label or word("kind.concept", spoken), comment)


async def _flyout_property(request: Request, context: Context) -> Response:
    spoken = language.choose(request)
    found = (await properties.load(context.graph)).find(request.query_params.get("id", ""))
    if found is None:
        raise problem("not-found", f"There is no property {request.query_params.get('id', '')[:60]!r}.")
    return _flyout(request, context, properties.name(found, spoken), found.comment.get(spoken, ""))


async def _preview(request: Request, context: Context) -> Response:
    """A small page about a thing, for a frame in somebody else's page; no script."""
    shown = await _shown(request, context)
    text = context.templates.render("preview.html", frame(request), shown=shown)
    headers = {"Content-Security-Policy": _PREVIEW_POLICY, "Vary": _VARY}
    return Response(text, headers=headers, media_type="text/html; charset=utf-8")


def _flyout(request: Request, context: Context, title: str, line: str, facts: Any = ()) -> Response:
    values = {"title": title, "line": line, "facts": facts}
    html = context.templates.render("flyout.html", frame(request), **values)
    return _json({"id": request.query_params.get("id", ""), "html": html})


async def _shown(request: Request, context: Context) -> Preview:
    """The thing that `id` names. Raises `Problem` where there is none."""
    id_ = request.query_params.get("id", "")
    if not id_:
        raise problem("bad-request", "id is missing: the identifier of a thing.")
    spoken = language.choose(request)
    match = named(context.release, iri(id_), spoken)
    if match is None:
        raise problem("not-found", f"There is nothing called {id_[:80]!r} here.")
    return await preview(match, context.graph, await properties.load(context.graph), spoken)


async def _type_names(context: Context, spoken: Language) -> dict[str, str]:
    """What the types are called, by identifier."""
    rows = await context.graph.select(query("labels"), thing=[NamedNode(one.iri) for one in types.TYPES])
    labels = {
        row["thing"].value: row["label"].value
        for row in rows
        if isinstance(row["thing"], NamedNode)
        and isinstance(row["label"], Literal)
        and row["label"].language == spoken
    }
    return {types.CONCEPT: word("kind.concept", spoken)} | {
        one.id: labels[one.iri] for one in types.TYPES if one.iri in labels
    }


async def _words(context: Context, term: str, spoken: Language) -> tuple[str, str]:
    """The label and comment of a term of the vocabulary."""
    rows = await context.graph.select(query("vocabulary-words"), term=[NamedNode(term)])
    found = {
        name: said.value
        for row in rows
        for name in ("label", "comment")
        if isinstance(said := row.get(name), Literal) and said.language == spoken
    }
    return found.get("label", ""), found.get("comment", "")


def _type(request: Request, parameter: str = "type") -> Type | None:
    """The type that the parameter names, None where it is empty. Raises `Problem` for an unknown one."""
    wanted = request.query_params.get(parameter, "").strip()
    found = types.find(wanted) if wanted else None
    if wanted and found is None:
        raise asked.unknown_type(wanted)
    return found


def _number(request: Request, parameter: str, default: int) -> int:
    """A parameter that is a whole number from 0. Raises `Problem` for anything else."""
    value = request.query_params.get(parameter, "").strip()
    if not value:
        return default
    if not value.isdecimal() or len(value) > 6:
        raise problem("bad-request", f"{parameter} must be a number from 0, not {value[:20]!r}.")
    return int(value)


def _json(body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), headers={"Vary": _VARY}, media_type="application/json")
