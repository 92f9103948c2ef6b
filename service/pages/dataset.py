"""The dataset as a page: what is in it, its files, its licence, how to cite it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from ontology.namespaces import VOCABULARY
from service import language
from service.context import Context
from service.formats import GRAPHS
from service.pages.describing import named
from service.pages.response import page
from visual.addresses import local


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
    return page(
        request,
        context,
        "dataset.html",
        manifest=manifest,
        classes=classes,
        graphs=graphs,
        files=_dumps(manifest.get("files", [])),
        formats=GRAPHS,
    )


def _dumps(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The files that are offered for download, each with its name."""
    return [
        {**entry, "name": entry["path"].rpartition("/")[2]}
        for entry in files
        if entry["path"].startswith("dumps/")
    ]
