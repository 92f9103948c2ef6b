"""The port of evaluators: a request in, complete bytes out, or one error of one tree.

Whatever stands behind it (workers on this machine, another endpoint), an answer is whole before the first
byte of it is sent, so that no client ever sees a 200 with a cut body.
"""

# Errors are named for what happened; the base says that they are errors.
# ruff: noqa: N818

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, NamedTuple, Protocol

Form = Literal["solutions", "boolean", "graph"]

CHUNK: Final = 256 * 1024


class EvaluationError(Exception):
    """Base of everything an evaluator refuses or fails with. `code` is the problem's code."""

    code = "query-failed"


class QueryRefused(EvaluationError):
    """The query asks for what is not given here: SERVICE, an update, too deep a nesting, too long a text."""

    def __init__(self, message: str, code: str = "query-too-complex") -> None:
        super().__init__(message)
        self.code = code


class QuerySyntaxError(EvaluationError):
    """The text is no SPARQL query. `line` and `column` count from 1; None where the engine does not say."""

    code = "query-syntax"

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class NotAcceptable(EvaluationError):
    """The query is of a form (`solutions`, `boolean`, `graph`) that no accepted format can hold."""

    code = "not-acceptable"

    def __init__(self, form: Form) -> None:
        kind = "a graph" if form == "graph" else "solutions"
        super().__init__(f"The query's answer is {kind}, which none of the accepted formats can hold.")
        self.form = form


class QueryFailed(EvaluationError):
    """The query ended the worker, or the engine could not evaluate it."""


class QueryTimeout(EvaluationError):
    """The query ran longer than the time allowed, and was stopped."""

    code = "query-timeout"


class QueryTooLarge(EvaluationError):
    """The whole result would have more rows or bytes than the limits allow."""

    code = "result-too-large"


class EvaluatorBusy(EvaluationError):
    """No place in the queue, or none for long queries. `retry_after` is seconds."""

    def __init__(self, message: str, *, retry_after: int = 5, code: str = "busy") -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after


class EvaluatorUnavailable(EvaluatorBusy):
    """The evaluator is not running, or its endpoint does not answer."""


class QueryRequest(NamedTuple):
    """One query.

    `results_format` and `graph_format` are names in `service.formats` for SELECT/ASK and CONSTRUCT/DESCRIBE;
    None where the client accepts no such format. `default_graphs` and `named_graphs` are the dataset of the
    SPARQL 1.1 Protocol (section 2.1.4); both None leave it to the query. `timeout` is seconds, None for the
    service's own; `client` is who asks, empty for the service itself. `own` says that the text is the
    service's own, which has bounds of its own (`Settings.own`).
    """

    text: str
    results_format: str | None = "json"
    graph_format: str | None = "ttl"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    timeout: float | None = None
    client: str = ""
    own: bool = False


@dataclass(frozen=True)
class Answer:
    """A complete result. Either `data` holds it or `file`, opened for reading and positioned at its start.

    `rows` counts solutions, None for the other forms and where it is not known; `stable` says that the same
    query on the same release gives the same answer, so that it may be cached and tagged.
    """

    form: Form
    format: str
    size: int
    data: bytes | None = None
    file: BinaryIO | None = None
    rows: int | None = None
    stable: bool = False

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces of at most `CHUNK` bytes; closes the file."""
        if self.data is not None:
            yield self.data
        elif self.file is not None:
            with self.file as file:
                while chunk := file.read(CHUNK):
                    yield chunk

    def read(self) -> bytes:
        """The whole body; closes the file."""
        if self.data is not None or self.file is None:
            return self.data or b""
        with self.file as file:
            return file.read()  # at once: no piece is copied twice

    def close(self) -> None:
        """Let go of the file, if any."""
        if self.file is not None:
            self.file.close()


class Small(NamedTuple):
    """A complete result of a few kilobytes, the same each time that the same is asked of a release."""

    form: Form
    format: str
    data: bytes


@dataclass(frozen=True)
class EvaluatorStatus:
    """How an evaluator is doing, for `/metrics`. Memory is resident bytes of each process."""

    waiting: int = 0
    running: int = 0
    kills: tuple[tuple[str, int], ...] = ()
    memory: tuple[tuple[str, int], ...] = ()


class Evaluator(Protocol):
    """What answers queries."""

    @property
    def union(self) -> bool:
        """Whether the default graph of a query that names no dataset is the union of all named graphs."""

    @property
    def lookup_store(self) -> Path | None:
        """The store on disk that `at_once` answers from, if any: another process may do the same."""

    async def start(self) -> None:
        """Get ready to answer. Raises `EvaluatorUnavailable` with the reason where that fails."""

    def at_once(self, text: str, results_format: str | None, graph_format: str | None) -> Small | None:
        """The answer to a query without a dataset, where that takes next to no time and nobody else's."""

    async def evaluate(self, request: QueryRequest) -> Answer:
        """The answer to `request`. Raises an `EvaluationError`; cancelling frees what the query holds."""

    async def close(self) -> None:
        """End all processes and connections. Queries under way fail."""

    def status(self) -> EvaluatorStatus:
        """The figures of the moment."""
