"""A log that nobody reads: neither the service nor its front waits for it, and neither does their end."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from running import _MAIN, Service
from test_prompt import COUNT, LABEL, Wire, got, posted

pytestmark = pytest.mark.local

LAST = "  dataset     "
"""The last line that a service says before it serves."""


@contextmanager
def unread(release: Path) -> Iterator[tuple[Service, subprocess.Popen[bytes]]]:
    """A service that logs what it answers; nobody reads that after it said that it serves."""
    command = [sys.executable, "-c", _MAIN, "serve", "--port", "0", "--access-log", "--workers", "1"]
    command += ["--release", str(release)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, bufsize=0) as process:
        assert process.stderr is not None
        try:
            said = ""
            while LAST not in said or not said.endswith("\n"):
                said += process.stderr.read(1).decode() or pytest.fail(said)
            found = re.search(r"serving on (http://\S+?)/\s", said)
            assert found, said
            yield Service(found[1], process.pid, release, []), process
        finally:
            process.kill()


def ask(service: Service, times: int) -> None:
    """Ask so many lookups, which the front answers, and as many queries that it hands on."""
    with closing(Wire(service)) as front, closing(Wire(service)) as common:
        for _ in range(times):
            for connection, request in ((front, posted(LABEL)), (common, got(COUNT))):
                connection.send(request)
                assert connection.answer().startswith(b"HTTP/1.1 200 OK")


def test_a_log_that_nobody_reads_holds_up_nobody(release: Path) -> None:
    with unread(release) as (service, process):
        ask(service, 1000)
        with service.client() as client:
            assert client.get("/").status_code == 200
            metrics = client.get("/metrics").text
        assert 'vndx_prompt_answers_total{kind="lookup"} 1000' in metrics
        process.terminate()
        assert process.wait(10) == 0
        assert process.stderr is not None
        lines = process.stderr.read().decode().splitlines(keepends=True)
    assert 10 < len(lines) < 1000
    assert all(line.endswith("\n") and json.loads(line)["path"] == "/sparql" for line in lines)


def test_who_reads_the_log_again_is_told_what_was_dropped(release: Path) -> None:
    """Each of the two processes says how much of its own; all else is there, in order."""
    times = 7000
    with unread(release) as (service, process):
        ask(service, times)
        assert process.stderr is not None
        lines = process.stderr
        told, dropped = [], []
        log = os.fdopen(os.dup(lines.fileno()), encoding="utf-8", newline="\n")
        with log:
            while len(dropped) < 2:
                line = log.readline()
                if found := re.fullmatch(
                    r"vndx serve: (\d+) log lines were dropped, since nobody read them\n", line
                ):
                    dropped.append(int(found[1]))
                else:
                    told.append(json.loads(line))
            assert len(told) + sum(dropped) == 2 * times
            assert all(0 < count < times for count in dropped)
            for method in ("POST", "GET"):
                when = [line["time"] for line in told if line["method"] == method]
                assert when == sorted(when)
            ask(service, 1)
            assert {json.loads(log.readline())["method"] for _ in range(2)} == {"POST", "GET"}
            process.terminate()
            assert process.wait(10) == 0
            assert log.read() == ""
