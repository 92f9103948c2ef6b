"""Fetching what a page is written from: two queries, whatever the kind of thing."""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import NamedNode, Triple

from service.graph import Graph, query
from visual.description import Description, kind_of

_QUERIES: Final = {"unit": "described-unit", "source": "described-source"}


async def describe(graph: Graph, iri: str) -> Description:
    """The description of a thing, with the names of all that it mentions.

    It is empty (`iri not in description`) where the graph says nothing of the thing.
    """
    name = _QUERIES.get(kind_of(iri), "described")
    triples = await graph.construct(query(name), focus=NamedNode(iri))
    return Description(iri, [*triples, *await names(graph, _mentioned(triples))])


async def names(graph: Graph, things: Iterable[NamedNode]) -> list[Triple]:
    """The labels, classes, dates and places of things; of passages also their sources'."""
    wanted = sorted(set(things), key=str)
    return await graph.construct(query("names"), focus=wanted) if wanted else []


async def named(graph: Graph, iris: Iterable[str]) -> Description:
    """The names of things, as a description without a focus."""
    return Description("", await names(graph, (NamedNode(iri) for iri in iris)))


def _mentioned(triples: Iterable[Triple]) -> set[NamedNode]:
    return {
        part
        for triple in triples
        for part in (triple.subject, triple.predicate, triple.object)
        if isinstance(part, NamedNode)
    }
