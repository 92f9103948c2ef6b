"""A new release of a million triples while clients ask: how long they wait, and that none is refused."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import load, releases, servers, synthetic

TRIPLES = 1_000_000
_USUAL = 10.0


def run() -> str:
    """One Markdown section."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, second = (_release(folder, seed) for seed in (1, 2))
        releases.point(folder, first)
        with servers.vndx(folder) as server:
            end = time.perf_counter() + _USUAL
            normal, refused = load.failures(server.address, 0, lambda head: time.perf_counter() > end)
            began = time.perf_counter()
            releases.point(folder, second)
            beside, lost = load.failures(server.address, 1_000_000, _says(second))
            took = time.perf_counter() - began
    usual, then = (statistics.quantiles(values, n=100)[98] for values in (normal, beside))
    return "\n".join(
        [
            "## Publishing under load",
            "",
            f"A release of {TRIPLES:,} triples takes the place of another while a client asks the tiniest",
            "query again and again.",
            "",
            "| what | measured |",
            "| --- | --- |",
            f"| from the link to the first answer of the new release | {took:.1f} s |",
            f"| p99 before | {usual:.2f} ms |",
            f"| p99 meanwhile | {then:.2f} ms ({then / usual:.1f} times) |",
            f"| requests that failed | {refused + lost} of {len(normal) + len(beside)} |",
            "",
        ]
    )


def _release(folder: Path, seed: int) -> str:
    data = folder / "data.nt"
    synthetic.write(data, TRIPLES, seed)
    digest = releases.make(folder, data)
    data.unlink()
    return digest


def _says(digest: str) -> Callable[[bytes], bool]:
    """Whether an answer is of that release; for two minutes at most."""
    end = time.perf_counter() + 120
    return lambda head: digest.encode() in head or time.perf_counter() > end
