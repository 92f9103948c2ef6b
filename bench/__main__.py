"""Run the benchmarks and write their results to `bench/README.md`.

`python -m bench --large` measures ten million triples, too; names (`speed`, `load`, ...) run only those, and
print their sections without writing the page.
"""

import platform
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench import load, pictures, publishing, reconcile, search, speed, startup

HEAD = """# Benchmarks

Written by `make bench`; edit `bench/*.py`, not this page. Times depend on the machine; where a peer or an
in-process limit can be had, the ratio to it in the same run is what counts. `python -m bench --large` adds
ten million triples; names (`python -m bench load`) run some benchmarks only.

"""


def main() -> int:
    """Run every benchmark in turn, with progress on stderr; exit status 0."""
    large, names = "--large" in sys.argv, [word for word in sys.argv[1:] if word != "--large"]
    sections = []
    for name, benchmark in _benchmarks(large).items():
        if name in (names or _benchmarks(large)):
            sys.stderr.write(f"{name} ...\n")
            sections.append(benchmark())
    if names:
        sys.stdout.write("\n".join(sections))
        return 0
    sections.append(Path(__file__).with_name("tried.md").read_text(encoding="utf-8"))
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    page = HEAD + f"Measured on {machine}.\n\n" + "\n".join(sections)
    Path("bench/README.md").write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    return 0


def _benchmarks(large: bool) -> dict[str, Callable[[], str]]:
    """Every benchmark by its name, in the order of the page."""
    return {
        "startup": startup.run,
        "speed": partial(speed.run, large),
        "load": load.run,
        "publishing": publishing.run,
        "search": search.run,
        "reconcile": reconcile.run,
        "pictures": pictures.run,
    }


if __name__ == "__main__":
    sys.exit(main())
