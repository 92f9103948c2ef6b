"""Releases: immutable folders named by the digest of their quads.

    <out>/current -> <digest>
    <out>/history.json vanished.json
    <out>/<digest>/manifest.json quads.nq search.sqlite store/ statements.mdb dumps/

All of a release but `store/` (Oxigraph's own files) and `statements.mdb` (LMDB's) is byte-identical from
build to build.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

STATEMENTS: Final = "statements.mdb"
"""The statements by their subject, beside the store, for lookups."""


class ReleaseError(Exception):
    """A release that cannot be built or opened; the message says what to run."""


@dataclass(frozen=True)
class Release:
    """One release: its folder (links resolved), digest, and the manifest as read from JSON.

    The manifest has `version`, `digest`, `date` (the latest day of a meeting or source), `quads`,
    `graphs`, `classes` and `properties` (counts by IRI) and `files` (`path`, `size`, `sha256`, `mediaType`).
    """

    path: Path
    digest: str
    manifest: Mapping[str, Any]

    @property
    def quads(self) -> Path:
        """The sorted N-Quads, uncompressed."""
        return self.path / "quads.nq"

    @property
    def store(self) -> Path:
        """The on-disk Oxigraph store; open it read-only."""
        return self.path / "store"

    @property
    def search(self) -> Path:
        """The search index."""
        return self.path / "search.sqlite"

    @property
    def dumps(self) -> Path:
        """The folder of dumps."""
        return self.path / "dumps"


def open_release(folder: Path) -> Release:
    """The release in `folder`: what its link `current` points to, or `folder` if that is a release itself.

    Raises `ReleaseError` where there is none, or where its manifest cannot be read.
    """
    path = (folder if (folder / "manifest.json").is_file() else folder / "current").resolve()
    try:
        manifest = json.loads((path / "manifest.json").read_bytes())
        return Release(path, manifest["digest"], manifest)
    except FileNotFoundError as error:
        raise ReleaseError(f"there is no release in {folder}: run `vndx build --out {folder}`") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(
            f"the release in {path} cannot be read ({error}): run `vndx build --out {folder}`"
        ) from error
