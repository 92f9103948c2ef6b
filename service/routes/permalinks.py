"""`/q`: pins a query to a release; `/q/{id}`: what it is pinned to, by Accept or extension also as data."""

from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import bodies, language
from service.context import Context
from service.delivery.fields import RELEASE_HEADER
from service.delivery.presence import while_connected
from service.evaluators.port import NotAcceptable, QueryRequest
from service.formats import GRAPHS, HTML, RESULTS, Format, by_name
from service.negotiation import negotiate
from service.pages import citing
from service.pages.permalink import cited, permalink, value
from service.permalinks.address import AddressError, Pin
from service.permalinks.address import read as read_address
from service.permalinks.comparing import compared
from service.permalinks.pinning import answered, pin
from service.problems import problem
from service.releases import Serving
from service.routes.sparql import deliver, unacceptable
from visual.citation import FORMS as CITATIONS

DESCRIPTION: Final = Format("json", "JSON", "page", "application/json", (), None)
"""What is pinned, and how it compares: `json` here, while the answer itself is `srj`."""
CANONICAL: Final = "txt"
"""The extension of an answer's canonical form, of which the digest is taken."""
_FRAMED: Final = ("lang", "theme")
_OFFERED: Final = (HTML, DESCRIPTION, *RESULTS, *GRAPHS)


def router(context: Context) -> APIRouter:
    """Routes of pinned queries."""
    routes = APIRouter()

    async def make(request: Request) -> Response:
        asked = await bodies.read(request, context.settings)
        if not asked.query or not asked.query.strip():
            return RedirectResponse("/sparql", 303)
        if asked.default_graphs is not None or asked.named_graphs is not None:
            raise problem("cannot-be-pinned", "A dataset is pinned by FROM in the query, not by a parameter.")
        made = await while_connected(request, pin(context.serving, asked.query, context.settings))
        given = {name: value for name in _FRAMED if (value := request.query_params.get(name))}
        return RedirectResponse(made.address + ("?" + urlencode(given) if given else ""), 303)

    async def show(request: Request) -> Response:
        id, _, extension = request.path_params["id"].partition(".")
        try:
            pinned = read_address(id)
        except AddressError as error:
            raise problem("not-found", f"{str(error)[0].upper()}{str(error)[1:]}.") from error
        if extension in CITATIONS:
            made = cited(request, context, pinned, language.choose(request))
            return citing.answer(made, extension)
        if extension == CANONICAL:
            return await while_connected(request, _canonical(context, pinned, request))
        form = _form(request, extension)
        if form in (HTML, DESCRIPTION):
            return await while_connected(request, _told(request, context, pinned, form))
        return await while_connected(request, _data(request, context, pinned, form))

    routes.add_route("/q", make, methods=["GET", "HEAD", "POST"], include_in_schema=False)
    routes.add_route("/q/{id}", show, methods=["GET", "HEAD"], include_in_schema=False)
    return routes


def _form(request: Request, extension: str) -> Format:
    """The format asked for by extension, `format=` or Accept. Raises `Problem` where there is none."""
    if extension:
        found = DESCRIPTION if extension == DESCRIPTION.name else by_name(extension, (*RESULTS, *GRAPHS))
        if found is None:
            raise problem("not-found", f"A pinned query is given in many forms, but not as {extension!r}.")
        return found
    chosen = negotiate(request.headers.get("accept"), request.query_params.get("format"), _OFFERED)
    if chosen is None:
        raise unacceptable(_OFFERED)
    return chosen


async def _told(request: Request, context: Context, pinned: Pin, form: Format) -> Response:
    async with compared(context, pinned) as told:
        if form is HTML:
            return await permalink(request, context, told)
        return Response(
            value(request, context, told),
            told.problem.status if told.problem else 200,
            {"Content-Type": DESCRIPTION.media_type, "Vary": "Accept"},
        )


async def _serving(request: Request, context: Context, pinned: Pin) -> Serving:
    """The release that the answer is taken from: the one pinned to, unless the address names another.

    Raises `UnknownRelease` and `ReleaseGone`.
    """
    if request.query_params.get("release"):
        return context.serving
    return await context.releases.named(pinned.release)


async def _data(request: Request, context: Context, pinned: Pin, form: Format) -> Response:
    results = form.name if form in RESULTS else None
    graph = form.name if form in GRAPHS else None
    with context.releases.held(await _serving(request, context, pinned)) as serving:
        try:
            answer = await serving.evaluate(QueryRequest(pinned.query, results, graph))
        except NotAcceptable as error:
            raise unacceptable(GRAPHS if error.form == "graph" else RESULTS, str(error)) from error
    name = f"vndx-q-{pinned.result[:12]}.{form.extension}"
    headers = {
        "Vary": "Accept",
        "Content-Disposition": f'inline; filename="{name}"',
        "Link": f'<{pinned.address}>; rel="canonical"',
        RELEASE_HEADER: serving.digest,
    }
    return deliver(answer, form, headers)


async def _canonical(context: Context, pinned: Pin, request: Request) -> Response:
    with context.releases.held(await _serving(request, context, pinned)) as serving:
        result = await answered(serving, pinned.query, context.settings)
    headers = {RELEASE_HEADER: serving.digest, "Link": f'<{pinned.address}>; rel="canonical"'}
    return Response(result.text, headers=headers, media_type="text/plain; charset=utf-8")
