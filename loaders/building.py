"""Building a release: the record checked, derived from, written beside the others, and only then linked."""

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Quad, Store

from loaders import checks, derive, export, history, placing, search_index, statements, turtle, vanished
from loaders.findings import Finding, errors
from loaders.release import STATEMENTS, Release, ReleaseError, open_release
from ontology.iri import term
from ontology.namespaces import STANDARD, THING

Progress = Callable[[str], None]

SHRINK: Final = 0.2
"""The share of a class's instances that a build may lose."""
_TYPE: Final = STANDARD["rdf"] + "type"


class FindingsError(ReleaseError):
    """The record has errors, so nothing was built. `findings` holds all of them, warnings included."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        count = len(errors(findings))
        super().__init__(
            f"the record has {count} error{'s' * (count != 1)}: run `vndx check`; nothing was built"
        )
        self.findings = tuple(findings)


class ShrinkError(ReleaseError):
    """The new release would lose more of some class than is allowed."""


class VanishedError(ReleaseError):
    """The new release would not describe what the current one does, nor say where it went."""


def build(
    data: Path,
    out: Path,
    *,
    shrink: float = SHRINK,
    keep: int = history.KEPT,
    progress: Progress = lambda message: None,
) -> Release:
    """Check the record in `data`, derive, and make it the current release of the folder `out`.

    Raises `FindingsError` where the record has errors, `ShrinkError` where some class has lost more than the
    share `shrink` (0 to 1) of its instances, and `VanishedError` where a thing is gone without an entry that
    says so, unless `shrink` is 1; the release that was current then stays so. Two builds into
    one folder wait for each other; what a killed build left behind is swept away. The newest `keep` releases
    stay; what is older goes.
    """
    out.mkdir(parents=True, exist_ok=True)
    with placing.alone(out):
        placing.sweep(out)
        progress(f"reading {data}")
        record = turtle.read(data)
        progress("checking")
        findings = checks.check_record(record, form=False)
        if errors(findings):
            raise FindingsError(findings)
        progress("deriving")
        store = derive.load(record.quads())
        store.bulk_extend(derive.derive(store))
        folder = out / f"{placing.UNFINISHED}-{os.getpid()}"
        folder.mkdir()
        try:
            manifest = _write(store, folder, progress)
            _refuse_loss(out, manifest, shrink)
            here = vanished.things(folder / "quads.nq")
            last, gone = _gone(out, here, shrink)
            changed = vanished.touched(out / last / "quads.nq", folder / "quads.nq") if last else None
            path = placing.place(folder, out / manifest["digest"])
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        vanished.note(out, gone, last)
        placing.link(out, manifest["digest"])
        history.add(out, manifest, keep, changed)
    progress(f"release {manifest['digest']}: {manifest['quads']} quads")
    return Release(path.resolve(), manifest["digest"], manifest)


def _refuse_loss(out: Path, manifest: Mapping[str, Any], shrink: float) -> None:
    """Raise `ShrinkError` where a class has lost more than the share `shrink` against the current release."""
    try:
        before = open_release(out).manifest["classes"]
    except (ReleaseError, KeyError):
        return
    lost = [
        f"{name.rpartition('#')[2] or name}: {count} → {manifest['classes'].get(name, 0)}"
        for name, count in sorted(before.items())
        if count - manifest["classes"].get(name, 0) > shrink * count
    ]
    if lost:
        raise ShrinkError(
            f"more than {shrink:.0%} of a class would be lost ({', '.join(lost)}):"
            " if that is meant, build with --allow-shrink"
        )


def _gone(out: Path, here: vanished.Things, shrink: float) -> tuple[str, frozenset[str]]:
    """The digest of the current release, and what it describes that is not `here`. Raises `VanishedError`."""
    try:
        before = open_release(out)
        gone = vanished.things(before.quads).described - here.described
    except (ReleaseError, OSError):
        return "", frozenset()
    if shrink < 1 and (lost := vanished.unexplained(gone, here)):
        named = ", ".join(iri.removeprefix(THING) for iri in lost[:5]) + ", …" * (len(lost) > 5)
        raise VanishedError(
            f"{len(lost)} things of release {before.digest[:12]} would be gone ({named}): give each an"
            " entry `a vndx:Retired` in registry/retired.ttl that says where it went"
            " (docs/adding-a-record.md), or build with --allow-shrink"
        )
    return before.digest, gone


def _write(store: Store, folder: Path, progress: Progress) -> dict[str, Any]:
    """Write everything a release holds into `folder`, to the disk; returns the manifest."""
    quads = export.sort_quads(store)
    content = export.n_quads(quads)
    (folder / "quads.nq").write_bytes(content)
    progress("writing dumps")
    try:
        export.write_dumps(quads, folder / "dumps")
    except ImportError as error:
        raise ReleaseError(f"{error.name} is not installed: run `pip install 'vndx[build]'`") from error
    progress("indexing for search")
    search_index.write(store, folder / "search.sqlite")
    manifest = {
        "version": _version(store),
        "digest": hashlib.sha256(content).hexdigest(),
        "date": _date(store),
        "quads": len(quads),
        **_counts(quads),
        "files": [_file(folder, path) for path in _files(folder)],
    }
    progress("loading the store")
    _write_store(folder / "store", folder / "quads.nq", manifest)
    (folder / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
    for path in [*_files(folder), *(path for path in folder.rglob("*") if path.is_dir()), folder]:
        placing.sync(path)
    return manifest


def _write_store(folder: Path, quads: Path, manifest: Mapping[str, Any]) -> None:
    """An on-disk store with exactly those quads, closed when this returns, and its statements beside it."""
    store = Store(folder)
    store.bulk_load(path=quads)
    store.optimize()
    store.flush()
    if len(store) != manifest["quads"]:
        raise ReleaseError(
            f"the store holds {len(store)} quads instead of {manifest['quads']}: run `vndx build` again"
        )
    statements.write(store, folder.with_name(STATEMENTS), manifest["digest"])


def _files(folder: Path) -> list[Path]:
    """All files below `folder`, in order of path."""
    return sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.as_posix())


def _file(folder: Path, path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "path": path.relative_to(folder).as_posix(),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "mediaType": export.media_type(path.name),
    }


def _counts(quads: Sequence[Quad]) -> dict[str, dict[str, int]]:
    """`graphs`: quads by graph; `classes`: instances by class, each counted once; `properties`: uses."""
    instances = {(quad.subject, quad.object) for quad in quads if quad.predicate.value == _TYPE}
    return {
        "properties": dict(Counter(quad.predicate.value for quad in quads)),
        "graphs": dict(Counter(quad.graph_name.value for quad in quads)),  # type: ignore[union-attr]
        "classes": dict(Counter(str(kind).strip("<>") for _, kind in instances)),
    }


def _version(store: Store) -> str:
    """The version that the catalogue gives the dataset; "0" where it gives none."""
    found = store.quads_for_pattern(None, NamedNode(STANDARD["dcat"] + "version"), None)
    return max((quad.object.value for quad in found if isinstance(quad.object, Literal)), default="0")


def _date(store: Store) -> str:
    """The latest day of any meeting or source; targets lie in the future and do not count."""
    days = [
        quad.object.value
        for kind in ("Meeting", "Source")
        for thing in store.quads_for_pattern(None, NamedNode(_TYPE), NamedNode(term(kind)))
        for quad in store.quads_for_pattern(thing.subject, NamedNode(term("date")), None)
        if isinstance(quad.object, Literal)
    ]
    return max(days, default="")
