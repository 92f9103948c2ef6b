"""A real `vndx serve` in a process of its own, for tests that go through HTTP."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

_MAIN = "import sys; from service.cli import main; sys.exit(main(sys.argv[1:]))"


@dataclass(frozen=True)
class Service:
    """A running service: its origin without a slash at the end, its process, the folder it serves."""

    url: str
    pid: int
    release: Path | None
    log: list[str]

    def client(self, **options: object) -> httpx.Client:
        """A client whose addresses are relative to the service.

        `verify` is off since there is no TLS: else each client first spends 30 ms on certificates.
        """
        return httpx.Client(base_url=self.url, timeout=30, trust_env=False, verify=False, **options)  # type: ignore[arg-type]


@contextmanager
def serve(*options: str, release: Path | None = None) -> Iterator[Service]:
    """Run `vndx serve` with `options` on a free port until the block ends."""
    command = [sys.executable, "-c", _MAIN, "serve", "--port", "0", *options]
    if release is not None:
        command += ["--release", str(release)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    log: list[str] = []
    ready = threading.Event()

    def listen() -> None:
        for line in process.stderr or ():
            log.append(line)
            if line.startswith("vndx is serving on"):
                ready.set()
        ready.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        ready.wait(60)
        found = re.search(r"serving on (http://\S+?)/\s", "".join(log))
        assert found, "the service did not start:\n" + "".join(log)
        yield Service(found[1], process.pid, release, log)
    finally:
        process.terminate()
        process.wait(15)
        listener.join(5)
        if process.stderr is not None:
            process.stderr.close()
    assert process.returncode == 0, "the service did not stop properly:\n" + "".join(log)
