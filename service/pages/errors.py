"""Errors as pages, in plain words and in the reader's language."""

from starlette.requests import Request
from starlette.responses import HTMLResponse

from service.context import Context
from service.pages.response import page
from service.problems import Problem


def error_page(request: Request, context: Context, problem: Problem) -> HTMLResponse:
    """The page that tells a browser of `problem`, with its status and headers.

    `alternatives` (for an unknown thing) and `offered` (media types) among the extra members are shown.
    """
    return page(
        request,
        context,
        "error.html",
        status=problem.status,
        headers={**problem.headers, "Cache-Control": "no-store", "Vndx-Problem": problem.code},
        problem=problem,
        alternatives=problem.extra.get("alternatives", []),
        offered=problem.extra.get("offered", []),
    )
