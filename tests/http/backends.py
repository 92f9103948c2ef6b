"""Other engines for the service to ask: the native Oxigraph server, and Virtuoso where it is installed."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

OXIGRAPH = shutil.which("oxigraph") or str(Path(sys.executable).with_name("oxigraph"))
VIRTUOSO = shutil.which("virtuoso-t")
ISQL = shutil.which("isql-vt")

BACKEND = os.environ.get("VNDX_BACKEND", "local")
"""What the fixture `service` asks: `local` workers, or with --endpoint `native`, `plain` or `virtuoso`."""

_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 20
CheckpointInterval = 0
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
DirsAllowed = {folder}, {data}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 16
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 9
"""


@contextmanager
def endpoint(name: str, quads: Path, folder: Path) -> Iterator[str]:
    """The engine of that name with those quads, its files in `folder`; gives its query endpoint."""
    if name == "virtuoso":
        with virtuoso(quads, folder) as url:
            yield url
    else:
        with oxigraph(quads, folder, *(["--union-default-graph"] if name == "native" else [])) as url:
            yield url


@contextmanager
def oxigraph(quads: Path, folder: Path, *options: str) -> Iterator[str]:
    """The native server on those quads."""
    load(quads, folder)
    port = free_port()
    with loaded(folder, port, *options):
        yield f"http://127.0.0.1:{port}/query"


def load(quads: Path, folder: Path) -> None:
    """Load the quads into a folder for the native server."""
    command = [OXIGRAPH, "load", "-l", str(folder), "-f", str(quads)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


@contextmanager
def loaded(folder: Path, port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """The native server on what was loaded into a folder."""
    command = [OXIGRAPH, "serve-read-only", "-l", str(folder), "-b", f"127.0.0.1:{port}", *options]
    with _running(command, port) as process:
        yield process


@contextmanager
def virtuoso(quads: Path, folder: Path) -> Iterator[str]:
    """Virtuoso on those quads."""
    assert VIRTUOSO is not None
    assert ISQL is not None
    folder.mkdir(parents=True, exist_ok=True)
    sql, http = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_INI.format(folder=folder, sql=sql, http=http, data=quads.parent))
    with _running([VIRTUOSO, "+foreground", "+configfile", str(ini)], sql, http):
        load = f"DB.DBA.TTLP(file_to_string_output('{quads}'), '', 'http://none.example/', 512); checkpoint;"
        command = [ISQL, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        assert "Error" not in done.stdout + done.stderr, done.stdout + done.stderr
        yield f"http://127.0.0.1:{http}/sparql"


@contextmanager
def _running(command: Sequence[str], *ports: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 40
        for port in ports:
            while not _listens(port):
                assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
                assert time.monotonic() < deadline, f"{command[0]} did not start"
                time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
