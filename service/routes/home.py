"""The first page: what is here, and the ways in."""

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from ontology.iri import term
from service import language
from service.context import Context
from service.graph import query
from service.pages.describing import named
from service.pages.questions import questions
from service.pages.response import page
from visual.article import Link
from visual.description import expand
from visual.reader import Reader

_COUNTED = (
    ("Meeting", "meeting"),
    ("Person", "person"),
    ("Organization", "organization"),
    ("DigitalPlatform", "platform"),
    ("Recommendation", "recommendation"),
    ("Commitment", "commitment"),
    ("Observation", "figure"),
    ("Evidence", "passage"),
)


def router(context: Context) -> APIRouter:
    """`/` and the OpenSearch description that lets a browser search here."""
    routes = APIRouter()

    async def home(request: Request) -> Response:
        classes = context.release.manifest.get("classes", {})
        counts = [(key, classes.get(term(name), 0)) for name, key in _COUNTED]
        return page(
            request,
            context,
            "home.html",
            counts=[(key, count) for key, count in counts if count],
            meetings=await _latest(context, request),
            questions=questions()[:5],
        )

    async def opensearch(request: Request) -> Response:
        text = context.templates.plain("opensearch.xml", root=str(request.base_url).rstrip("/"))
        return Response(text, media_type="application/opensearchdescription+xml")

    routes.add_route("/", home, methods=["GET", "HEAD"], include_in_schema=False)
    routes.add_route("/opensearch.xml", opensearch, methods=["GET", "HEAD"], include_in_schema=False)
    return routes


async def _latest(context: Context, request: Request) -> list[tuple[Link, str, str, int]]:
    """The latest meetings: link, day, mode in words, number of people named."""
    rows = await context.graph.select(query("latest-meetings"))
    shown = [term.value for row in rows for term in row.values() if isinstance(term, NamedNode)]
    reader = Reader(await named(context.graph, shown), language.choose(request))
    found = []
    for row in rows:
        meeting = row["meeting"].value  # type: ignore[union-attr]
        mode = row.get("mode")
        stated = isinstance(mode, NamedNode) and mode.value != expand("concept:mode-not-stated")
        words = reader.label(mode.value) if stated else ""  # type: ignore[union-attr]
        found.append((reader.link(meeting), reader.date(meeting), words, int(row["people"].value)))  # type: ignore[union-attr]
    return found
