"""A named graph as a page: what it is, what is in it, where to take it."""

from typing import Final
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ontology.namespaces import GRAPH, THING
from service import language
from service.context import Context
from service.formats import GRAPHS
from service.graph import query
from service.pages.describing import named
from service.pages.response import page
from visual.addresses import local
from visual.article import Link

_EXAMPLE: Final = "SELECT * FROM <GRAPH> WHERE { ?s ?p ?o } LIMIT 100"


async def graph_page(request: Request, context: Context, iri: str) -> HTMLResponse:
    """The page of the graph `iri`, which exists."""
    spoken = language.choose(request)
    counted = {
        row["class"].value: int(row["count"].value)
        for row in await context.graph.select(query("graph-classes"), graph=NamedNode(iri))
        if isinstance(row["class"], NamedNode) and isinstance(row["count"], Literal)
    }
    source = THING + "source/" + iri.removeprefix(GRAPH)
    known = await named(context.graph, [*counted, source])
    titles = {
        row["title"].language: row["title"].value
        for row in await context.graph.select(query("graph-title"), graph=NamedNode(iri))
        if isinstance(row["title"], Literal)
    }
    of_source = source in known
    return page(
        request,
        context,
        "graph.html",
        iri=iri,
        title=known.label(source, spoken) if of_source else titles.get(spoken, iri.removeprefix(GRAPH)),
        source=Link(known.label(source, spoken), local(source)) if of_source else None,
        triples=(context.serving.graphs or {}).get(iri),
        classes=[
            (known.label(name, spoken), local(name), count)
            for name, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        ],
        formats=GRAPHS,
        sparql="/sparql?" + urlencode({"query": _EXAMPLE.replace("GRAPH", iri)}),
    )
