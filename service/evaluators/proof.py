"""What another endpoint sent: proved to be whole, and written in the format that was asked for.

An endpoint that gives up half-way may end its body as if it were whole, with status 200 (the native Oxigraph
server does). So solutions are asked for in JSON and graphs in a format that shows its end, whatever the
client wants, and read to that end before the first byte of them is passed on. CSV, TSV, Turtle, N-Triples and
their kin may be cut between two lines without a trace: they are written here, by the engine. Of RDF/XML
the engine's reader does not miss the end tag, so expat looks for it (and lets no document type pass).

All of this may take long and runs in a thread. The engine's readers must end in the thread that made them,
so no error may take them along.
"""

from collections.abc import Generator
from typing import BinaryIO, Final, cast
from xml.parsers import expat

import orjson
from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from ontology.namespaces import PREFIXES
from service.evaluators.port import EvaluationError, EvaluatorUnavailable, QueryTimeout, QueryTooLarge
from service.evaluators.spool import Spool
from service.formats import FORMATS, JSON, Format

PROVABLE: Final = ("jsonld", "rdf")
"""Formats of graphs that show their end, the preferred first."""
_PREFIXED: Final = frozenset({"ttl", "trig", "rdf"})
_ENDS: Final = {"json": b"}", "jsonld": b"]}", "rdf": b">"}
_BOOLEAN: Final = {value: orjson.dumps({"head": {}, "boolean": value}) for value in (True, False)}
_ROW: Final = "__ASK_RETVAL"
"""The variable that Virtuoso makes of the answer to ASK, where it answers with a row or none."""


def solutions(body: BinaryIO, wanted: Format, rows: int, size: int) -> tuple[int, Spool | None]:
    """How many solutions the JSON in `body` holds, and where another format is `wanted`, they in that.

    Raises `QueryTooLarge` for more than `rows` solutions or `size` bytes, and what `_broken` gives.
    """
    body.seek(0)
    found = _read_solutions(body)
    count = 0
    try:
        for _ in found:
            count += 1
            if count > rows:
                break
    except (SyntaxError, ValueError) as error:
        message = str(error)
    else:
        message = ""
    finally:
        del found
    if message:
        raise _broken(body, JSON, message)
    if count > rows:
        raise QueryTooLarge(f"The whole result has more than {rows} rows.")
    if wanted is JSON:
        return count, None
    body.seek(0)
    spool = Spool(size)
    found = _read_solutions(body)
    try:
        found.serialize(cast(BinaryIO, spool), cast(QueryResultsFormat, wanted.engine))
    except OSError:
        message = "full"
    finally:
        del found
    if message:
        raise _too_large(size)
    return count, spool


def boolean(body: BinaryIO, wanted: Format) -> Spool:
    """The answer to an ASK, in the format `wanted`. Raises what `_broken` gives."""
    body.seek(0)
    answer = holds(body.read())
    if answer is None:
        raise _broken(body, JSON, "it says neither true nor false")
    said = parse_query_results(_BOOLEAN[answer], QueryResultsFormat.JSON)
    spool = Spool(1 << 20)
    cast(QueryBoolean, said).serialize(cast(BinaryIO, spool), cast(QueryResultsFormat, wanted.engine))
    return spool


def holds(body: bytes) -> bool | None:
    """What the JSON in `body` answers to an ASK; None where it does not say."""
    try:
        answer = orjson.loads(body)
        if answer["head"].get("vars") == [_ROW]:
            return bool(answer["results"]["bindings"])
        return {True: True, False: False}.get(answer.get("boolean"))
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def graph(body: BinaryIO, came: Format, wanted: Format, size: int) -> Spool | None:
    """The graph in `body`, which came in `came`, in the format `wanted`; None where they are the same.

    Raises `QueryTooLarge` for more than `size` bytes, and what `_broken` gives.
    """
    if came.name == "rdf" and (message := _ill_formed(body)):
        raise _broken(body, came, message)
    body.seek(0)
    spool = Spool(size)
    triples = _triples(body, cast(RdfFormat, came.engine))
    message = ""
    try:
        if wanted is came:
            for _ in triples:
                pass
        else:
            prefixes = dict(PREFIXES) if wanted.name in _PREFIXED else None
            engine = cast(RdfFormat, wanted.engine)
            serialize(triples, cast(BinaryIO, spool), engine, prefixes=prefixes)
    except (SyntaxError, ValueError) as error:
        message = str(error)
    except OSError:
        message = "full"
    finally:
        triples.close()
        del triples
    if spool.full is not None:
        raise _too_large(size)
    if message:
        raise _broken(body, came, message)
    return None if wanted is came else spool


def by_name(name: str) -> Format:
    """The format of that name. Raises StopIteration for an unknown one."""
    return next(format for format in FORMATS if format.name == name)


def _read_solutions(body: BinaryIO) -> QuerySolutions:
    try:
        found = parse_query_results(body, QueryResultsFormat.JSON)
    except (SyntaxError, ValueError) as error:
        message = str(error)
    else:
        if isinstance(found, QuerySolutions):
            return found
        message = "it is no table of solutions"
    raise _broken(body, JSON, message)


def _triples(body: BinaryIO, format: RdfFormat) -> Generator[Triple, None, None]:
    for quad in parse(body, format):
        yield quad.triple


def _ill_formed(body: BinaryIO) -> str:
    """What is wrong with `body` as XML; empty where nothing is. A document type, whose entities could grow
    without end, is.
    """
    body.seek(0)
    reader = expat.ParserCreate()

    def refuse(*arguments: object) -> None:
        raise ValueError("it has a document type")

    reader.StartDoctypeDeclHandler = refuse
    try:
        reader.ParseFile(body)
    except (expat.ExpatError, ValueError) as error:
        return str(error)
    return ""


def _broken(body: BinaryIO, format: Format, message: str) -> EvaluationError:
    """The error for a body that is not whole: it was cut (given up there), or never was of that format."""
    size = body.seek(0, 2)
    body.seek(max(0, size - 256))
    last = body.read().rstrip()[-1:]
    if not last or last not in _ENDS.get(format.name, b".") or "end of file" in message.lower():
        return QueryTimeout("The endpoint behind this service sent only a part of the answer.")
    return EvaluatorUnavailable(
        f"The endpoint behind this service sent what is no {format.name}: {message}", code="bad-endpoint"
    )


def _too_large(size: int) -> QueryTooLarge:
    return QueryTooLarge(f"The whole result has more than {size} bytes.")
