"""`/dataset`, `/.well-known/void` and `/dumps/{file}`: the dataset as catalogues and downloaders want it."""

import base64
from typing import Any, Final

from fastapi import APIRouter
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from ontology.iri import graph
from ontology.namespaces import BASE, PREFIXES, STANDARD
from service.context import Context
from service.formats import GRAPHS, HTML, JSON_LD, Format
from service.negotiation import negotiate
from service.pages.dataset import dataset as dataset_page
from service.problems import problem
from service.releases import Serving
from service.routes.sparql import unacceptable

DATASET: Final = BASE + "dataset"
_SPDX: Final = "http://spdx.org/rdf/terms#"
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
_DUMPS: Final = "dumps/"
_DESCRIBED: Final = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?graph { UNDEF } GRAPH ?graph { ?s ?p ?o } }"
_TYPE: Final = NamedNode(STANDARD["rdf"] + "type")
_INTEGER: Final = NamedNode(STANDARD["xsd"] + "nonNegativeInteger")
_DATE: Final = NamedNode(STANDARD["xsd"] + "date")


def router(context: Context) -> APIRouter:
    """Routes of the dataset's description and of its dumps."""
    routes = APIRouter()

    async def page(request: Request) -> Response:
        offered = (HTML, *GRAPHS)
        format = negotiate(request.headers.get("accept"), request.query_params.get("format"), offered)
        return await (dataset_page(request, context) if format is HTML else described(request, context))

    async def void(request: Request) -> Response:
        return await described(request, context)

    async def dump(request: Request) -> Response:
        return _dump(context, request.path_params["file"])

    routes.add_route("/dataset", page, methods=["GET"], include_in_schema=False)
    routes.add_route("/.well-known/void", void, methods=["GET"], include_in_schema=False)
    routes.add_route("/dumps/{file}", dump, methods=["GET"], include_in_schema=False)
    return routes


async def described(request: Request, context: Context) -> Response:
    """The description in RDF, by Accept or `format=`."""
    format = negotiate(request.headers.get("accept"), request.query_params.get("format"), GRAPHS)
    if format is None:
        raise unacceptable(GRAPHS)
    body = await description(context, format)
    headers = {
        "Content-Type": format.content_type,
        "Vary": "Accept",
        "Content-Disposition": f'inline; filename="dataset.{format.extension}"',
    }
    return Response(body, 200, headers)


async def description(context: Context, format: Format) -> bytes:
    """`graph/dataset` and what depends on the release: version, counts, distributions, checksums."""
    assert isinstance(format.engine, RdfFormat)  # noqa: S101
    written = await context.graph.construct(_DESCRIBED, graph=NamedNode(graph("dataset")))
    triples = dict.fromkeys([*written, *_figures(context.serving), *_distributions(context.serving)])
    if format is JSON_LD:
        from ontology import jsonld  # rdflib takes a while to load, and most services are never asked

        return jsonld.write(triples)
    prefixes = {name: PREFIXES[name] for name in ("graph", "xsd", "dcterms", "dcat", "void", "vndx")}
    return serialize(triples, format=format.engine, prefixes={**prefixes, "spdx": _SPDX}) or b""


def _figures(serving: Serving) -> list[Triple]:
    manifest = serving.release.manifest
    triples = [
        _triple(DATASET, _TYPE, _term("void", "Dataset")),
        _triple(DATASET, _TYPE, _term("dcat", "Dataset")),
        _triple(DATASET, _term("dcat", "version"), Literal(str(manifest["version"]))),
        _triple(DATASET, _term("void", "triples"), _count(manifest["quads"])),
        _triple(DATASET, _term("void", "classes"), _count(len(manifest["classes"]))),
    ]
    if serving.digest:
        triples.append(_triple(DATASET, _term("dcterms", "identifier"), Literal(serving.digest)))
    if manifest["date"]:
        date = Literal(str(manifest["date"]), datatype=_DATE)
        triples.append(_triple(DATASET, _term("dcterms", "modified"), date))
    for name, count in sorted((serving.graphs or {}).items()):
        triples += [
            _triple(DATASET, _term("void", "subset"), NamedNode(name)),
            _triple(name, _TYPE, _term("void", "Dataset")),
            _triple(name, _term("void", "triples"), _count(count)),
        ]
    for number, (name, count) in enumerate(sorted(manifest["classes"].items()), start=1):
        part = f"{DATASET}#class-{number}"
        triples += [
            _triple(DATASET, _term("void", "classPartition"), NamedNode(part)),
            _triple(part, _term("void", "class"), NamedNode(name)),
            _triple(part, _term("void", "entities"), _count(count)),
        ]
    return triples


def _distributions(serving: Serving) -> list[Triple]:
    triples = []
    for name, entry in dumps(serving).items():
        file, checksum = f"{BASE}dumps/{name}", f"{BASE}dumps/{name}#checksum"
        triples += [
            _triple(DATASET, _term("dcat", "distribution"), NamedNode(file)),
            _triple(file, _TYPE, _term("dcat", "Distribution")),
            _triple(file, _term("dcat", "downloadURL"), NamedNode(file)),
            _triple(file, _term("dcat", "byteSize"), _count(entry["size"])),
            _triple(file, NamedNode(_SPDX + "checksum"), NamedNode(checksum)),
            _triple(checksum, _TYPE, NamedNode(_SPDX + "Checksum")),
            _triple(checksum, NamedNode(_SPDX + "algorithm"), NamedNode(_SPDX + "checksumAlgorithm_sha256")),
            _triple(checksum, NamedNode(_SPDX + "checksumValue"), Literal(entry["sha256"])),
        ]
        if not name.endswith(".gz"):
            media = NamedNode(_MEDIA + entry["mediaType"].partition(";")[0])
            triples.append(_triple(file, _term("dcat", "mediaType"), media))
    return triples


def dumps(serving: Serving) -> dict[str, dict[str, Any]]:
    """The manifest's entries of the release's dumps, by file name."""
    return {
        entry["path"].removeprefix(_DUMPS): entry
        for entry in serving.release.manifest["files"]
        if entry["path"].startswith(_DUMPS)
    }


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


def _triple(subject: str, predicate: NamedNode, object: NamedNode | Literal) -> Triple:
    return Triple(NamedNode(subject), predicate, object)


def _term(prefix: str, name: str) -> NamedNode:
    return NamedNode(STANDARD[prefix] + name)


def _count(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)
