"""The servers that are compared: ours, the native server in memory and on disk, and rdflib-endpoint."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.client import Address

BIN = Path(".venv/bin")
_PARENT = "service.evaluators.parent"
"""The module that the workers' parent runs, as its command line says, and that of its forks."""


@dataclass(frozen=True)
class Server:
    """A running SPARQL endpoint and the process at the root of its family."""

    name: str
    endpoint: str
    process: psutil.Process

    @property
    def address(self) -> Address:
        """Where it listens, for requests made beforehand."""
        found = urllib.parse.urlsplit(self.endpoint)
        assert found.port
        return Address(found.port, found.path)

    def cpu(self) -> float:
        """CPU seconds so far of the process and all its children, the ended ones included.

        Of the living to the nanosecond, by the process's own clock (clock_getcpuclockid(3)): the ticks of
        /proc are 10 ms, which is more than a query takes.
        """
        return sum(_cpu(member) for member in _family(self.process))

    def evaluation(self) -> float:
        """What of this was spent by our query workers and their parent; 0 for other servers."""
        return sum(_cpu(member) for member in _family(self.process) if _PARENT in _command(member))

    def memory(self) -> float:
        """Megabytes (proportional set size) of the family."""
        return memory(self.process)

    def ask(self, query: str, accept: str = "application/sparql-results+json") -> bytes:
        """The answer to `query`. Raises `urllib.error.HTTPError` for a refusal."""
        body = urllib.parse.urlencode({"query": query}).encode()
        request = urllib.request.Request(self.endpoint, body, {"Accept": accept})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return bytes(answer.read())


@contextlib.contextmanager
def vndx(data: Path, *options: str) -> Iterator[Server]:
    """Our service over a file, or over a folder of releases, as production runs it."""
    limits = ["--timeout", "60", "--max-rows", "1000000", "--max-bytes", "512M"]
    source = ["--release" if data.is_dir() else "--dataset", str(data)]
    command = [str(BIN / "vndx"), "serve", *source, *limits, *options]
    with _running("vndx", command, "--port", "/sparql") as server:
        yield server


@contextlib.contextmanager
def native(data: Path, folder: Path | None = None) -> Iterator[Server]:
    """The native server, in memory, or on disk in `folder`."""
    command = [str(BIN / "oxigraph")]
    if folder:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(
            [*command, "load", "--location", str(folder), "--file", str(data)], check=True, **quiet
        )
        subprocess.run([*command, "optimize", "--location", str(folder)], check=True, **quiet)
        command += ["serve-read-only", "--location", str(folder)]
    else:
        command += ["serve"]
    with _running("native on disk" if folder else "native in memory", command, "--bind", "/query") as server:
        if not folder:
            store = server.endpoint.replace("/query", "/store?default")
            request = urllib.request.Request(
                store, data.read_bytes(), {"Content-Type": "application/n-triples"}, method="PUT"
            )
            urllib.request.urlopen(request, timeout=1800).read()
        yield server


@contextlib.contextmanager
def rdflib_endpoint(data: Path, folder: Path) -> Iterator[Server | None]:
    """rdflib-endpoint, installed into `folder` for this run alone; None where the registry has it not."""
    python = folder / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    installed = subprocess.run([*pip, "rdflib-endpoint[cli]"], capture_output=True, text=True)
    if installed.returncode:
        sys.stderr.write("rdflib-endpoint is left out: it could not be installed\n")
        yield None
        return
    command = [str(folder / "bin" / "rdflib-endpoint"), "serve", "--host", "127.0.0.1", str(data)]
    with _running("rdflib-endpoint", command, "--port", "/") as server:
        yield server


def memory(root: psutil.Process) -> float:
    """Megabytes (proportional set size) of a process and all its children."""
    return sum(member.memory_full_info().pss for member in _family(root)) / 1e6


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(root: psutil.Process) -> list[psutil.Process]:
    return [root, *root.children(recursive=True)]


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.NoSuchProcess:
        return []


def _cpu(process: psutil.Process) -> float:
    """CPU seconds of a process and of its ended children; 0 for one that has ended itself."""
    with contextlib.suppress(psutil.NoSuchProcess, OSError):
        ended = process.cpu_times()
        return ended.children_user + ended.children_system + time.clock_gettime(~process.pid << 3 | 2)
    return 0.0


@contextlib.contextmanager
def _running(name: str, command: list[str], option: str, path: str) -> Iterator[Server]:
    port = free_port()
    address = f"127.0.0.1:{port}" if option == "--bind" else str(port)
    process = subprocess.Popen(
        [*command, option, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    server = Server(name, f"http://127.0.0.1:{port}{path}", psutil.Process(process.pid))
    try:
        for _ in range(2400):
            try:
                server.ask("ASK {}")
                break
            except OSError as error:
                if process.poll() is not None:
                    raise RuntimeError(f"{name} ended before it answered: {' '.join(command)}") from error
                time.sleep(0.05)
        yield server
    finally:
        process.terminate()
        process.wait(30)
