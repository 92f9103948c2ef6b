"""Asking the graph from pages: parametrised queries, terms in, terms out."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import orjson
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from service.evaluators.port import Answer, QueryRequest

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Parsed = TypeVar("Parsed")
Parameter: TypeAlias = Term | Sequence[Term]

_IN_THREAD: Final = 128 * 1024
"""Bytes of an answer that take a millisecond to read where they are triples, two where they are solutions."""
_QUERIES: Final = Path(__file__).resolve().parent / "queries"


@cache
def query(name: str) -> str:
    """The text of `service/queries/{name}.rq`, read once. Raises FileNotFoundError for an unknown name."""
    return (_QUERIES / f"{name}.rq").read_text(encoding="utf-8")


def bind(query: str, terms: Mapping[str, Parameter]) -> str:
    """`query` with the UNDEF of each `VALUES ?name { UNDEF }` replaced by the terms given for `name`.

    Every such block of a name is filled. An empty sequence makes a block without solutions. Raises ValueError
    for a name that the query has no block for, and for a blank node, which no VALUES block can hold.
    """
    for name, value in terms.items():
        block = re.compile(r"(VALUES\s+\?" + re.escape(name) + r"\s*\{)\s*UNDEF\s*(\})")
        parts = block.split(query)
        if len(parts) == 1:
            raise ValueError(f"the query has no block `VALUES ?{name} {{ UNDEF }}`")
        # Split at its two groups, the text alternates: before, opening, closing, before, ...
        inner = " ".join(_serialized(term) for term in _sequence(value))
        parts[1::3] = [f"{opening} {inner} " for opening in parts[1::3]]
        query = "".join(parts)
    return query


def window(query: str, most: int, offset: int = 0, *, by: Sequence[str] = ()) -> str:
    """`query` with its `LIMIT 0 OFFSET 0` made `most` solutions from `offset` on, ordered `by` variables.

    Raises ValueError for a query without those words, or for numbers below zero.
    """
    order = "ORDER BY " + " ".join(f"?{name}" for name in by if name.isidentifier()) if by else ""
    parts = query.split("LIMIT 0 OFFSET 0")
    if len(parts) != 2 or most < 0 or offset < 0:
        raise ValueError("the query has no `LIMIT 0 OFFSET 0`, or the numbers are below zero")
    return f"{order} LIMIT {int(most)} OFFSET {int(offset)}".join(parts)


def batches(iris: Iterable[str], size: int = 500) -> Iterator[list[NamedNode]]:
    """The IRIs in their order, so many at a time, each as a term: a VALUES block cannot hold any number."""
    waiting = map(NamedNode, iris)
    while some := list(islice(waiting, size)):
        yield some


def _sequence(value: Parameter) -> Sequence[Term]:
    return (value,) if isinstance(value, NamedNode | BlankNode | Literal | Triple) else value


def _serialized(term: Term) -> str:
    if not isinstance(term, NamedNode | Literal):
        raise ValueError(f"{term} cannot stand in a VALUES block: only IRIs and literals can")
    return str(term)


class Graph:
    """The graph of one release, asked by query and terms.

    `own` says that queries are the service's own texts, and no reader's. Raises what its evaluator raises
    (`service.evaluators.port.EvaluationError`) and ValueError for a wrong parameter.
    """

    def __init__(
        self,
        evaluate: Callable[[QueryRequest], Awaitable[Answer]],
        digest: str,
        *,
        steady: bool = True,
        own: bool = True,
    ) -> None:
        self.evaluate = evaluate
        self._own = own
        self.digest = digest
        self.steady = steady
        """Whether the same query always gives its solutions in the same order. Our own engine does, and
        sorting 100,000 of them would take it two seconds."""
        self.key = digest
        """By what answers may be kept; empty where they may not."""
        self.parameters: dict[str, str] = {}
        """What an address needs so as to be answered from this graph of the release."""
        self.attested: dict[str, str] = {}
        """When things were first attested, as far as that was asked (`service/asof.py`)."""

    async def select(self, query: str, **terms: Parameter) -> list[Mapping[str, Term]]:
        """The solutions in order: each maps the names of its bound variables to terms."""
        return await _parsed(_solutions, await self._answer(bind(query, terms), "json", None))

    async def ask(self, query: str, **terms: Parameter) -> bool:
        """Whether the ASK query holds."""
        answer = await self._answer(bind(query, terms), "json", None)
        return bool(orjson.loads(answer.read())["boolean"])

    async def construct(self, query: str, **terms: Parameter) -> list[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE query."""
        return await _parsed(_triples, await self._answer(bind(query, terms), None, "nt"))

    async def _answer(self, text: str, results: str | None, graph: str | None) -> Answer:
        return await self.evaluate(QueryRequest(text, results, graph, own=self._own))


async def _parsed(parser: Callable[[bytes], list[Parsed]], answer: Answer) -> list[Parsed]:
    """What `parser` makes of an answer; of a large one in a thread, so that other requests need not wait."""
    if answer.size <= _IN_THREAD:
        return parser(answer.read())
    return await asyncio.to_thread(lambda: parser(answer.read()))


def _solutions(body: bytes) -> list[Mapping[str, Term]]:
    found = parse_query_results(body, QueryResultsFormat.JSON)
    if not isinstance(found, QuerySolutions):
        raise ValueError("select() was given an ASK query")
    names = [variable.value for variable in found.variables]
    return [
        {name: term for name, term in zip(names, solution, strict=True) if term is not None}
        for solution in found
    ]


def _triples(body: bytes) -> list[Triple]:
    return [quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)]
