"""One query on one store, written whole into a bounded spool. Runs in a worker."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, Final, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from ontology.namespaces import BASE, PREFIXES
from service.evaluators.complaints import complaint
from service.evaluators.port import (
    Form,
    NotAcceptable,
    QueryFailed,
    QueryRefused,
    QueryRequest,
    QueryTooLarge,
)
from service.evaluators.spool import Spool
from service.formats import FORMATS
from service.limits import Limits, check, plain

BASE_IRI: Final = BASE + "sparql"
"""What relative IRIs in a query are resolved against: the address of the endpoint, the same on every host."""

_ENGINE: Final = {format.name: format.engine for format in FORMATS}
# By format: a byte string that the engine writes at or between rows, and how many more of them than rows.
_MARKS: Final = {"json": (b"},{", -1), "xml": (b"<result>", 0), "csv": (b"\n", 1), "tsv": (b"\n", 1)}
_PREFIXED: Final = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML)
_UNKNOWN_FUNCTION: Final = re.compile(r"The custom function <([^>]*)> is not supported")
_MOST_FUNCTIONS: Final = 100

Function = Callable[..., NamedNode | BlankNode | Literal | Triple | None]


@dataclass(frozen=True)
class Bounds:
    """What a query may be and give: limits of its text, rows of solutions, bytes of result."""

    text: Limits
    rows: int
    bytes: int


@dataclass(frozen=True)
class Result:
    """A whole result in `spool`, and what there is to say of it."""

    form: Form
    format: str
    spool: Spool
    rows: int | None
    stable: bool


def execute(store: Store, request: QueryRequest, bounds: Bounds, *, union: bool) -> Result:
    """Answer `request` from `store`; `union` makes the default graph the union of all graphs.

    Raises `QueryRefused`, `QuerySyntaxError`, `NotAcceptable`, `QueryTooLarge` or `QueryFailed`.
    """
    stable, named = _read(request, bounds.text)
    # The engine's union flag would override a dataset that is named.
    run = partial(_query, store, request, union=union and not named, functions={})
    try:
        found = run()
        if isinstance(found, QueryTriples):
            spool, rows = _write_graph(found, request, bounds), None
            form: Form = "graph"
        elif isinstance(found, QueryBoolean):
            spool, rows = _write_boolean(found, request, bounds), None
            form = "boolean"
        else:
            spool, rows = _write_solutions(found, run, request, bounds)
            form = "solutions"
    except PermissionError as error:
        raise QueryRefused(
            "The query reached for the network, which is closed to it: SERVICE is refused.", "service-refused"
        ) from error
    except (RuntimeError, OSError, ValueError) as error:
        raise QueryFailed(f"The query could not be evaluated: {error}.") from error
    name = request.graph_format if form == "graph" else request.results_format
    return Result(form, name or "", spool, rows, stable)


def _read(request: QueryRequest, limits: Limits) -> tuple[bool, bool]:
    """Whether the query gives the same each time, and whether a dataset is named in it or beside it.

    Raises `QueryRefused`.
    """
    named = request.default_graphs is not None or request.named_graphs is not None
    if plain(request.text, limits):
        return True, named
    scanned = check(request.text, limits)
    return scanned.stable, named or scanned.names_dataset


def _query(
    store: Store, request: QueryRequest, *, union: bool, functions: dict[NamedNode, Function]
) -> QuerySolutions | QueryBoolean | QueryTriples:
    """The engine's answer, not yet read.

    A function that nobody knows is an error of its expression, not of the query (SPARQL 1.1, 17.6), where the
    engine refuses the query: each such function is therefore given to it as one that has no value.
    """
    options: dict[str, Any] = {"base_iri": BASE_IRI, "use_default_graph_as_union": union}
    if request.default_graphs is not None or request.named_graphs is not None:
        options["default_graph"] = [_graph(iri) for iri in request.default_graphs or ()]
        options["named_graphs"] = [_graph(iri) for iri in request.named_graphs or ()]
    while True:
        try:
            return store.query(request.text, custom_functions=functions, **options)
        except SyntaxError as error:
            raise complaint(error, request.text) from error
        except RuntimeError as error:
            unknown = _UNKNOWN_FUNCTION.search(str(error))
            if not unknown or len(functions) >= _MOST_FUNCTIONS:
                raise
            functions[NamedNode(unknown[1])] = _no_value


def _no_value(*arguments: object) -> None:
    return None


def _graph(iri: str) -> NamedNode | DefaultGraph:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise QueryRefused(f"{iri!r} is not an IRI of a graph.", "bad-request") from error


def _write_solutions(
    found: QuerySolutions, run: Callable[[], Any], request: QueryRequest, bounds: Bounds
) -> tuple[Spool, int | None]:
    """Write solutions, at most as many as the bounds allow.

    Marks are counted as bytes pass by, which costs next to nothing but may count too many: only where that
    comes out over the limit are the rows themselves counted, and the result written again.
    """
    format = _results_format(request, "solutions")
    mark, more = _MARKS[request.results_format or ""]
    spool = Spool(bounds.bytes, mark, bounds.rows + more)
    if _write(spool, lambda: found.serialize(_binary(spool), format)):
        return spool, _rows(spool, request.results_format or "")
    if spool.full is None or spool.full.what == "bytes":
        raise _too_large(bounds, "bytes")
    rows = 0
    for rows, _ in enumerate(run(), start=1):
        if rows > bounds.rows:
            raise _too_large(bounds, "rows")
    again = Spool(bounds.bytes)
    if not _write(again, lambda: run().serialize(_binary(again), format)):
        raise _too_large(bounds, "bytes")
    return again, rows


def _write_boolean(found: QueryBoolean, request: QueryRequest, bounds: Bounds) -> Spool:
    spool = Spool(bounds.bytes)
    format = _results_format(request, "boolean")
    found.serialize(_binary(spool), format)
    return spool


def _write_graph(found: QueryTriples, request: QueryRequest, bounds: Bounds) -> Spool:
    format = _ENGINE.get(request.graph_format or "")
    if not isinstance(format, RdfFormat):
        raise NotAcceptable("graph")
    spool = Spool(bounds.bytes)

    def write() -> None:
        if format in _PREFIXED:
            serialize(found, _binary(spool), format, prefixes=prefixes(format))
        else:  # the engine's own way, which makes no object of ours of each triple, knows no prefixes
            found.serialize(_binary(spool), format)

    if not _write(spool, write):
        raise _too_large(bounds, "bytes")
    return spool


def prefixes(format: RdfFormat) -> dict[str, str]:
    """The prefixes that graphs are written with, where the format has any."""
    return dict(PREFIXES) if format in _PREFIXED else {}


def _binary(spool: Spool) -> BinaryIO:
    """The spool as the engine's signatures name it; all it calls is `write`."""
    return cast(BinaryIO, spool)


def _write(spool: Spool, write: Callable[[], object]) -> bool:
    """Whether `write` came to its end, and not to the spool's."""
    try:
        write()
    except OSError:
        if spool.full is None:
            raise
        spool.close()
        return False
    return True


def _results_format(request: QueryRequest, form: Form) -> QueryResultsFormat:
    format = _ENGINE.get(request.results_format or "")
    if not isinstance(format, QueryResultsFormat):
        raise NotAcceptable(form)
    return format


def _rows(spool: Spool, format: str) -> int | None:
    """The number of rows where marks tell it for certain: lines of TSV after the head, elements of XML."""
    more = {"tsv": 1, "xml": 0}.get(format)
    return None if more is None else spool.seen - more


def _too_large(bounds: Bounds, what: str) -> QueryTooLarge:
    limit: Mapping[str, int] = {"rows": bounds.rows, "bytes": bounds.bytes}
    return QueryTooLarge(
        f"The whole result has more than {limit[what]} {what}, the most that this service gives at once: "
        "ask for less, page with ORDER BY, LIMIT and OFFSET, or take a dump from /dataset."
    )
