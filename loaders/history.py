"""Which releases a folder has had: those that are kept, and what took the place of those that are gone.

`<out>/history.json` lists digests with version and date of the data, oldest first; no clock is read.
"""

import contextlib
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

KEPT: Final = 10
"""So many releases stay in a folder, the current one among them."""
SHORTEST: Final = 8
"""Digits by which a release is found at least."""
REMEMBERED: Final = 1000
"""So many are remembered."""
_FILE: Final = "history.json"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """One release that the folder has, or had.

    `date` is that of the data (ISO), `quads` their count, `kept` says whether its folder is still there;
    `changed` are the things (`kind/slug`) of which it says something else than the release before it, None
    where that is not known or they are too many.
    """

    digest: str
    version: str
    date: str
    quads: int
    kept: bool
    changed: tuple[str, ...] | None = None


def read(out: Path) -> list[Entry]:
    """The releases of the folder `out`, oldest first. What the list does not name comes first, by age."""
    listed = {entry["digest"]: entry for entry in _listed(out)}
    unlisted = [
        path / "manifest.json"
        for path in (sorted(out.iterdir()) if out.is_dir() else ())
        if path.name not in listed and _DIGEST.fullmatch(path.name) and (path / "manifest.json").is_file()
    ]
    unlisted.sort(key=lambda path: path.stat().st_mtime)
    found = {path.parent.name: _manifest(path.parent) for path in unlisted}
    return [
        Entry(
            digest,
            str(entry.get("version", "")),
            str(entry.get("date", "")),
            int(entry.get("quads", 0)),
            (out / digest / "manifest.json").is_file(),
            None if entry.get("changed") is None else tuple(map(str, entry["changed"])),
        )
        for digest, entry in {**found, **listed}.items()
    ]


def add(
    out: Path, manifest: Mapping[str, Any], keep: int = KEPT, changed: Sequence[str] | None = None
) -> list[str]:
    """Note the release as the newest, and remove the folders of all but the newest `keep`; returns those.

    `changed` are the things (`kind/slug`) of which it says something else than the one that was newest.
    """
    before = read(out)
    place = _place(before, manifest["digest"])
    entries = [entry for entry in before if entry.digest != manifest["digest"]]
    if place is not None and place < len(entries):
        # What came after it was told from it; with it gone from there, nothing says what changed.
        entries[place] = replace(entries[place], changed=None)
    elif place is not None:
        changed = before[place].changed
    lines = [_line(entry) for entry in entries]
    lines.append(
        {**{name: manifest[name] for name in ("digest", "version", "date", "quads")}, "changed": changed}
    )
    unfinished = out / ".building-history"
    unfinished.write_text(json.dumps(lines[-REMEMBERED:], indent=1) + "\n", encoding="utf-8")
    unfinished.replace(out / _FILE)
    kept = [entry.digest for entry in entries if entry.kept]
    gone = kept[: max(0, len(kept) - max(keep, 1) + 1)]
    for digest in gone:
        # The name first, so that nobody opens a release that is half removed.
        (out / digest).rename(out / f".building-{digest}")
        shutil.rmtree(out / f".building-{digest}", ignore_errors=True)
    return gone


def since(out: Path, digest: str) -> set[str] | None:
    """The things (`kind/slug`) that releases after `digest` changed; None where that is not known."""
    entries = read(out)
    place = _place(entries, digest)
    if place is None:
        return None
    found: set[str] = set()
    for entry in entries[place + 1 :]:
        if entry.changed is None:
            return None
        found.update(entry.changed)
    return found


def _place(entries: Sequence[Entry], digest: str) -> int | None:
    """Where a release stands in the list; None where it does not."""
    return next((number for number, entry in enumerate(entries) if entry.digest == digest), None)


def _line(entry: Entry) -> dict[str, Any]:
    """A release as `history.json` has it."""
    return {name: value for name, value in asdict(entry).items() if name != "kept"}


def find(out: Path, start: str) -> Entry | None:
    """The release whose digest is `start`, or the only one that begins with it (at least `SHORTEST`)."""
    found = [entry for entry in read(out) if entry.digest.startswith(start)]
    alone = len(found) == 1 and len(start) >= SHORTEST
    return next((entry for entry in found if alone or entry.digest == start), None)


def successor(out: Path, digest: str) -> Entry | None:
    """The oldest release still kept of those after `digest`, or of all where the list does not know it."""
    entries = read(out)
    place = _place(entries, digest)
    kept = [entry for entry in (entries if place is None else entries[place + 1 :]) if entry.kept]
    return kept[0] if kept else None


def _listed(out: Path) -> Sequence[Mapping[str, Any]]:
    with contextlib.suppress(OSError, ValueError):
        found = json.loads((out / _FILE).read_bytes())
        return [entry for entry in found if _DIGEST.fullmatch(str(entry.get("digest", "")))]
    return []


def _manifest(path: Path) -> Mapping[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        found: Mapping[str, Any] = json.loads((path / "manifest.json").read_bytes())
        return found
    return {}
