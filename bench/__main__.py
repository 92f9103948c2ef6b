"""Run the benchmarks and write their results to `bench/README.md`."""

import platform
import sys
from pathlib import Path

from bench import reconcile, search, speed, startup

HEAD = """# Benchmarks

Written by `make bench`; edit `bench/*.py`, not this page. Times depend on the machine; where a peer or an
in-process limit can be had, the ratio to it in the same run is what counts.

"""


def main() -> int:
    """Run every benchmark in turn, with progress on stderr; exit status 0."""
    sections = []
    for benchmark in (startup, speed, search, reconcile):
        sys.stderr.write(f"{benchmark.__name__} ...\n")
        sections.append(benchmark.run())
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    page = HEAD + f"Measured on {machine}.\n\n" + "\n".join(sections)
    Path("bench/README.md").write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
