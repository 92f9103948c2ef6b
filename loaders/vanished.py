"""Things that a folder's releases once described and the newest does not, so that no address is forgotten.

`<out>/vanished.json` gives for each such IRI the digest of the last release that had it. It stands beside the
releases, not in them: what a release holds depends on the record alone.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from ontology.iri import graph, term
from ontology.namespaces import STANDARD, THING

_FILE: Final = "vanished.json"
_BEGIN: Final = f"<{THING}".encode()
_RETIRED: Final = f"> <{STANDARD['rdf']}type> <{term('Retired')}> ".encode()
_DERIVED: Final = f" <{graph('derived')}> .".encode()
_LARGEST: Final = 100_000_000
MOST_TOUCHED: Final = 1_000
"""So many changed things are remembered of a release."""
_POSITIONS: Final = "evidence/"
"""An evidence is named by its position, so it may go when a passage is cut anew; all other names stay."""


@dataclass(frozen=True)
class Things:
    """IRIs of the things that a release `described`, without their parts, and of those it `retired`."""

    described: frozenset[str]
    retired: frozenset[str]


def things(quads: Path) -> Things:
    """What a file of N-Quads describes."""
    found, retired = set(), set()
    with quads.open("rb") as file:
        for line in file:
            if line.startswith(_BEGIN):
                iri = line[1 : line.index(b">")].partition(b"#")[0]
                found.add(iri)
                if _RETIRED in line:
                    retired.add(iri)
    described = frozenset(iri.decode() for iri in found - retired)
    return Things(described, frozenset(iri.decode() for iri in retired))


def unexplained(gone: Iterable[str], here: Things) -> list[str]:
    """Those of the IRIs that may not go without a word in the record on where they went."""
    left = set(gone) - here.retired
    return sorted(iri for iri in left if not iri.removeprefix(THING).startswith(_POSITIONS))


def touched(before: Path, after: Path) -> list[str] | None:
    """The things, as `kind/slug`, of which two files of N-Quads say something else; None for too many.

    Derived statements do not count: what they are derived from does.
    """
    if max(before.stat().st_size, after.stat().st_size) > _LARGEST:
        return None
    one, other = (set(path.read_bytes().splitlines()) for path in (before, after))
    lines = [line for line in one ^ other if line.startswith(_BEGIN) and not line.endswith(_DERIVED)]
    found = {line[len(_BEGIN) : line.index(b">")].partition(b"#")[0].decode() for line in lines}
    return sorted(found) if len(found) <= MOST_TOUCHED else None


def note(out: Path, gone: Iterable[str], last: str) -> None:
    """Remember that release `last` was the last to describe what is `gone`."""
    if not (lost := dict.fromkeys(gone, last)):
        return
    known = {**read(out), **lost}
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
