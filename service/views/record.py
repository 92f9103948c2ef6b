"""What is recorded of the things and events of a picture, as Turtle."""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, serialize

from ontology.namespaces import LICENCE, PREFIXES
from service.graph import Graph, query
from visual.picture import Origin
from visual.words import Language

_BATCH: Final = 500


async def turtle(
    graph: Graph, origin: Origin, things: Iterable[str], events: Iterable[str], language: Language
) -> bytes:
    """Turtle: things and events (IRIs) as recorded, how the things are tied, a heading that cites."""
    nodes = [NamedNode(name) for name in dict.fromkeys(things)]
    told = [NamedNode(name) for name in dict.fromkeys(events)]
    triples = set()
    for start in range(0, max(len(nodes), len(told), 1), _BATCH):
        part = slice(start, start + _BATCH)
        terms = {"thing": nodes[part], "one": nodes[part], "other": nodes, "event": told[part]}
        triples |= set(await graph.construct(query("picture-record"), **terms))
    body = serialize(sorted(triples, key=str), format=RdfFormat.TURTLE, prefixes=dict(PREFIXES)) or b""
    head = [origin.citation(language), origin.query, origin.digest, LICENCE]
    return ("".join(f"# {' '.join(line.split())}\n" for line in head) + "\n").encode() + body
