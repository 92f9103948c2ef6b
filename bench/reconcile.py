"""Reconciliation of 400 messy names, in batches as OpenRefine sends them: how many are right, how soon.

`names.csv` and `press.csv` have a name as people write it (without marks, in capitals, with a slip of the
finger, as the press has it, ...), its type, for units a day, how it is written, and what it stands for in the
record; nothing for a name that must not be matched without asking.
"""

import contextlib
import csv
import json
import re
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BATCH = 10
NAMES = tuple(Path(__file__).with_name(name) for name in ("names.csv", "press.csv"))
COMMAND = str(Path(".venv/bin/vndx"))


@dataclass(frozen=True)
class Name:
    """A row of a file of names."""

    name: str
    type: str
    date: str
    written: str
    expected: str

    def query(self) -> dict[str, Any]:
        """The row as a query."""
        properties = [{"pid": "date", "v": self.date}] if self.date else []
        return {"query": self.name, "type": self.type, "type_strict": "should", "properties": properties}


def run() -> str:
    """One Markdown section."""
    names = [name for path in NAMES for name in read(path)]
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as root:
        found: list[list[dict[str, Any]]] = []
        times = []
        reconcile(root, names[:BATCH])
        for start in range(0, len(names), BATCH):
            began = time.perf_counter()
            found += reconcile(root, names[start : start + BATCH])
            times.append(1000 * (time.perf_counter() - began))
    return _section(names, found, times)


def read(path: Path) -> list[Name]:
    """The names of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Name(**row) for row in csv.DictReader(file)]


def reconcile(root: str, names: Sequence[Name]) -> list[list[dict[str, Any]]]:
    """The candidates of each name, asked in one batch."""
    batch = {f"q{place}": name.query() for place, name in enumerate(names)}
    body = urllib.parse.urlencode({"queries": json.dumps(batch)}).encode()
    with urllib.request.urlopen(f"{root}/reconcile", body, timeout=60) as answer:
        given = json.load(answer)
    return [given[name]["result"] for name in batch]


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The root of a service on the record, built into `folder`."""
    release = str(folder / "release")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([COMMAND, "build", "--out", release], check=True, **quiet)
    command = [COMMAND, "serve", "--port", "0", "--release", release]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        told = server.stderr.readline()
        address = re.search(r"http://\S+?(?=/\s)", told)
        assert address, told
        threading.Thread(target=server.stderr.read, daemon=True).start()
        yield address[0]
    finally:
        server.terminate()
        server.wait(20)


def _section(names: Sequence[Name], found: Sequence[list[dict[str, Any]]], times: Sequence[float]) -> str:
    sure = [next((one["id"] for one in candidates if one["match"]), "") for candidates in found]
    right = sum(one == name.expected != "" for name, one in zip(names, sure, strict=True))
    wrong = sum(bool(one) for one in sure) - right
    first = [
        one[0]["id"] == name.expected if one and name.expected else not (name.expected or certain)
        for name, one, certain in zip(names, found, sure, strict=True)
    ]
    ways: dict[str, list[bool]] = defaultdict(list)
    for name, hit in zip(names, first, strict=True):
        ways[name.written].append(hit)
    lines = [
        "## Reconciling messy names",
        "",
        f"{len(names)} names of the record, written as people write them, in batches of {BATCH} over HTTP.",
        "",
        "| what | measured |",
        "| --- | --- |",
        f"| the right thing first (or none matched, where none is meant) | {sum(first)} of {len(names)} |",
        f"| matched without asking, rightly | {right} |",
        f"| matched without asking, wrongly | {wrong} |",
        f"| time of a batch, p50 | {statistics.median(times):.0f} ms |",
        f"| time of a batch, longest | {max(times):.0f} ms |",
        "",
        "| written | right |",
        "| --- | --- |",
    ]
    lines += [f"| {way} | {sum(hits)} of {len(hits)} |" for way, hits in sorted(ways.items())]
    return "\n".join([*lines, ""])
