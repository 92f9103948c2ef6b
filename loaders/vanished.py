"""Things that a folder's releases once described and the newest does not, so that no address is forgotten.

`<out>/vanished.json` gives for each such IRI the digest of the last release that had it. It stands beside the
releases, not in them: what a release holds depends on the record alone.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from ontology.namespaces import THING

_FILE: Final = "vanished.json"
_BEGIN: Final = f"<{THING}".encode()
_POSITIONS: Final = "evidence/"
"""An evidence is named by its position, so it may go when a passage is cut anew; all other names stay."""


def things(quads: Path) -> set[str]:
    """The IRIs of the things that a file of N-Quads describes, without their parts."""
    found = set()
    with quads.open("rb") as file:
        for line in file:
            if line.startswith(_BEGIN):
                found.add(line[1 : line.index(b">")].partition(b"#")[0])
    return {iri.decode() for iri in found}


def unexplained(gone: Iterable[str]) -> list[str]:
    """Those of the IRIs that may not go without a word in the record on where they went."""
    return sorted(iri for iri in gone if not iri.removeprefix(THING).startswith(_POSITIONS))


def note(out: Path, gone: Iterable[str], last: str, here: set[str]) -> None:
    """Remember that release `last` was the last to describe what is `gone`; forget what is `here` again."""
    known = {iri: digest for iri, digest in read(out).items() if iri not in here}
    known |= dict.fromkeys(gone, last)
    unfinished = out / ".building-vanished"
    unfinished.write_text(json.dumps(known, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    unfinished.replace(out / _FILE)


def read(out: Path) -> Mapping[str, str]:
    """By IRI the digest of the last release that described it; empty where nothing is known."""
    path = out / _FILE
    with suppress(OSError):
        return _read(path, path.stat().st_mtime_ns)
    return {}


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Mapping[str, str]:
    with suppress(OSError, ValueError):
        found = json.loads(path.read_bytes())
        return {str(iri): str(digest) for iri, digest in found.items()}
    return {}
