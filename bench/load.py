"""Servers under load: a repeated query, the tiniest query beside a heavy one, eight clients at once.

Clients are processes of their own, forked from this one, so that none waits for another.
"""

import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import psutil

from bench import releases, servers, synthetic
from bench.client import Address, Connection, RefusedError
from bench.queries import AGGREGATE, LABEL, MARKED_LABEL, MEETINGS, Kind
from bench.servers import Server

_FORK: Final = multiprocessing.get_context("fork")
CLIENTS: Final = 8
ROUNDS: Final = 5
TRIPLES: Final = 1_000_000
_TINIEST: Final = 1000
"""Queries of which the p99 is taken: ten are slower."""
_SCALED: Final = (MEETINGS, AGGREGATE)
"""A query of which the way there and back is half, and one that is all evaluation."""


def repeated(address: Address, seconds: float = 1.5, clients: int = 1) -> float:
    """Requests a second of one query asked again and again, by so many clients."""
    request = address.request(MEETINGS.texts(0, 1)[0])
    with Connection(address) as connection:
        connection.send(request)
    return crowd(address, lambda client, number: request, seconds, clients)


def distinct(address: Address, kind: Kind, first: int, seconds: float = 2.0, clients: int = CLIENTS) -> float:
    """Requests a second of queries of a kind, no two alike."""

    def made(client: int, number: int) -> bytes:
        return address.request(kind.texts(first + client * 100_000 + number, 1)[0], kind.accept)

    return crowd(address, made, seconds, clients)


def crowd(address: Address, made: Callable[[int, int], bytes], seconds: float, clients: int) -> float:
    """Answers a second to `clients` at once; `made` gives the request of a client and number."""
    counts = _FORK.SimpleQueue()

    def ask(client: int) -> None:
        done, end = 0, time.perf_counter() + seconds
        try:
            with Connection(address) as connection:
                while time.perf_counter() < end:
                    connection.send(made(client, done))
                    done += 1
        finally:
            counts.put(done / seconds)

    running = [_FORK.Process(target=ask, args=(client,)) for client in range(clients)]
    for process in running:
        process.start()
    total = sum(counts.get() for _ in running)
    for process in running:
        process.join()
    if any(process.exitcode for process in running):
        raise RefusedError("some clients did not get all their answers: see above")
    return float(total)


@dataclass(frozen=True)
class Crowded:
    """Answers a second to a crowd, and how many cores were busy meanwhile with what, or with nothing."""

    rate: float
    clients: float
    http: float
    evaluation: float
    idle: float


def crowded(server: Server, kind: Kind, first: int, seconds: float = 4.0) -> Crowded:
    """What a crowd of clients gets whose queries are of a kind and no two alike, and who does the work."""
    before, begun = _spent(server), time.perf_counter()
    rate = distinct(server.address, kind, first, seconds)
    took = time.perf_counter() - begun
    cores = ((after - earlier) / took for after, earlier in zip(_spent(server), before, strict=True))
    return Crowded(rate, *cores)


def _spent(server: Server) -> tuple[float, float, float, float]:
    """CPU seconds so far of clients that have ended, of HTTP, of evaluation, and those nobody took."""
    clients, evaluation = resource.getrusage(resource.RUSAGE_CHILDREN), server.evaluation()
    return (
        clients.ru_utime + clients.ru_stime,
        server.cpu() - evaluation,
        evaluation,
        psutil.cpu_times().idle,
    )


@contextmanager
def looping(address: Address, kind: Kind, first: int) -> Iterator[None]:
    """Another client that asks queries of a kind, one after the other, as long as the block runs."""

    def loop() -> None:
        number = first
        with Connection(address) as connection:
            while True:
                connection.send(address.request(kind.texts(number, 1)[0], kind.accept))
                number += 1

    process = _FORK.Process(target=loop)
    process.start()
    time.sleep(0.3)
    try:
        yield
    finally:
        process.kill()
        process.join()


def bystander(address: Address, first: int, kind: Kind = LABEL) -> float:
    """Milliseconds, p99, of the tiniest query beside a looped aggregate."""
    with looping(address, AGGREGATE, first):
        return p99(address, first, kind)


def p99(address: Address, first: int, kind: Kind = LABEL) -> float:
    """Milliseconds, p99, of the tiniest query, over one connection."""
    return statistics.quantiles(waits(address, first, _TINIEST, kind), n=100)[98]


