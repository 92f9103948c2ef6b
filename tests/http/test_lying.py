"""An endpoint that gives up half-way and ends its answer as if it were whole: never a 200 with a part.

Answers are cut after every byte, between two rows and between two triples included, for every format that
a client may want; then over a socket, by every way in which a connection may end.
"""

import asyncio
import gzip
from collections.abc import Callable, Iterator, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest
from lying import Frame, Liar, chunked, declared, listening
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse
from running import Service, serve

from service.evaluators.port import (
    EvaluationError,
    EvaluatorUnavailable,
    QueryRefused,
    QueryRequest,
    QueryTooLarge,
)
from service.evaluators.remote import RemoteEvaluator
from service.formats import GRAPHS, RESULTS
from service.settings import Settings

E = "http://e.example/"
ROWS = "SELECT ?s ?o { ?s <http://e.example/p> ?o } ORDER BY ?o"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
HARD = ('a ]}} "', "</results></sparql>", " .\n<a:a> <a:b> <a:c> .", "],[{}]", "<!-- </rdf:RDF> -->", "0")


@pytest.fixture(scope="module")
def store() -> Store:
    """Six triples in two graphs, with literals that look like ends of formats."""
    store = Store()
    for n, text in enumerate(HARD):
        quad = NamedNode(f"{E}{n}"), NamedNode(E + "p"), Literal(text, language="vi")
        store.add(Quad(*quad, NamedNode(f"{E}g{n % 2}")))
    return store


@asynccontextmanager
async def started(liar: Liar, **settings: object):  # type: ignore[no-untyped-def]
    transport = httpx.MockTransport(liar)
    evaluator = RemoteEvaluator(Settings(**settings), "http://endpoint/", None, transport)  # type: ignore[arg-type]
    await evaluator.start()
    try:
        yield evaluator
    finally:
        await evaluator.close()


async def asked(evaluator: RemoteEvaluator, query: str, format: str) -> bytes:
    return (await evaluator.evaluate(QueryRequest(query, format, format))).read()


def cuts(liar: Liar, query: str, format: str, step: int) -> list[bytes]:
    """What was passed on as whole of an answer that was cut after each `step` bytes."""

    async def run() -> list[bytes]:
        passed = []
        async with started(liar) as evaluator:
            sent: list[bytes] = []
            liar.spoil = lambda body: sent.append(body) or body  # type: ignore[func-returns-value]
            whole = await asked(evaluator, query, format)
            assert whole
            for length in range(0, len(sent[0].rstrip()), step):
                liar.spoil = lambda body, length=length: body[:length]  # type: ignore[misc]
                try:
                    passed.append(await asked(evaluator, query, format))
                except EvaluationError as error:
                    assert error.code in ("query-timeout", "bad-endpoint")
        return passed

    return asyncio.run(run())


@pytest.mark.parametrize("format", [format.name for format in RESULTS])
@pytest.mark.parametrize("query", [ROWS, "ASK {}"])
def test_no_cut_of_solutions_passes(store: Store, query: str, format: str) -> None:
    assert cuts(Liar(store), query, format, 1 if format in ("json", "csv") else 5) == []


@pytest.mark.parametrize("format", [format.name for format in GRAPHS])
@pytest.mark.parametrize("written", ["jsonld", "rdf"])
def test_no_cut_of_a_graph_passes(store: Store, written: str, format: str) -> None:
    liar = Liar(store, formats=("json", "nt", "ttl", written))
    assert cuts(liar, GRAPH, format, 1 if format in ("nt", written) else 5) == []


@pytest.mark.parametrize("written", ["jsonld", "rdf", "nt"])
@pytest.mark.parametrize("format", GRAPHS, ids=lambda format: format.name)
def test_graphs_come_unharmed_in_every_format(store: Store, written: str, format: object) -> None:
    async def run() -> bytes:
        async with started(Liar(store, formats=("json", written))) as evaluator:
            return await asked(evaluator, GRAPH, format.name)  # type: ignore[attr-defined]

    expected = {(quad.subject, quad.object) for quad in store}
    engine: RdfFormat = format.engine  # type: ignore[attr-defined]
    assert {(quad.subject, quad.object) for quad in parse(asyncio.run(run()), engine)} == expected


def test_formats_without_an_end_are_not_believed_unless_their_length_is_declared(store: Store) -> None:
    async def run() -> None:
        async with started(Liar(store, formats=("json", "ttl"))) as evaluator:
            assert (await asked(evaluator, "ASK {}", "json")).strip()
            with pytest.raises(EvaluatorUnavailable, match="no format that shows where they end"):
                await asked(evaluator, GRAPH, "nt")

    asyncio.run(run())


@pytest.mark.parametrize("format", ["json", "csv", "tsv", "xml"])
def test_rows_and_bytes_are_bounded(store: Store, format: str) -> None:
    async def run() -> None:
        async with started(Liar(store), max_rows=5) as evaluator:
            assert (await asked(evaluator, ROWS + " LIMIT 5", format)).count(E.encode()) == 5
            with pytest.raises(QueryTooLarge, match="5 rows"):
                await asked(evaluator, ROWS, format)
        async with started(Liar(store), max_bytes=500) as evaluator:
            with pytest.raises(QueryTooLarge, match="500 bytes" if format == "json" else "2000 bytes"):
                await asked(evaluator, "SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }", format)
            with pytest.raises(QueryTooLarge, match="bytes"):
                await asked(evaluator, "CONSTRUCT { ?s ?p ?c } { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }", "nt")

    asyncio.run(run())


