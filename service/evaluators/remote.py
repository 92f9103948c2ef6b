"""The remote evaluator: any SPARQL 1.1 endpoint, with the same limits around it as the local one.

Queries of vndx take the default graph to be the union of all graphs, which the standard leaves to the
endpoint. At start the endpoint is asked; where it is not so, each query without a dataset of its own is sent
with every graph as `default-graph-uri` and `named-graph-uri` (SPARQL 1.1 Protocol 2.1.4). The list of graphs
is read once.

An endpoint that gives up half-way may end its body as if it were whole (the native Oxigraph server does,
with status 200): an answer without its proper end is refused. CSV and TSV have no such end, so their rows are
asked for as JSON and written anew; of Turtle, N-Triples and their kin only an end amid a statement is seen.
"""

import asyncio
import itertools
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO, Final, cast

import httpx
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from service.evaluators.hatchery import limits
from service.evaluators.port import (
    Answer,
    EvaluationError,
    EvaluatorStatus,
    EvaluatorUnavailable,
    Form,
    NotAcceptable,
    QueryRequest,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
)
from service.evaluators.spool import Spool
from service.formats import FORMATS, GRAPHS, RESULTS, Format
from service.limits import Scan, check
from service.settings import Settings

_PROBE: Final = (
    "ASK { { SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } LIMIT 100 } FILTER NOT EXISTS { ?s ?p ?o } }"
)
_GRAPHS: Final = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
_FORMS: Final[dict[str, Form]] = {"ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
_PLACE: Final = re.compile(r"(?:\bat |\bline )(\d+)(?::|,? col(?:umn)?\.? )(\d+)", re.IGNORECASE)
_IN_THREAD: Final = 32 * 1024
_CONNECT_SECONDS: Final = 5.0
_ENDS: Final = {
    "json": (b"]}}", b"}"),
    "xml": (b"</sparql>",),
    "rdf": (b"</rdf:RDF>",),
    "jsonld": (b"]", b"}"),
}
_STATEMENTS: Final = frozenset({"ttl", "nt", "trig", "nq"})
_AS_JSON: Final = frozenset({"csv", "tsv"})
# What each row has at least one of.
_MARKS: Final = {"json": b"{", "xml": b"<result"}


class RemoteEvaluator:
    """Answers from the endpoint at `url`."""

    def __init__(
        self, settings: Settings, url: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._url = url
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(settings.timeout + 1, connect=_CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=settings.workers * 8),
            transport=transport,
            trust_env=False,
        )
        self._running = 0
        self._union = True
        self.graphs: tuple[str, ...] = ()

    async def start(self) -> None:
        """Ask the endpoint for its graphs and whether its default graph is their union."""
        answer = await self.evaluate(QueryRequest(_GRAPHS, "json", None))
        rows = json.loads(answer.read())["results"]["bindings"]
        self.graphs = tuple(sorted(row["g"]["value"] for row in rows if row["g"]["type"] == "uri"))
        outside = await self.evaluate(QueryRequest(_PROBE, "json", None))
        self._union = not json.loads(outside.read())["boolean"]

    async def evaluate(self, request: QueryRequest) -> Answer:
        """The endpoint's answer, whole. Raises `EvaluatorUnavailable` where it gives none."""
        scanned = await self._check(request.text)
        timeout = min(request.timeout or self._settings.timeout, self._settings.timeout)
        self._running += 1
        try:
            async with asyncio.timeout(timeout), self._ask(request, scanned) as response:
                return await self._answer(request, scanned, response)
        except TimeoutError as error:
            raise QueryTimeout(f"The query ran longer than {timeout:g} seconds and was given up.") from error
        except httpx.TimeoutException as error:
            raise QueryTimeout("The endpoint behind this service did not answer in time.") from error
        except httpx.HTTPError as error:
            raise _bad_endpoint(f"The endpoint behind this service cannot be reached: {error}.") from error
        finally:
            self._running -= 1

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def status(self) -> EvaluatorStatus:
        """How many queries the endpoint is at."""
        return EvaluatorStatus(running=self._running)

    async def _check(self, text: str) -> Scan:
        if len(text) < _IN_THREAD:
            return check(text, limits(self._settings))
        return await asyncio.to_thread(check, text, limits(self._settings))

    @asynccontextmanager
    async def _ask(self, request: QueryRequest, scanned: Scan) -> AsyncIterator[httpx.Response]:
        fields: dict[str, str | list[str]] = {"query": request.text}
        if request.default_graphs is not None or request.named_graphs is not None:
            fields["default-graph-uri"] = list(request.default_graphs or ())
            fields["named-graph-uri"] = list(request.named_graphs or ())
        elif not self._union and not scanned.names_dataset:
            fields["default-graph-uri"] = fields["named-graph-uri"] = list(self.graphs)
        _, wanted = _wanted(request, scanned)
        asked = _asked(wanted)
        headers = {"Accept": next(format.media_type for format in FORMATS if format.name == asked)}
        async with self._client.stream("POST", self._url, data=fields, headers=headers) as response:
            yield response

    async def _answer(self, request: QueryRequest, scanned: Scan, response: httpx.Response) -> Answer:
        if response.status_code != 200:
            raise _failure(response.status_code, await _start_of(response))
        format = _format(response.headers.get("content-type", ""))
        form, wanted = _wanted(request, scanned)
        asked = _asked(wanted)
        if format is None or format.name != asked:
            kind = response.headers.get("content-type", "no type")
            raise _bad_endpoint(f"The endpoint behind this service cannot write {asked}; it sent {kind}.")
        spool = await self._receive(format, form, response)
        if form == "solutions" and (spool.seen > self._settings.max_rows or wanted != asked):
            spool = await asyncio.to_thread(self._rewritten, spool, format, wanted)
        data, file = spool.take()
        opened = os.fdopen(file, "rb") if file is not None else None
        return Answer(form, wanted, spool.size, None if opened else data, opened, None, scanned.stable)

    async def _receive(self, format: Format, form: Form, response: httpx.Response) -> Spool:
        """The whole body, with its rows counted as often as they look like rows."""
        mark = _MARKS.get(format.name, b"") if form == "solutions" else b""
        spool = Spool(self._settings.max_bytes, mark, self._settings.max_bytes)
        tail = b""
        async for chunk in response.aiter_bytes():
            try:
                spool.write(chunk)
            except OSError as error:
                raise self._too_large("bytes") from error
            tail = (tail + chunk)[-256:]
        _check_end(format, form, tail)
        return spool

    def _rewritten(self, spool: Spool, format: Format, wanted: str) -> Spool:
        """The same solutions in the format `wanted`, with their rows counted."""
        data, file = spool.take()
        if file is not None:
            with os.fdopen(file, "rb") as opened:
                data = opened.read()
        try:
            written = _rewrite(data, format, wanted, self._settings.max_rows, self._settings.max_bytes)
        except (SyntaxError, ValueError) as error:
            message = f"The endpoint behind this service sent what is no {format.name}: {error}"
            raise _bad_endpoint(message) from error
        if isinstance(written, str):
            raise self._too_large(written)
        return written

    def _too_large(self, what: str) -> QueryTooLarge:
        limit = self._settings.max_rows if what == "rows" else self._settings.max_bytes
        return QueryTooLarge(f"The whole result has more than {limit} {what}.")


def _rewrite(data: bytes, format: Format, wanted: str, most: int, size: int) -> Spool | str:
    """Solutions in the format `wanted`, or what there is too much of: `rows` or `bytes`.

    The engine's solutions must end in the thread that made them, so no error takes them along.
    """
    rows = cast(QuerySolutions, parse_query_results(data, _engine(format.name)))
    try:
        if sum(1 for _ in itertools.islice(rows, most + 1)) > most:
            return "rows"
        written = Spool(size)
        rows = cast(QuerySolutions, parse_query_results(data, _engine(format.name)))
        rows.serialize(cast(BinaryIO, written), _engine(wanted))
    except OSError:
        return "bytes"
    finally:
        del rows
    return written


def _asked(wanted: str) -> str:
    """The format to ask the endpoint for."""
    return "json" if wanted in _AS_JSON else wanted


def _engine(name: str) -> QueryResultsFormat:
    return cast(QueryResultsFormat, next(format.engine for format in RESULTS if format.name == name))


def _wanted(request: QueryRequest, scanned: Scan) -> tuple[Form, str]:
    """The form of the query and the format to ask for. Raises `NotAcceptable` where there is none."""
    form = _FORMS.get(scanned.form, "solutions")
    wanted = request.graph_format if form == "graph" else request.results_format
    if wanted is None:
        raise NotAcceptable(form)
    return form, wanted


def _format(content_type: str) -> Format | None:
    kind = content_type.partition(";")[0].strip().lower()
    return next((format for format in (*RESULTS, *GRAPHS) if kind == format.media_type), None)


def _check_end(format: Format, form: Form, tail: bytes) -> None:
    """Refuse an answer that was cut. What tells it differs by format; some formats do not tell."""
    packed = b"".join(tail.split())
    if format.name in _STATEMENTS:
        last = tail.strip().rpartition(b"\n")[2].lower()
        whole = not packed or packed.endswith((b".", b"}")) or last.startswith((b"prefix", b"base"))
    else:
        ends = _ENDS[format.name]
        whole = packed.endswith(ends if form == "graph" else ends[0] if form == "solutions" else ends[-1])
    if not whole:
        raise QueryTimeout("The endpoint behind this service sent only a part of the answer.")


async def _start_of(response: httpx.Response) -> str:
    """The beginning of an error's body, as one line."""
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > 2000:
            break
    return " ".join(body[:2000].decode("utf-8", "replace").split())[:500]


def _failure(status: int, message: str) -> EvaluationError:
    if status == 400:
        place = _PLACE.search(message)
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        return QuerySyntaxError(f"The endpoint says: {message}", line, column)
    if status in (408, 504) or "timeout" in message.lower():
        return QueryTimeout(f"The endpoint behind this service gave up: {message}")
    return _bad_endpoint(f"The endpoint behind this service answered {status}: {message}")


def _bad_endpoint(message: str) -> EvaluatorUnavailable:
    return EvaluatorUnavailable(message, code="bad-endpoint")
