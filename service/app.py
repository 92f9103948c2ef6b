"""The map of the service: `create_app` puts everything together; nothing is put together elsewhere."""

import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.context import Context
from service.delivery import access
from service.delivery.fields import PROBLEM_HEADER
from service.delivery.layer import Delivery
from service.delivery.prompt import Prompt
from service.delivery.slashes import Slashes
from service.delivery.static import Static
from service.evaluators.port import EvaluationError, Evaluator
from service.metrics import Metrics
from service.negotiation import prefers_html
from service.openapi import document
from service.operation import Lookup
from service.pages.errors import error_page
from service.problems import MEDIA_TYPE, Problem, from_evaluation, problem
from service.releases import ReleaseGone, Releases, UnknownRelease
from service.routes import (
    dataset,
    discovery,
    explore,
    graphs,
    home,
    neighbours,
    ontology,
    operations,
    permalinks,
    problems,
    questions,
    reconcile,
    resources,
    search,
    sparql,
    views,
)
from service.settings import Settings
from service.sources import open_source
from visual.pages import Templates

_TOLD: Final = (
    Problem, HTTPException, RequestValidationError, EvaluationError, UnknownRelease, ReleaseGone,
)  # fmt: skip
"""What routes raise that is told to the client."""
_LONGEST_LINK: Final = 2_000
"""Characters of parameters that a Link header repeats; proxies take heads of some thousands."""

ROUTERS: Final[tuple[Callable[[Context], APIRouter], ...]] = (
    sparql.router,
    home.router,
    resources.router,
    ontology.router,
    graphs.router,
    search.router,
    reconcile.router,
    explore.router,
    neighbours.router,
    views.router,
    questions.router,
    permalinks.router,
    dataset.router,
    discovery.router,
    problems.router,
    operations.router,
)
"""Every room of the service, in the order in which addresses are looked up."""


class Application(FastAPI):
    """The framework's application, behind the layer that every request passes first and every answer last.

    As one of the framework's own middlewares the layer would stand behind some of theirs, which cost as much
    as a small query.
    """

    delivery: Delivery
    prompt: Prompt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self.delivery(scope, receive, send)

    async def route(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve what the layer leaves to the framework's routes."""
        await super().__call__(scope, receive, send)


def create_app(settings: Settings, *, evaluator: Evaluator | None = None) -> Application:
    """The application. `evaluator`, if given, answers instead of what the settings name; it is started here.

    It opens the release when its lifespan begins, not before.
    """
    releases = Releases(settings, partial(open_source, settings, evaluator))
    metrics = Metrics()
    context = Context(settings, releases, Templates(), metrics)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await releases.start()
        try:
            yield
        finally:
            await releases.close()

    app = Application(
        title="vndx",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.context = context
    app.openapi = partial(document, app.version)  # type: ignore[method-assign]
    routes = [*app.routes]
    for room in ROUTERS:
        router = room(context)
        app.include_router(router)
        routes += router.routes
    app.mount("/static", Static(directory=settings.web, check_dir=False))
    tell = partial(_tell, context)
    for kind in (*_TOLD, Exception):
        app.add_exception_handler(kind, tell)
    log = access.log if settings.access_log else None
    app.delivery = Delivery(
        Slashes(app.route, routes),
        releases=releases,
        metrics=metrics,
        tell=tell,
        told=_TOLD,
        direct={"/sparql": sparql.endpoint(context)},
        trusted_proxy=settings.trusted_proxy,
        most=settings.connections_per_client,
        log=log,
    )
    app.prompt = Prompt(
        releases,
        metrics,
        {b"/sparql": Lookup(settings)},
        trusted_proxy=settings.trusted_proxy,
        limit=settings.cache_bytes // 2,
        log=log,
    )
    return app


async def _tell(context: Context, request: Request, error: Exception) -> Response:
    """The answer to a request that failed: a page for browsers, else problem+json."""
    told = _problem(error, request)
    if isinstance(error, HTTPException) and error.status_code == 405 and request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": _allowed(error)})
    if prefers_html(request.headers.get("accept")):
        with contextlib.suppress(Exception):  # whatever breaks the page must not hide what went wrong
            return error_page(request, context, told)
    return Response(
        told.body(),
        told.status,
        {"Cache-Control": "no-store", "Vary": "Accept", PROBLEM_HEADER: told.code, **told.headers},
        MEDIA_TYPE,
    )


def _problem(error: Exception, request: Request) -> Problem:
    """Any exception as a problem; what nobody foresaw is an internal error, of which nothing is told."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, EvaluationError):
        return from_evaluation(error)
    if isinstance(error, UnknownRelease):
        return problem("not-found", str(error))
    if isinstance(error, ReleaseGone):
        return _gone(error, request)
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        return problem("bad-request", f"{where}: {first['msg']}")
    if isinstance(error, HTTPException):
        if error.status_code == 404:
            return problem("not-found", f"There is no {request.url.path} here.")
        if error.status_code == 405:
            return problem("method-not-allowed", headers={"Allow": _allowed(error)})
        return problem("bad-request", str(error.detail))
    return problem("internal-error")


def _gone(error: ReleaseGone, request: Request) -> Problem:
    """A release that is no longer kept, with the same address in the one that took its place.

    An address too long for a header goes without its other parameters.
    """
    others = [pair for pair in request.query_params.multi_items() if pair[0] != "release"]
    query = urlencode([*others, ("release", error.successor)])
    if len(query) > _LONGEST_LINK:
        query = urlencode({"release": error.successor})
    address = f"{quote(request.url.path)}?{query}"
    return problem(
        "release-gone",
        str(error),
        headers={"Link": f'<{address}>; rel="successor-version"'},
        release=error.digest,
        successor=error.successor,
    )


def _allowed(error: HTTPException) -> str:
    """The Allow header of a 405, with the methods that work everywhere."""
    named = {part.strip() for part in (error.headers or {}).get("Allow", "").split(",") if part.strip()}
    if "GET" in named:
        named.add("HEAD")
    return ", ".join(sorted(named | {"OPTIONS"}))
