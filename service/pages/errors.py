"""Errors as pages, in plain words and in the reader's language."""

from starlette.requests import Request
from starlette.responses import HTMLResponse

from service import language
from service.asof import PARAMETER
from service.context import Context
from service.pages import suggesting
from service.pages.response import page
from service.problems import Problem


def error_page(request: Request, context: Context, problem: Problem) -> HTMLResponse:
    """The page that tells a browser of `problem`, with its status and headers.

    `alternatives` (for an unknown thing) and `offered` (media types) among the extra members are shown. Where
    there is no such page, things of that name and pages of a like address are.
    """
    lost = problem.code == "not-found" and "alternatives" not in problem.extra
    return page(
        request,
        context,
        "error.html",
        status=problem.status,
        headers={**problem.headers, "Cache-Control": "no-store", "Vndx-Problem": problem.code},
        problem=problem,
        alternatives=_things(request, context) if lost else problem.extra.get("alternatives", []),
        pages=suggesting.pages(request.url.path) if lost else [],
        offered=problem.extra.get("offered", []),
    )


def _things(request: Request, context: Context) -> list[dict[str, str]]:
    """Things that are called like the last part of the address; as of a day none, since they may be later."""
    if PARAMETER in request.query_params:
        return []
    found = suggesting.path(context.release, request.url.path, language.choose(request))
    return suggesting.told(found)
