"""`/sparql`: the SPARQL 1.1 Protocol; without a query the service description; pages for a browser."""

from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from service import bodies, operation, protocol
from service.context import Context
from service.delivery.fields import LIMITS_HEADER
from service.delivery.presence import while_connected
from service.delivery.repeats import STEADY
from service.delivery.tags import matches
from service.description import description
from service.evaluators.port import CHUNK, Answer, NotAcceptable
from service.formats import GRAPHS, RESULTS, Format
from service.negotiation import negotiate
from service.pages.editor import editor
from service.problems import Problem, problem


def router(context: Context) -> APIRouter:
    """The route of the endpoint."""
    routes = APIRouter()
    routes.add_route("/sparql", endpoint(context), methods=["GET", "POST"], include_in_schema=False)
    return routes


def endpoint(context: Context) -> Callable[[Request], Awaitable[Response]]:
    """What answers a request, by whichever way it comes."""

    async def sparql(request: Request) -> Response:
        asked = await bodies.read(request, context.settings)
        accept = request.headers.get("accept")
        if operation.wants_page(request.method, asked, accept):
            # A browser gets the answer as a page, which has the query to go on from.
            return await while_connected(request, editor(request, context, asked))
        if asked.query is None:
            if request.method == "POST":
                raise problem("bad-request", "There is no `query` parameter.")
            return _describe(request, context, negotiate(accept, asked.format, GRAPHS))
        if not asked.query.strip():
            raise problem("query-syntax", "The query is empty.", line=1, column=1)
        return await _answer(request, context, asked, asked.query)

    return sparql


async def _answer(request: Request, context: Context, asked: protocol.Asked, text: str) -> Response:
    query, results, graph = operation.query(asked, text, request.headers.get("accept"))
    if results is None and graph is None:
        raise unacceptable((*RESULTS, *GRAPHS))
    serving = context.serving
    digest = serving.digest
    held = request.headers.get("if-none-match", "")
    for format in (results, graph):
        # A tag says what was asked of which release, so a client that holds it needs no second answer.
        if held and digest and format and held != "*":
            known = serving.tag(*operation.tagged(query, format))
            if matches(held, known):
                return Response(None, 200, operation.headers(context.settings, known))
    answer = serving.known(query)
    try:
        if answer is None:
            answer = await while_connected(request, serving.ask(query))
    except NotAcceptable as error:
        raise unacceptable(GRAPHS if error.form == "graph" else RESULTS, str(error)) from error
    format = operation.BY_NAME[answer.format]
    steady = digest and answer.stable
    etag = serving.tag(*operation.tagged(query, format)) if steady else None
    headers = operation.headers(context.settings, etag)
    answer = await context.compacting.compact(answer, etag)
    headers["Content-Disposition"] = operation.disposition(format, digest)
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


def _describe(request: Request, context: Context, format: Format | None) -> Response:
    if format is None:
        raise unacceptable(GRAPHS)
    root = str(request.base_url).rstrip("/")
    body = description(context.settings, context.serving, root, format)
    headers = {"Content-Type": format.content_type, "Vary": "Accept"}
    headers[LIMITS_HEADER] = operation.headers(context.settings, None)[LIMITS_HEADER]
    return Response(body, 200, headers)
