"""`/dataset`, `/.well-known/void` and `/dumps/{file}`: the dataset as catalogues and downloaders want it."""

import base64
from typing import Final

from fastapi import APIRouter
from pyoxigraph import NamedNode, RdfFormat, serialize
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from ontology.iri import graph
from ontology.namespaces import PREFIXES
from service import language
from service.catalogue import SPDX, distributions, dumps, figures
from service.context import Context
from service.formats import GRAPHS, HTML, JSON_LD, Format, by_name
from service.negotiation import negotiate
from service.pages import citing
from service.pages.changes import changed
from service.pages.dataset import dataset as dataset_page
from service.problems import problem
from service.routes.sparql import unacceptable
from visual.citation import FORMS as CITATIONS
from visual.words import word

_DESCRIBED: Final = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?graph { UNDEF } GRAPH ?graph { ?s ?p ?o } }"


def router(context: Context) -> APIRouter:
    """Routes of the dataset's description and of its dumps."""
    routes = APIRouter()

    async def page(request: Request) -> Response:
        offered = (HTML, *GRAPHS)
        format = negotiate(request.headers.get("accept"), request.query_params.get("format"), offered)
        return await (dataset_page(request, context) if format is HTML else described(request, context))

    async def by_extension(request: Request) -> Response:
        if (extension := request.path_params["extension"]) in CITATIONS:
            spoken = language.choose(request)
            title = word("site.subtitle", spoken)
            cited = citing.cited(request, context, "/dataset", title, spoken, kind="dataset")
            return citing.answer(cited, extension)
        format = by_name(request.path_params["extension"], GRAPHS)
        if format is None or format.extension != request.path_params["extension"]:
            raise problem("not-found", f"The dataset is described as {', '.join(f.name for f in GRAPHS)}.")
        return await _written(context, format)

    async def void(request: Request) -> Response:
        return await described(request, context)

    async def changes(request: Request) -> Response:
        return await changed(request, context)

    async def dump(request: Request) -> Response:
        return _dump(context, request.path_params["file"])

    routes.add_route("/dataset/changes", changes, methods=["GET"], include_in_schema=False)
    routes.add_route("/dataset", page, methods=["GET"], include_in_schema=False)
    routes.add_route("/dataset.{extension}", by_extension, methods=["GET"], include_in_schema=False)
    routes.add_route("/.well-known/void", void, methods=["GET"], include_in_schema=False)
    routes.add_route("/dumps/{file}", dump, methods=["GET"], include_in_schema=False)
    return routes


async def described(request: Request, context: Context) -> Response:
    """The description in RDF, by Accept or `format=`."""
    format = negotiate(request.headers.get("accept"), request.query_params.get("format"), GRAPHS)
    if format is None:
        raise unacceptable(GRAPHS)
    return await _written(context, format)


async def _written(context: Context, format: Format) -> Response:
    headers = {
        "Content-Type": format.content_type,
        "Vary": "Accept",
        "Content-Disposition": f'inline; filename="dataset.{format.extension}"',
    }
    return Response(await description(context, format), 200, headers)


async def description(context: Context, format: Format) -> bytes:
    """`graph/dataset` and what depends on the release: version, counts, distributions, checksums."""
    assert isinstance(format.engine, RdfFormat)  # noqa: S101
    written = await context.graph.construct(_DESCRIBED, graph=NamedNode(graph("dataset")))
    triples = dict.fromkeys([*written, *figures(context.serving), *distributions(context.serving)])
    if format is JSON_LD:
        from ontology import jsonld  # rdflib takes a while to load, and most services are never asked

        return jsonld.write(triples)
    prefixes = {name: PREFIXES[name] for name in ("graph", "xsd", "dcterms", "dcat", "void", "foaf", "vndx")}
    return serialize(triples, format=format.engine, prefixes={**prefixes, "spdx": SPDX}) or b""


def _dump(context: Context, name: str) -> Response:
    """A dump that the manifest names; nothing else in the folder can be had."""
    known = dumps(context.serving)
    if name not in known:
        raise problem("not-found", f"There is no dump {name!r}.", files=sorted(known))
    entry = known[name]
    digest = base64.b64encode(bytes.fromhex(entry["sha256"])).decode()
    headers = {
        "ETag": f'"{entry["sha256"]}"',
        "Repr-Digest": f"sha-256=:{digest}:",
        "Content-Disposition": f'attachment; filename="{name}"',
        # The digest is that of the file, so nothing may be packed on the way.
        "Cache-Control": "no-cache, no-transform",
    }
    return FileResponse(context.release.path / entry["path"], headers=headers, media_type=entry["mediaType"])