def waits(address: Address, first: int, count: int, kind: Kind = LABEL) -> list[float]:
    """Milliseconds of each of `count` tiniest queries."""
    requests = [address.request(text) for text in kind.texts(first, count)]
    took = []
    with Connection(address) as connection:
        connection.send(requests[0])
        for request in requests[1:]:
            start = time.perf_counter()
            connection.send(request)
            took.append((time.perf_counter() - start) * 1000)
            time.sleep(0.001)  # a reader, not a flood
    return took


def failures(address: Address, first: int, until: Callable[[bytes], bool]) -> tuple[list[float], int]:
    """Milliseconds of the tiniest queries asked until that holds of an answer's head, and how many failed."""
    took, failed, number = [], 0, first
    with Connection(address) as connection:
        while not until(connection.head):
            start = time.perf_counter()
            try:
                connection.send(address.request(LABEL.texts(number, 1)[0]))
            except (OSError, RefusedError):
                failed += 1
            took.append((time.perf_counter() - start) * 1000)
            number += 1
    return took, failed


def run() -> str:
    """One Markdown section: our service and the native server in memory, turn by turn."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.nt"
        count = synthetic.write(data, TRIPLES)
        made = releases.release(Path(folder) / "release", data)
        with servers.vndx(made) as ours, servers.native(data) as native:
            rows = [_row(what, measure, ours, native) for what, measure in _MEASURES]
            memory = f"{ours.memory():.0f} MB", f"{native.memory():.0f} MB"
        scaling = _scaling(made)
    return "\n".join(
        [
            "## Under load",
            "",
            f"{count:,} triples; medians of {ROUNDS} rounds in which the two took turns.",
            "",
            "| what | vndx | native, memory | ratio |",
            "| --- | --- | --- | --- |",
            *rows,
            f"| memory after this (PSS) | {' | '.join(memory)} | |",
            "",
            f"{CLIENTS} clients, no two queries alike, with one worker and with two; and how many of the"
            f" {os.cpu_count()} cores were busy with what. Another worker adds what was idle with one.",
            "",
            "| queries | workers | requests a second | times | clients | HTTP | evaluation | idle |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
            *scaling,
            "",
        ]
    )


def _row(what: str, measure: Callable[[Address, int], float], ours: Server, native: Server) -> str:
    took = [(measure(ours.address, n * 2000), measure(native.address, n * 2000)) for n in range(ROUNDS)]
    mine, theirs = (statistics.median(values) for values in zip(*took, strict=True))
    return f"| {what} | {mine:.2f} | {theirs:.2f} | {mine / theirs:.2f} |"


def _scaling(made: Path) -> list[str]:
    """A row for each kind of query and number of workers: medians of three crowds."""
    found: dict[tuple[Kind, int], Crowded] = {}
    for workers in (1, 2):
        with servers.vndx(made, "--workers", str(workers)) as server:
            for kind in _SCALED:
                crowds = [astuple(crowded(server, kind, n * 1_000_000)) for n in range(3)]
                found[kind, workers] = Crowded(*map(statistics.median, zip(*crowds, strict=True)))
    return [
        f"| {kind.name} | {workers} | {one.rate:.0f} | {one.rate / found[kind, 1].rate:.2f} |"
        f" {one.clients:.2f} | {one.http:.2f} | {one.evaluation:.2f} | {one.idle:.2f} |"
        for kind in _SCALED
        for workers in (1, 2)
        for one in (found[kind, workers],)
    ]


_MEASURES: Final[tuple[tuple[str, Callable[[Address, int], float]], ...]] = (
    ("one query repeated, requests a second, one client", lambda a, n: repeated(a)),
    (f"the same, {CLIENTS} clients", lambda a, n: repeated(a, clients=CLIENTS)),
    (
        f"{CLIENTS} clients, meetings of people, requests a second",
        lambda a, n: distinct(a, MEETINGS, 10_000_000 + n),
    ),
    ("the tiniest query alone, p99, ms", lambda a, n: p99(a, 500_000 + n)),
    ("the same beside a looped aggregate, p99, ms", bystander),
    (
        "that with a comment of its own in each text, p99, ms",
        lambda a, n: bystander(a, 1_000_000 + n, MARKED_LABEL),
    ),
)
