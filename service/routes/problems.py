"""What the codes of problems mean: the addresses that the `type` of each problem names (RFC 9457, 3.1.1)."""

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ontology.namespaces import BASE
from service.context import Context
from service.negotiation import prefers_html
from service.pages.response import page
from service.problems import CODES, problem


def router(context: Context) -> APIRouter:
    """`/problem/{code}`, a page for browsers, else JSON."""
    routes = APIRouter()

    async def meaning(request: Request) -> Response:
        code = request.path_params["code"]
        if code not in CODES:
            raise problem("not-found", f"There is no problem {code!r}: the codes are {', '.join(CODES)}")
        status, title = CODES[code]
        if prefers_html(request.headers.get("accept")):
            return page(request, context, "problem.html", code=code, status_code=status)
        told = {"type": f"{BASE}problem/{code}", "title": title, "status": status}
        return Response(orjson.dumps(told), headers={"Content-Type": "application/json", "Vary": "Accept"})

    routes.add_route("/problem/{code}", meaning, methods=["GET", "HEAD"], include_in_schema=False)
    return routes
