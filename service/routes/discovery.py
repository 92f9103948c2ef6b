"""`/robots.txt` and `/sitemap.xml`: which pages there are, for search engines that come by."""

from typing import Final
from xml.sax.saxutils import escape

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.context import Context
from service.pages.finding import things
from service.pages.questions import questions
from service.problems import problem
from service.views.networks import VIEWS
from visual.addresses import local

PAGES: Final = ("/", "/questions", "/views", "/dataset", "/dataset/changes", "/ontology", "/sparql")
AT_ONCE: Final = 10_000
"""So many addresses in one site map; the protocol allows 50,000."""
_CLOSED: Final = (
    "/search",
    "/explore",
    "/api/",
    "/reconcile",
    "/rdf-graph-store",
    "/sparql?query=",
    "/*?theme=",
)
"""What is made on demand and leads nowhere that a page does not lead: not for crawlers."""
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def router(context: Context) -> APIRouter:
    """Routes for crawlers: `/robots.txt`, `/sitemap.xml` and the parts that it lists."""
    routes = APIRouter()

    async def robots(request: Request) -> Response:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED)]
        text = "\n".join([*lines, "", f"Sitemap: {_root(request)}/sitemap.xml", ""])
        return Response(text, media_type="text/plain")

    async def sitemap(request: Request) -> Response:
        parts = range(1, len(_addresses(context)[::AT_ONCE]) + 1)
        return _written("sitemapindex", "sitemap", [f"{_root(request)}/sitemap-{part}.xml" for part in parts])

    async def part(request: Request) -> Response:
        first = (request.path_params["number"] - 1) * AT_ONCE
        listed = _addresses(context)[first : first + AT_ONCE] if first >= 0 else []
        if not listed:
            raise problem("not-found", "There is no such part; /sitemap.xml lists them.")
        return _written("urlset", "url", [_root(request) + path for path in listed])

    routes.add_route("/robots.txt", robots, methods=["GET", "HEAD"], include_in_schema=False)
    routes.add_route("/sitemap.xml", sitemap, methods=["GET", "HEAD"], include_in_schema=False)
    routes.add_route("/sitemap-{number:int}.xml", part, methods=["GET", "HEAD"], include_in_schema=False)
    return routes


def _addresses(context: Context) -> list[str]:
    """The paths of all pages that stay: fixed ones, questions, views, and a page for each thing of a name."""
    fixed = [
        *PAGES,
        *(f"/questions/{one.slug}" for one in questions()),
        *(f"/views/{name}" for name in VIEWS),
    ]
    return [*fixed, *map(local, things(context.release))]


def _written(root: str, entry: str, addresses: list[str]) -> Response:
    """A document of the site map protocol."""
    entries = "".join(f"<{entry}><loc>{escape(one)}</loc></{entry}>\n" for one in addresses)
    text = f'{_XML}<{root} xmlns="{_SPACE}">\n{entries}</{root}>\n'
    return Response(text, media_type="application/xml")


def _root(request: Request) -> str:
    return str(request.base_url).rstrip("/")
