"""`/sparql`: the SPARQL 1.1 Protocol; without a query the service description; pages for a browser."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import lru_cache
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from service import protocol
from service.context import Context
from service.delivery import versions
from service.delivery.fields import LIMITS_HEADER, Field, encoded
from service.delivery.presence import while_connected
from service.delivery.prompt import Asking, AtOnce, Found
from service.delivery.repeats import STEADY
from service.delivery.tags import matches
from service.description import description
from service.evaluators.port import CHUNK, Answer, NotAcceptable, QueryRequest
from service.formats import FORMATS, GRAPHS, HTML, JSON_LD, RESULTS, Format, by_name
from service.negotiation import negotiate, prefers_html
from service.pages.editor import editor
from service.problems import Problem, problem
from service.releases import Serving
from service.settings import Settings

_TAGGED: Final = "no-cache"
_BY_NAME: Final = {format.name: format for format in FORMATS}


def router(context: Context) -> APIRouter:
    """The route of the endpoint."""
    routes = APIRouter()
    routes.add_route("/sparql", endpoint(context), methods=["GET", "POST"], include_in_schema=False)
    return routes


def endpoint(context: Context) -> Callable[[Request], Awaitable[Response]]:
    """What answers a request, by whichever way it comes."""

    async def sparql(request: Request) -> Response:
        asked = await protocol.read(request, context.settings)
        accept = request.headers.get("accept")
        if _wants_page(request.method, asked, accept):
            # A browser gets the answer as a page, which has the query to go on from.
            return await while_connected(request, editor(request, context, asked))
        if asked.query is None:
            if request.method == "POST":
                raise problem("bad-request", "There is no `query` parameter.")
            return _describe(request, context, negotiate(accept, asked.format, GRAPHS))
        return await _answer(request, context, asked, asked.query)

    return sparql


def at_once(context: Context) -> AtOnce:
    """What answers a lookup, before there is a task or a request of the framework's.

    It says the same as the endpoint, or leaves the request to it: whatever is wrong, and all that takes time.
    """

    def sparql(asking: Asking, digest: str) -> Found | None:
        try:
            asked = protocol.whole(asking.method, asking.address, asking.content_type, asking.body)
        except Problem:
            return None
        if not asked.query or not versions.plain(asking.address):
            return None
        if _wants_page(asking.method, asked, asking.accept):
            return None
        query, _, _ = _query(asked, asked.query, asking.accept)
        serving = context.releases.current()
        answer = serving.evaluator.at_once(query)
        if answer is None or answer.data is None or answer.format == JSON_LD.name:
            return None
        format = _BY_NAME[answer.format]
        return Found(usual(format, digest), _tag(serving, query, format), answer.data)

    @lru_cache(maxsize=32)
    def usual(format: Format, digest: str) -> tuple[Field, ...]:
        headers = _headers(context.settings, None) | {"Cache-Control": _TAGGED}
        headers["Content-Disposition"] = _disposition(format, digest)
        headers["Content-Type"] = format.content_type
        return encoded(headers)

    return sparql


def _wants_page(method: str, asked: protocol.Asked, accept: str | None) -> bool:
    """Whether a person is to be shown the answer."""
    if method != "GET":
        return False
    if asked.format is not None:
        return by_name(asked.format) is HTML
    return prefers_html(accept)


def _query(
    asked: protocol.Asked, text: str, accept: str | None
) -> tuple[QueryRequest, Format | None, Format | None]:
    """What is asked of the evaluator, and the formats for solutions and for graphs."""
    results, graph = _formats(accept, asked.format)
    query = QueryRequest(
        text,
        results.name if results else None,
        graph.name if graph else None,
        asked.default_graphs,
        asked.named_graphs,
    )
    return query, results, graph


@lru_cache(maxsize=512)
def _formats(accept: str | None, named: str | None) -> tuple[Format | None, Format | None]:
    """The formats for solutions and for graphs."""
    return negotiate(accept, named, RESULTS), negotiate(accept, named, GRAPHS)


def _disposition(format: Format, digest: str) -> str:
    return f'inline; filename="vndx-{digest[:12] or "result"}.{format.extension}"'


async def _answer(request: Request, context: Context, asked: protocol.Asked, text: str) -> Response:
    query, results, graph = _query(asked, text, request.headers.get("accept"))
    if results is None and graph is None:
        raise unacceptable((*RESULTS, *GRAPHS))
    serving = context.serving
    digest = serving.digest
    held = request.headers.get("if-none-match", "")
    for format in (results, graph):
        # A tag says what was asked of which release, so a client that holds it needs no second answer.
        if held and digest and format and held != "*" and matches(held, _tag(serving, query, format)):
            return Response(None, 200, _headers(context.settings, _tag(serving, query, format)))
    answer = serving.known(query)
    try:
        if answer is None:
            answer = await while_connected(request, serving.ask(query))
    except NotAcceptable as error:
        raise unacceptable(GRAPHS if error.form == "graph" else RESULTS, str(error)) from error
    format = _BY_NAME[answer.format]
    etag = _tag(serving, query, format) if digest and answer.stable else None
    headers = _headers(context.settings, etag)
    answer = await context.compacting.compact(answer, etag)
    headers["Content-Disposition"] = _disposition(format, digest)
    if etag:
        request.scope.setdefault("state", {})[STEADY] = digest
    return deliver(answer, format, headers)


def deliver(answer: Answer, format: Format, headers: dict[str, str]) -> Response:
    """A complete answer as a response: in one piece while it is small, else from its file in chunks."""
    headers["Content-Type"] = format.content_type
    if answer.file is None or answer.size <= CHUNK:
        return Response(answer.read(), 200, headers)
    headers["Content-Length"] = str(answer.size)
    return StreamingResponse(_chunks(answer), 200, headers)


async def _chunks(answer: Answer) -> AsyncIterator[bytes]:
    """The body in pieces. Reading them is copying memory, for which no thread is needed."""
    for chunk in answer.chunks():
        yield chunk


def unacceptable(offered: tuple[Format, ...], detail: str = "") -> Problem:
    """406 with what is offered."""
    types = [format.media_type for format in offered]
    return problem(
        "not-acceptable",
        detail or f"Offered here: {', '.join(types)}.",
        offered=types,
        headers={"Vary": "Accept"},
    )


def _tag(serving: Serving, query: QueryRequest, format: Format) -> str:
    dataset = repr((query.default_graphs, query.named_graphs))
    return serving.tag(query.text.strip(), dataset, format.name)


def _headers(settings: Settings, etag: str | None) -> dict[str, str]:
    headers = {
        "Vary": "Accept",
        LIMITS_HEADER: (
            f"rows={settings.max_rows}, bytes={settings.max_bytes}, seconds={settings.timeout:g},"
            f" query={settings.max_query}"
        ),
        "Cache-Control": _TAGGED if etag else "no-store",
    }
    if etag:
        headers["ETag"] = etag
    return headers


def _describe(request: Request, context: Context, format: Format | None) -> Response:
    if format is None:
        raise unacceptable(GRAPHS)
    root = str(request.base_url).rstrip("/")
    body = description(context.settings, context.serving, root, format)
    headers = {"Content-Type": format.content_type, "Vary": "Accept"}
    headers[LIMITS_HEADER] = _headers(context.settings, None)[LIMITS_HEADER]
    return Response(body, 200, headers)
