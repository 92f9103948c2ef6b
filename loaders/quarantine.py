"""Files of unknown origin, parsed first by a process that may die.

Some files end the process that parses them (triple terms nested 300,000 deep), fill its memory (XML entities
that expand to others) or keep it busy for ever. `problems` has another process read the files, with bounds
on its memory and time, and says of which this happened; one that merely does not parse is no concern of it.

Of RDF/XML the engine's reader looks, at each element, at all that are open around it: 20,000 deep take it a
second, 100,000 half a minute. So expat goes through such a file first (`inspect_xml`), in time that grows
with its length alone. Since version 2.4 it stops at entities that expand without end; the bounds hold, too.
"""

import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from xml.parsers import expat

from pyoxigraph import RdfFormat, parse

_ROOT: Final = Path(__file__).resolve().parents[1]
_MEMORY: Final = 512 * 1024 * 1024
_MEMORY_PER_BYTE: Final = 300
_SECONDS: Final = 30
_SECONDS_PER_BYTE: Final = 1e-6
_TOO_LONG: Final = 3
_DEEPEST: Final = 1000
"""Elements of RDF/XML that may be open at once; what people and programs write has some ten."""


class _Depth:
    """Counts the elements that are open. Raises ValueError for one too many."""

    def __init__(self) -> None:
        self._open = 0

    def start(self, name: str, attributes: object) -> None:
        self._open += 1
        if self._open > _DEEPEST:
            raise ValueError(f"its elements nest more than {_DEEPEST} deep")

    def end(self, name: str) -> None:
        self._open -= 1


def problems(paths: Sequence[Path]) -> dict[Path, str]:
    """The files that cannot be parsed in bounds, each with the reason. Endings tell the format."""
    found: dict[Path, str] = {}
    rest = list(paths)
    while rest:
        done, status = _examine(rest)
        if status == 0 or done == 0:
            break
        found[rest[done - 1]] = reason(status)
        rest = rest[done:]
    return found


def _examine(paths: Sequence[Path]) -> tuple[int, int]:
    """How many files a process of its own began to read, and its exit status."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter, our own module
        [sys.executable, "-P", "-m", "loaders.quarantine", *(str(path.absolute()) for path in paths)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={"PYTHONPATH": str(_ROOT), "RUST_BACKTRACE": "0"},
        check=False,
    )
    return ran.stdout.count(b"\n"), ran.returncode


def reason(status: int) -> str:
    """Why a process that read a file ended with `status`, as `subprocess` gives it."""
    if status == _TOO_LONG:
        return "a word or literal in it is longer than 16 MiB"
    if status == -signal.SIGXCPU:
        return "it takes too long to read: it may be nested too deeply"
    if status == -signal.SIGSEGV:
        return "it ended the process that read it: it is nested too deeply"
    return "it needs too much memory to read: it may expand or nest without end"


def inspect_xml(path: Path) -> None:
    """See whether a file can be read in reasonable time, where its ending says RDF/XML.

    Raises ValueError where it nests too deeply, and with line and column where it is no XML at all.
    """
    if path.suffix.lower() not in (".rdf", ".xml"):
        return
    depth = _Depth()
    # The engine's reader takes everything for UTF-8, whatever the file declares.
    reader = expat.ParserCreate("UTF-8")
    reader.StartElementHandler, reader.EndElementHandler = depth.start, depth.end
    try:
        with path.open("rb") as file:
            reader.ParseFile(file)
    except expat.ExpatError as error:
        raise ValueError(f"it is no XML: {error}") from error


@contextmanager
def bounds(size: int) -> Iterator[None]:
    """Bound this process's memory and time for as long as it parses files of `size` bytes together.

    Going over the bound on memory raises MemoryError or ends the process with SIGABRT, over that on processor
    time with SIGXCPU.
    """
    memory = _mapped() + _MEMORY + _MEMORY_PER_BYTE * size
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + _SECONDS + _SECONDS_PER_BYTE * size)
    wanted = {resource.RLIMIT_AS: memory, resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0}
    before = {kind: resource.getrlimit(kind) for kind in wanted}
    for kind, value in wanted.items():
        hard = before[kind][1]
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    try:
        yield
    finally:
        for kind, limit in before.items():
            resource.setrlimit(kind, limit)


def _mapped() -> int:
    """Bytes of address space that this process maps; 0 where /proc does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0


def main(names: Sequence[str]) -> int:
    """Parse the files one after the other; a line on stdout before each."""
    for name in names:
        path = Path(name)
        sys.stdout.write("\n")
        sys.stdout.flush()
        format = RdfFormat.from_extension(path.suffix.lstrip(".").lower())
        try:
            with bounds(path.stat().st_size):
                for _ in parse(path=path, format=format, base_iri="http://localhost/"):
                    pass
        except (SyntaxError, ValueError, OSError):
            continue
        except MemoryError as error:
            return _TOO_LONG if "buffer" in str(error) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
