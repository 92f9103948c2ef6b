"""What another endpoint holds and how it answers: found out by asking it."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from pyoxigraph import Literal, NamedNode, Triple, parse

from ontology.namespaces import STANDARD
from service.evaluators import proof
from service.evaluators.endpoint import Body, bad_endpoint
from service.evaluators.port import EvaluationError

COUNTS: Final = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
OUTSIDE: Final = (
    "ASK { { SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } LIMIT 100 } FILTER NOT EXISTS { ?s ?p ?o } }"
)
"""Whether some triple of a named graph is not in the default graph."""
NOWHERE: Final = "ASK FROM <http://none.example/> { ?s ?p ?o }"
"""Whether FROM is overlooked: nothing is in a graph that there is not."""
_VALUES: Final = (
    Literal('Đỗ "x"\n&<', language="vi"),
    Literal(""),
    Literal(7),
    Literal(True),
    Literal("2020-07-17", datatype=NamedNode(STANDARD["xsd"] + "date")),
    NamedNode("http://e.example/o"),
)
_EXPECTED: Final = frozenset(
    Triple(NamedNode(f"http://e.example/{name}"), NamedNode("http://e.example/1"), value)
    for name in "st"
    for value in _VALUES
)
SAMPLE: Final = f"CONSTRUCT {{ {' . '.join(sorted(map(str, _EXPECTED)))} }} WHERE {{}}"
"""A graph that some engines are known to harm: Virtuoso 7 loses languages in JSON-LD after the first plain
string, and in RDF/XML all that has a property with a digit at its end.
"""
_DECLARED: Final = "nt"
"""A format without an end, taken where the length of what comes is declared: then all of it was there."""


Ask = Callable[[str, str, Mapping[str, list[str]]], Awaitable[Body]]
"""Takes a query, the name of the format to ask for, and fields beside it. Raises `EvaluationError`."""


@dataclass(frozen=True)
class Survey:
    """What an endpoint is like.

    `counts` are triples by named graph. `union` says whether queries without a dataset are asked of the
    union of those graphs; `listed` that for this each query has to carry their list. `graph_format` is the
    format in which graphs come unharmed and can be proved whole; None where there is none. `deaf` says that
    FROM in a query is overlooked (by the native Oxigraph server, where its default graph is the union).
    """

    counts: Mapping[str, int]
    union: bool
    listed: bool
    graph_format: str | None
    deaf: bool = False

    @property
    def dataset(self) -> dict[str, list[str]]:
        """The protocol's fields for the union of all graphs (SPARQL 1.1 Protocol 2.1.4)."""
        return dataset(self.counts) if self.listed else {}


def dataset(graphs: Mapping[str, int]) -> dict[str, list[str]]:
    """The protocol's fields for a dataset of `graphs`, with their union as default graph."""
    return {"default-graph-uri": list(graphs), "named-graph-uri": list(graphs)}


async def survey(ask: Ask, wanted: Mapping[str, int] | None) -> Survey:
    """Ask the endpoint. Raises `EvaluationError` where it does not answer.

    `wanted` are the triples by graph of the release that it should hold, where there is one: then its other
    graphs are left out.
    """
    found = await counts(ask)
    graphs = {name: found[name] for name in found if wanted is None or name in wanted}
    native = len(graphs) == len(found) and not await _asks(ask, OUTSIDE, {})
    listed = bool(graphs) and not native and not await _asks(ask, OUTSIDE, dataset(graphs))
    deaf = await _asks(ask, NOWHERE, {})
    return Survey(graphs, native or listed, listed, await _graph_format(ask), deaf)


async def counts(ask: Ask) -> dict[str, int]:
    """Triples by named graph, in order of name. Raises `EvaluatorUnavailable` where it cannot count them."""
    answer = await _read(ask, COUNTS, "json", {})
    try:
        rows = [row for row in orjson.loads(answer)["results"]["bindings"] if row["g"]["type"] == "uri"]
        return dict(sorted((row["g"]["value"], int(row["n"]["value"])) for row in rows))
    except (ValueError, LookupError, TypeError) as error:
        raise bad_endpoint("The endpoint behind this service cannot count the triples of graphs.") from error


async def _asks(ask: Ask, text: str, fields: Mapping[str, list[str]]) -> bool:
    return bool(proof.holds(await _read(ask, text, "json", fields)))


async def _read(ask: Ask, text: str, format: str, fields: Mapping[str, list[str]]) -> bytes:
    with contextlib.closing(await ask(text, format, fields)) as body:
        return body.read()


async def _graph_format(ask: Ask) -> str | None:
    """The first format in which a sample comes back as it was written."""
    for name in (*proof.PROVABLE, _DECLARED):
        try:
            body = await ask(SAMPLE, name, {})
        except EvaluationError:
            continue
        with contextlib.closing(body):
            if (name != _DECLARED or body.declared) and _same(name, body.read()):
                return name
    return None


def _same(name: str, body: bytes) -> bool:
    format: Any = proof.by_name(name).engine
    try:
        return {quad.triple for quad in parse(body, format)} == _EXPECTED
    except (SyntaxError, ValueError):
        return False
