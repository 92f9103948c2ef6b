"""CPU a request for ten kinds of query, against the native server and the engine in process, in one run.

Engines take turns round by round, and medians of rounds are compared: a machine is not the same from one
minute to the next.
"""

import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pyoxigraph import QueryResultsFormat, RdfFormat, Store

from bench import releases, servers, synthetic
from bench.client import JSON, Connection
from bench.queries import KINDS, LABEL, Kind
from bench.servers import Server

SIZES = (100_000, 1_000_000)
LARGE = 10_000_000
ROUNDS = 5
_RDFLIB_KINDS = KINDS[:5]
LIMIT = "in process"
Figures = dict[str, dict[str, float]]


def run(large: bool = False) -> str:
    """Markdown sections with CPU milliseconds a request and the ratios, one for each size of graph."""
    return "\n".join(_measured(size) for size in ((*SIZES, LARGE) if large else SIZES))


def _measured(size: int) -> str:
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        data = folder / "data.nt"
        count = synthetic.write(data, size)
        sys.stderr.write(f"  {count:,} triples\n")
        store = Store()
        store.load(path=data, format=RdfFormat.N_TRIPLES)
        made = releases.release(folder / "release", data)
        began = time.perf_counter()
        ours = stack.enter_context(servers.vndx(made))
        loaded = time.perf_counter() - began
        peers = {
            "vndx": ours,
            "native, memory": stack.enter_context(servers.native(data)),
            "native, disk": stack.enter_context(servers.native(data, folder / "disk")),
        }
        for server in peers.values():
            _over_http(server, LABEL, LABEL.texts(800_000, 500))  # an interpreter gets quicker as it goes
        figures = _figures(store, peers)
        memory = {name: server.memory() for name, server in peers.items()}
        if size == SIZES[0]:
            third = stack.enter_context(servers.rdflib_endpoint(data, folder / "venv"))
            if third is not None:
                figures["rdflib-endpoint"] = {kind.name: _third(third, kind) for kind in _RDFLIB_KINDS}
    return _section(count, figures, memory, loaded)


def _figures(store: Store, peers: dict[str, Server]) -> Figures:
    """CPU milliseconds a request, by engine and kind of query: the median of the rounds."""
    found: Figures = {engine: {} for engine in (LIMIT, *peers)}
    for kind in KINDS:
        for engine, value in _rounds(store, peers, kind).items():
            found[engine][kind.name] = value
    for engine, server in peers.items():
        texts = [LABEL.texts(900_000 + number * 1000, LABEL.repeats) for number in range(ROUNDS)]
        found[engine][f"{LABEL.name}, a connection each"] = statistics.median(
            _over_http(server, LABEL, round, anew=True) for round in texts
        )
    return found


def _rounds(store: Store, peers: dict[str, Server], kind: Kind) -> dict[str, float]:
    took: dict[str, list[float]] = {}
    for number in range(ROUNDS):
        texts = kind.texts(number * (kind.repeats + 1), kind.repeats + 1)
        took.setdefault(LIMIT, []).append(_cpu(time.process_time, lambda t: _answer(store, kind, t), texts))
        for engine, server in peers.items():
            took.setdefault(engine, []).append(_over_http(server, kind, texts))
    return {engine: statistics.median(values) for engine, values in took.items()}


def _over_http(server: Server, kind: Kind, texts: list[str], anew: bool = False) -> float:
    with Connection(server.address) as connection:

        def ask(text: str) -> None:
            if anew:
                connection.close()
            connection.send(server.address.request(text, kind.accept))

        return _cpu(server.cpu, ask, texts)


def _cpu(clock: Callable[[], float], ask: Callable[[str], object], texts: list[str]) -> float:
    """Milliseconds of `clock` a query; the first is asked before it starts."""
    ask(texts[0])
    before = clock()
    for text in texts[1:]:
        ask(text)
    return (clock() - before) / len(texts[1:]) * 1000


def _answer(store: Store, kind: Kind, text: str) -> bytes | None:
    """The result written to bytes, in this process: the limit."""
    answer = store.query(text)
    if kind.accept == JSON:
        return answer.serialize(format=QueryResultsFormat.JSON)  # type: ignore[arg-type]
    return answer.serialize(format=RdfFormat.N_TRIPLES)  # type: ignore[arg-type]


def _third(server: Server, kind: Kind) -> float:
    """The third peer closes its connections and is slow; three queries must do."""
    return _cpu(server.cpu, lambda text: server.ask(text, kind.accept), kind.texts(0, 4))


def _section(count: int, figures: Figures, memory: dict[str, float], loaded: float) -> str:
    engines = list(figures)
    lines = [
        f"## CPU a request, {count:,} triples",
        "",
        "Milliseconds of CPU a request over all processes of a server, no result cache, connections kept;",
        f"medians of {ROUNDS} rounds in which the engines took turns. The limit is the engine in process,",
        "its result written to bytes. Ours serves a release, its triples in a named graph; the others have",
        "them in the default graph.",
        "",
        f"| query | {' | '.join(engines)} | vndx / limit | vndx / native, memory | vndx / native, disk |",
        "| --- |" + " --- |" * (len(engines) + 3),
    ]
    for name in figures["vndx"]:
        ours = figures["vndx"][name]
        ratios = [_ratio(ours, figures[peer].get(name)) for peer in (LIMIT, "native, memory", "native, disk")]
        values = [_cell(figures[engine].get(name)) for engine in engines]
        lines.append(f"| {name} | {' | '.join([*values, *ratios])} |")
    told = ", ".join(f"{name} {value:.0f} MB" for name, value in memory.items())
    lines += [
        "",
        f"Memory after these (PSS of all processes): {told}. vndx read its release and answered its first",
    ]
    return "\n".join([*lines, f"query {loaded:.1f} s after the command.", ""])


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _ratio(ours: float, theirs: float | None) -> str:
    return "" if theirs is None else f"{ours / max(theirs, 0.001):.2f}"
