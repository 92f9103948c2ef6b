"""`/graph/{name}` and `/rdf-graph-store`: the reading half of the SPARQL 1.1 Graph Store HTTP Protocol."""

from typing import Final

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from ontology.iri import IriError, graph
from service.context import Context
from service.delivery.presence import while_connected
from service.delivery.tags import matches
from service.evaluators.port import QueryRequest
from service.formats import GRAPHS, HTML, by_name
from service.graph import bind
from service.negotiation import negotiate
from service.pages.graphs import graph_page
from service.problems import problem
from service.routes.sparql import deliver, unacceptable

_NAMED: Final = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?graph { UNDEF } GRAPH ?graph { ?s ?p ?o } }"
_DEFAULT: Final = "CONSTRUCT WHERE { ?s ?p ?o }"
_EXISTS: Final = "ASK { VALUES ?graph { UNDEF } GRAPH ?graph { ?s ?p ?o } }"


def router(context: Context) -> APIRouter:
    """Routes of graphs. Everything but GET and HEAD is refused with 405: graphs change by release."""
    routes = APIRouter()

    async def by_path(request: Request) -> Response:
        name, _, extension = request.path_params["name"].partition(".")
        try:
            iri = graph(name)
        except IriError as error:
            raise problem("not-found", str(error)) from error
        # Who names no format is given data; a page is for those who ask for one.
        offered = (*GRAPHS, HTML)
        override = extension or request.query_params.get("format")
        if negotiate(request.headers.get("accept"), override, offered) is HTML:
            if not await _exists(context, iri):
                raise problem("not-found", f"There is no graph {iri}.")
            return await graph_page(request, context, iri)
        if extension and by_name(extension, GRAPHS) is None:
            raise problem("not-found", f"A graph is given as {', '.join(form.name for form in GRAPHS)}.")
        return await _graph(request, context, iri, extension or None)

    async def by_parameter(request: Request) -> Response:
        names = request.query_params.getlist("graph")
        default = "default" in request.query_params
        if default + len(names) != 1:
            raise problem("bad-request", "Name one graph: ?graph=IRI, or ?default.")
        return await _graph(request, context, names[0] if names else None, None)

    routes.add_route("/graph/{name}", by_path, methods=["GET"], include_in_schema=False)
    routes.add_route("/rdf-graph-store", by_parameter, methods=["GET"], include_in_schema=False)
    return routes


async def _graph(request: Request, context: Context, iri: str | None, extension: str | None) -> Response:
    """The triples of the graph `iri`, or of the default graph."""
    override = extension or request.query_params.get("format")
    format = negotiate(request.headers.get("accept"), override, GRAPHS)
    if format is None:
        raise unacceptable(GRAPHS)
    if iri is not None and not await _exists(context, iri):
        raise problem("not-found", f"There is no graph {iri}.")
    headers = {"Vary": "Accept"}
    if etag := context.serving.tag("graph", iri or "", format.name):
        headers["ETag"] = etag
        if matches(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(None, 200, headers)
    text = _DEFAULT if iri is None else bind(_NAMED, {"graph": NamedNode(iri)})
    answer = await while_connected(request, context.serving.evaluate(QueryRequest(text, None, format.name)))
    answer = await context.compacting.compact(answer, headers.get("ETag"))
    name = iri.rpartition("/")[2] if iri else "default"
    safe = "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter in "-_"))
    headers["Content-Disposition"] = f'inline; filename="{safe or "graph"}.{format.extension}"'
    return deliver(answer, format, headers)


async def _exists(context: Context, iri: str) -> bool:
    known = context.serving.graphs
    if known is not None:
        return iri in known
    try:
        node = NamedNode(iri)
    except ValueError as error:
        raise problem("bad-request", f"{iri!r} is not an absolute IRI.") from error
    return await context.graph.ask(_EXISTS, graph=node)
