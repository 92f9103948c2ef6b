"""From the command to the first answer, with the environment warm: build time, start time, memory, size."""

import signal
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

from bench import servers

RUNS = 5
QUERY = "/sparql?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%201"
COMMAND = str(servers.BIN / "vndx")


def run() -> str:
    """One Markdown section: medians of `RUNS` runs, after one that is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        release = Path(folder) / "release"
        build = [_timed([COMMAND, "build", "--out", str(release)]) for _ in range(RUNS + 1)][1:]
        check = [_timed([COMMAND, "check"]) for _ in range(RUNS + 1)][1:]
        starts = [_first_answer(release) for _ in range(RUNS + 1)][1:]
        size = sum(
            path.stat().st_size for path in (release / "current").resolve().rglob("*") if path.is_file()
        )
    built = statistics.median(build)
    answer = statistics.median(seconds for seconds, _ in starts)
    memory = statistics.median(total for _, total in starts)
    return "\n".join(
        [
            "## From the command to the first answer",
            "",
            f"The record as it stands, environment warm, medians of {RUNS} runs.",
            "",
            "| what | measured |",
            "| --- | --- |",
            f"| `vndx check` | {statistics.median(check):.2f} s |",
            f"| `vndx build` (check, derive, release) | {built:.2f} s |",
            f"| `vndx serve`, command to first SPARQL answer | {answer:.2f} s |",
            f"| `make serve` (build, then serve) to first answer | {built + answer:.2f} s |",
            f"| memory of all processes after the first answer (PSS) | {memory:.0f} MB |",
            f"| release folder | {size / 1e6:.1f} MB |",
            "",
        ]
    )


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def _first_answer(release: Path) -> tuple[float, float]:
    """Seconds from the command to its first answer; megabytes (proportional set size) of its processes."""
    port = servers.free_port()
    start = time.perf_counter()
    server = subprocess.Popen(
        [COMMAND, "serve", "--release", str(release), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - start < 60:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{QUERY}") as answer:
                    answer.read()
                break
            except OSError:
                time.sleep(0.01)
        seconds = time.perf_counter() - start
        return seconds, servers.memory(psutil.Process(server.pid))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
