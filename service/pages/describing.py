"""Fetching what a page is written from: two queries, whatever the kind of thing."""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from service.graph import Graph, query, window
from visual.description import Description, kind_of

_QUERIES: Final = {"unit": "described-unit", "source": "described-source"}
_THINGS: Final = 3_000
"""A page is written from so many things that point to its own; that of a source from 20 times as many
triples."""
HUB: Final = 400
"""The same for a hub, of which not all can stand on a page."""


async def size(graph: Graph, iri: str) -> int:
    """How many statements there are of a thing, whenever attested."""
    found = await graph.select(query("record-size"), focus=NamedNode(iri))
    counted = found[0]["size"]
    return int(counted.value) if isinstance(counted, Literal) else 0


def is_hub(size: int) -> bool:
    """Whether a thing with so many statements is described in part only."""
    return size > _THINGS


async def describe(graph: Graph, iri: str, *, hub: bool = False) -> Description:
    """The description of a thing (of a `hub` the beginning), with the names of all that it mentions.

    It is empty (`iri not in description`) where the graph says nothing of the thing.
    """
    name = _QUERIES.get(kind_of(iri), "described")
    most = (HUB if hub else _THINGS) * (20 if name == "described-source" else 1)
    triples = await graph.construct(window(query(name), most), focus=NamedNode(iri))
    return Description(iri, [*triples, *await names(graph, mentioned(triples))])


async def names(graph: Graph, things: Iterable[NamedNode]) -> list[Triple]:
    """The labels, classes, dates and places of things; of passages also their sources'."""
    wanted = sorted(set(things), key=str)
    return await graph.construct(query("names"), focus=wanted) if wanted else []


async def named(graph: Graph, iris: Iterable[str], *, focus: str = "") -> Description:
    """The names of things, as a description without a focus or with that one."""
    return Description(focus, await names(graph, (NamedNode(iri) for iri in iris)))


def mentioned(triples: Iterable[Triple]) -> set[NamedNode]:
    """The things that triples name, their properties among them."""
    return {
        part
        for triple in triples
        for part in (triple.subject, triple.predicate, triple.object)
        if isinstance(part, NamedNode)
    }