def test_a_row_for_yes_and_none_for_no(store: Store) -> None:
    """So Virtuoso 7 answers ASK."""
    rows = b'{"head":{"link":[],"vars":["__ASK_RETVAL"]},"results":{"bindings":[%s]}}'

    async def run() -> None:
        liar = Liar(store)
        async with started(liar) as evaluator:
            for row, holds in (
                (b'{"__ASK_RETVAL":{"type":"literal","value":"1"}}', b"true"),
                (b"", b"false"),
            ):
                liar.spoil = lambda body, row=row: rows % row  # type: ignore[misc]
                assert holds in await asked(evaluator, "ASK {}", "json")
                assert holds in await asked(evaluator, "ASK {}", "csv")
            liar.spoil = lambda body: b'{"head":{},"boolean":"perhaps"}'
            with pytest.raises(EvaluatorUnavailable, match="neither true nor false"):
                await asked(evaluator, "ASK {}", "xml")

    asyncio.run(run())


def test_the_graphs_of_an_endpoint_are_read_again(store: Store) -> None:
    async def run() -> None:
        grown = Store()
        grown.extend(store)
        async with started(Liar(grown, union=False)) as evaluator:
            assert evaluator.counts == {f"{E}g0": 3, f"{E}g1": 3}
            grown.add(Quad(NamedNode(E), NamedNode(E), NamedNode(E), NamedNode(E + "g2")))
            async with asyncio.timeout(10):
                while f"{E}g2" not in evaluator.counts:
                    await asyncio.sleep(0.01)
            assert b"7" in await asked(evaluator, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "csv")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.evaluators.remote._AGAIN", 0.01)
        patch.setattr("service.evaluators.remote._RARELY", 0)
        asyncio.run(run())


@pytest.mark.parametrize(
    "text", ["FILTER(" + "!" * 2500 + "true)", "{} " * 2500, "?s " + "<a:a>|" * 2500 + "<a:b> ?o"], ids="nbp"
)
def test_what_ends_an_engine_is_not_sent_there(store: Store, text: str) -> None:
    async def run() -> None:
        async with started(Liar(store)) as evaluator:
            with pytest.raises(QueryRefused, match="too many for this endpoint"):
                await asked(evaluator, f"SELECT * {{ {text} }}", "json")
            many = " ".join(f'"{n}"' for n in range(9000))
            await asked(evaluator, f"SELECT * {{ VALUES ?o {{ {many} }} ?s ?p ?o }}", "json")

    asyncio.run(run())


def test_entities_of_an_endpoint_do_not_expand(store: Store) -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><rdf:RDF xmlns:rdf="http://www.w3.org/'
    bomb += '1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="a:a">&b;</rdf:Description></rdf:RDF>'

    async def run() -> None:
        liar = Liar(store, formats=("json", "rdf"))
        async with started(liar) as evaluator:
            liar.spoil = lambda body: bomb.encode()
            for format in ("rdf", "nt"):
                with pytest.raises(EvaluatorUnavailable, match="document type"):
                    await asked(evaluator, GRAPH, format)

    asyncio.run(run())


def early(body: bytes) -> bytes:
    """Declares more than it sends."""
    return b"Content-Length: %d\r\n\r\n%s" % (len(body) + 1, body)


def endless(body: bytes) -> bytes:
    """Chunks without the last one."""
    return chunked(body)[:-5]


def unframed(body: bytes) -> bytes:
    """Ends with the connection."""
    return b"\r\n" + body[:-1]


def halved(body: bytes) -> bytes:
    return chunked(body[: len(body) // 2])


def packed(body: bytes) -> bytes:
    """A compressed body that ends early, in chunks that do not."""
    return b"Content-Encoding: gzip\r\n" + chunked(gzip.compress(body)[:-12])


HOW: Sequence[Frame] = (early, endless, unframed, halved, packed)


@pytest.fixture(scope="module")
def lied(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, list[Frame]]]:
    """A service over an endpoint on a socket, and the list whose one entry says how that sends."""
    framed: list[Frame] = [declared]
    nothing = tmp_path_factory.mktemp("nothing")
    with listening(Liar(store), framed) as url, serve("--endpoint", url, release=nothing) as service:
        yield service, framed


@pytest.mark.parametrize("how", HOW, ids=lambda how: how.__name__)
def test_no_end_of_a_connection_makes_a_part_whole(
    lied: tuple[Service, list[Frame]], how: Callable[[bytes], bytes]
) -> None:
    service, framed = lied
    with service.client() as client:
        for query, formats in ((ROWS, RESULTS), ("ASK {}", RESULTS), (GRAPH, GRAPHS)):
            for format in formats:
                asking = {"query": query, "format": format.name}
                framed[0] = chunked
                assert client.get("/sparql", params=asking).status_code == 200
                framed[0] = how
                answer = client.get("/sparql", params=asking)
                assert answer.status_code in (502, 503), (format.name, answer.text)
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["code"] in ("bad-endpoint", "not-ready", "query-timeout")
