"""The dataset as a page: what is in it, its files, its licence, how to cite it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from ontology.namespaces import VOCABULARY
from service import language
from service.catalogue import dumps, group
from service.context import Context
from service.formats import GRAPHS
from service.pages import structured
from service.pages.describing import named
from service.pages.response import page
from service.views.networks import VIEWS
from visual.addresses import local
from visual.words import word


async def dataset(request: Request, context: Context) -> HTMLResponse:
    """The page of the release in force, from its manifest."""
    manifest = context.release.manifest
    spoken = language.choose(request)
    counted = {iri: n for iri, n in manifest.get("classes", {}).items() if iri.startswith(VOCABULARY)}
    names = await named(context.graph, counted)
    classes = [
        (names.label(iri, spoken), local(iri), count)
        for iri, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]
    graphs = [(iri, local(iri), count) for iri, count in sorted(manifest.get("graphs", {}).items())]
    files = list(dumps(context.serving).items()) if "files" in manifest else []
    return page(
        request,
        context,
        "dataset.html",
        manifest=manifest,
        classes=classes,
        graphs=graphs,
        files=_dumps(context),
        networks=[(word(f"pictures.view.{name}.title", spoken), f"/views/{name}") for name in VIEWS],
        formats=GRAPHS,
        told=structured.dataset(manifest, files, str(request.base_url).rstrip("/"), spoken),
        headers={"Link": '</.well-known/void>; rel="describedby"; type="text/turtle"'},
    )


def _dumps(context: Context) -> dict[str, list[dict[str, Any]]]:
    """The files that are offered for download by group, each with its name."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ("whole", "tables", "shapes", "graphs")}
    for name, entry in dumps(context.serving).items() if "files" in context.release.manifest else ():
        found[group(name)].append({**entry, "name": name})
    return {name: entries for name, entries in found.items() if entries}
