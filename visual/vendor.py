"""Front-end packages: which of their files vndx serves from its own origin, and the copying of them.

`npm ci` puts the packages of `package-lock.json` into `node_modules/`; `python -m visual.vendor` copies the
files named here to `visual/web/vendor/`, which git ignores and the built wheel contains. They are served
under `/static/vendor/`.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

FILES: Final = {
    # The dist build brings no style element of its own, unlike the standalone one; its CSS is apart.
    "vis-network/vis-network.min.mjs": "vis-network/dist/vis-network.min.mjs",
    "vis-network/vis-network.min.css": "vis-network/styles/vis-network.min.css",
    # For the offline file, which has no Content-Security-Policy: everything in one classic script.
    "vis-network/vis-network.standalone.min.js": "vis-network/standalone/umd/vis-network.min.cjs",
    "vis-network/LICENSE-MIT": "vis-network/LICENSE-MIT",
    "vis-network/LICENSE-APACHE-2.0": "vis-network/LICENSE-APACHE-2.0",
    # The map of provinces, CC BY 4.0; visual/provinces.py reads it, pages credit it.
    "svg-maps/vietnam.svg": "@svg-maps/vietnam/vietnam.svg",
    "svg-maps/LICENSE.md": "@svg-maps/vietnam/LICENSE.md",
    # The editor of the YASGUI fork alone: half of what the whole would weigh.
    "yasqe/yasqe.min.js": "@zazuko/yasqe/build/yasqe.min.js",
    "yasqe/yasqe.min.css": "@zazuko/yasqe/build/yasqe.min.css",
}
"""Path under `visual/web/vendor/` to path under `node_modules/`."""

VENDOR: Final = Path(__file__).parent / "web" / "vendor"


class VendorError(Exception):
    """A front-end package is not installed; the message says what to run."""


def copy(packages: Path, target: Path = VENDOR) -> list[Path]:
    """Copy the files of `FILES` from `packages` (a `node_modules` folder); gives the paths written.

    Raises `VendorError` where a file is missing, before anything is written.
    """
    missing = [source for source in FILES.values() if not (packages / source).is_file()]
    if missing:
        raise VendorError(f"{packages} has no {missing[0]}: run `npm ci` (or `make serve`) first")
    written = []
    for name, source in FILES.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / source, path)
        written.append(path)
    return written


def main() -> int:
    """Copy from `node_modules/` of the current folder; exit status 1 where a package is missing."""
    try:
        copy(Path("node_modules"))
    except VendorError as error:
        sys.stderr.write(f"vndx: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
