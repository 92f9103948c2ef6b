"""The vocabulary, its shapes and the JSON-LD context: a page for browsers, RDF for machines."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from pyoxigraph import RdfFormat, parse, serialize
from starlette.requests import Request
from starlette.responses import Response

from ontology.files import CONTEXT, SHAPES, VOCABULARY
from ontology.namespaces import PREFIXES
from service import language
from service.context import Context
from service.formats import GRAPHS, HTML, JSON_LD, TURTLE, Format
from service.negotiation import negotiate
from service.pages.response import page
from service.pages.vocabulary import terms
from service.problems import problem

_BY_EXTENSION: Final = {form.extension: form for form in GRAPHS}


def router(context: Context) -> APIRouter:
    """`/ontology`, `/ontology/shapes`, `/ontology/context.jsonld`, and the files by extension."""
    routes = APIRouter()

    async def vocabulary(request: Request) -> Response:
        form = _chosen(request, (HTML, *GRAPHS))
        if form is HTML:
            classes, properties = terms(language.choose(request))
            return page(
                request, context, "ontology.html", classes=classes, properties=properties, formats=GRAPHS
            )
        return _file(VOCABULARY, form)

    async def shapes(request: Request) -> Response:
        return _file(SHAPES, _chosen(request, GRAPHS))

    async def by_extension(request: Request) -> Response:
        form = _BY_EXTENSION.get(request.path_params["extension"])
        if form is None:
            raise problem("not-found", f"The vocabulary is given as {', '.join(_BY_EXTENSION)}")
        return _file(SHAPES if request.url.path.startswith("/ontology/") else VOCABULARY, form)

    async def jsonld_context(request: Request) -> Response:
        return Response(CONTEXT.read_bytes(), media_type=JSON_LD.media_type)

    for path, endpoint in (
        ("/ontology", vocabulary),
        ("/ontology/shapes", shapes),
        ("/ontology/context.jsonld", jsonld_context),
        ("/ontology.{extension}", by_extension),
        ("/ontology/shapes.{extension}", by_extension),
    ):
        routes.add_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False)
    return routes


def _chosen(request: Request, offered: tuple[Format, ...]) -> Format:
    form = negotiate(request.headers.get("accept"), request.query_params.get("format"), offered)
    if form is None:
        names = [one.media_type for one in offered]
        raise problem("not-acceptable", "Offered: " + ", ".join(names), offered=names)
    return form


def _file(path: Path, form: Format) -> Response:
    """A Turtle file of the ontology room in `form`; as Turtle just as it is written, comments and all."""
    triples = [quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)]
    if form is TURTLE:
        body = path.read_bytes()
    elif form is JSON_LD:
        from ontology import jsonld  # rdflib takes a while to load, and most services are never asked

        body = jsonld.write(triples)
    else:
        body = serialize(triples, format=form.engine, prefixes=PREFIXES) or b""  # type: ignore[arg-type]
    return Response(body, headers={"Content-Type": form.content_type, "Vary": "Accept"})
