"""An evaluator in the calling process, for `vndx query`: one's own query needs no guard."""

from pathlib import Path

from pyoxigraph import RdfFormat, Store

from service.evaluators.execution import Bounds, execute
from service.evaluators.port import Answer, EvaluatorStatus, QueryRequest
from service.limits import Limits

_UNBOUNDED = 1 << 62


class Direct:
    """Answers from the quads of a release, loaded when first asked, without bounds on time or size."""

    def __init__(self, quads: Path) -> None:
        self._quads = quads
        self._store: Store | None = None

    @property
    def lookup_store(self) -> None:
        """None: there are no lookups."""

    @property
    def union(self) -> bool:
        """The default graph of a release is the union of its graphs."""
        return True

    async def start(self) -> None:
        """Load the quads."""
        if self._store is None:
            self._store = Store()
            self._store.load(path=self._quads, format=RdfFormat.N_QUADS)

    def at_once(self, text: str, results_format: str | None, graph_format: str | None) -> None:
        """None: there is nobody else who waits."""
        return

    async def evaluate(self, request: QueryRequest) -> Answer:
        """The answer, computed here and now."""
        await self.start()
        assert self._store is not None  # noqa: S101
        text = Limits(_UNBOUNDED, _UNBOUNDED, _UNBOUNDED, _UNBOUNDED)
        result = execute(self._store, request, Bounds(text, _UNBOUNDED, _UNBOUNDED), union=True)
        data, file = result.spool.take()
        if file is None:
            return Answer(
                result.form, result.format, result.spool.size, data, None, result.rows, result.stable
            )
        opened = open(file, "rb")  # noqa: PTH123, SIM115 - the answer's reader closes it
        return Answer(result.form, result.format, result.spool.size, None, opened, result.rows, result.stable)

    async def close(self) -> None:
        """Let go of the store."""
        self._store = None

    def status(self) -> EvaluatorStatus:
        """Nothing waits and nothing is killed here."""
        return EvaluatorStatus()
