"""Releases: built whole or not at all, the same bytes each time, swapped in one step."""

import gzip
import hashlib
import json
import os
from pathlib import Path

import minirecord
import pyoxigraph
import pytest
from minirecord import SLUG

from loaders import export, release, search_index, statements
from loaders.building import FindingsError, build
from loaders.release import STATEMENTS, ReleaseError, open_release
from loaders.statements import Statements, told


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return minirecord.write(tmp_path / "data")


def test_a_release_holds_what_its_manifest_says(data: Path, tmp_path: Path) -> None:
    said: list[str] = []
    built = build(data, tmp_path / "out", progress=said.append)
    content = built.quads.read_bytes()
    manifest = json.loads((built.path / "manifest.json").read_text(encoding="utf-8"))
    lines = content.splitlines()
    assert built.path.name == built.digest == manifest["digest"] == hashlib.sha256(content).hexdigest()
    assert lines == sorted(set(lines))
    assert manifest["quads"] == len(lines) == sum(manifest["graphs"].values())
    assert manifest["date"] == "2020-03-02"
    assert manifest["classes"]["https://w3id.org/vndx/ontology#Meeting"] == 1
    assert manifest["classes"]["https://w3id.org/vndx/ontology#Act"] == 3
    assert {file["path"] for file in manifest["files"]} == {
        path.relative_to(built.path).as_posix()
        for path in built.path.rglob("*")
        if path.is_file()
        and "store" not in path.parts
        and path.name not in ("manifest.json", "statements.mdb")
    }
    for file in manifest["files"]:
        found = (built.path / file["path"]).read_bytes()
        assert (len(found), hashlib.sha256(found).hexdigest()) == (file["size"], file["sha256"])
        assert file["mediaType"] != "application/octet-stream"
    assert said[-1].startswith("release ")


def test_the_store_holds_the_same_quads(data: Path, tmp_path: Path) -> None:
    built = build(data, tmp_path / "out")
    store = pyoxigraph.Store.read_only(str(built.store))
    assert export.n_quads(store) == built.quads.read_bytes()


def test_the_statements_by_subject_are_those_of_the_store(data: Path, tmp_path: Path) -> None:
    built = build(data, tmp_path / "out")
    store = pyoxigraph.Store.read_only(str(built.store))
    read = Statements(built.path / STATEMENTS, built.digest)
    subjects = {quad.subject for quad in store}
    assert len(subjects) > 30
    for subject in subjects:
        known = read.of(subject.value) or {}
        found = [(name, object) for name, objects in known.items() for object in objects or ()]
        quads = store.quads_for_pattern(subject, None, None, None)
        assert found == [(quad.predicate.value, told(quad.object)) for quad in quads]
    read.close()


def test_a_release_of_before_there_were_statements_gets_them(data: Path, tmp_path: Path) -> None:
    first = build(data, tmp_path / "out")
    (first.path / STATEMENTS).unlink()
    second = build(data, tmp_path / "out")
    assert second.digest == first.digest
    Statements(second.path / STATEMENTS, first.digest).close()


def test_a_release_of_which_a_file_was_cut_is_replaced(data: Path, tmp_path: Path) -> None:
    first = build(data, tmp_path / "out")
    os.truncate(first.path / STATEMENTS, 5000)
    second = build(data, tmp_path / "out")
    assert second.digest == first.digest
    Statements(second.path / STATEMENTS, first.digest).close()


def test_a_release_with_the_statements_of_another_gets_its_own(data: Path, tmp_path: Path) -> None:
    """Of the same size, so that nothing but what it says of itself tells."""
    first = build(data, tmp_path / "out")
    path, size = first.path / STATEMENTS, (first.path / STATEMENTS).stat().st_size
    path.unlink()
    statements.write(pyoxigraph.Store.read_only(str(first.store)), path, "0" * 64)
    assert path.stat().st_size == size
    second = build(data, tmp_path / "out")
    assert second.digest == first.digest
    Statements(second.path / STATEMENTS, first.digest).close()


def test_no_triple_stands_in_two_graphs(data: Path, tmp_path: Path) -> None:
    built = build(data, tmp_path / "out")
    triples = [quad.triple for quad in pyoxigraph.parse(path=built.quads)]
    assert len(triples) == len(set(triples))


def test_two_builds_are_byte_identical(data: Path, tmp_path: Path) -> None:
    one, two = build(data, tmp_path / "one"), build(data, tmp_path / "two")
    paths = [path.relative_to(one.path) for path in one.path.rglob("*") if path.is_file()]
    compared = [path for path in paths if path.parts[0] != "store"]
    assert len(compared) > 8
    for path in compared:
        assert (one.path / path).read_bytes() == (two.path / path).read_bytes(), path


def test_the_link_follows_the_record_and_old_releases_stay(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = build(data, out)
    path = data / f"sources/{SLUG}.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("60% cả nước", "60 %"), encoding="utf-8")
    second = build(data, out)
    assert first.digest != second.digest
    assert open_release(out) == second
    assert open_release(first.path) == first
    assert (out / "current").readlink() == Path(second.digest)


def test_building_again_keeps_the_folder_that_stands(data: Path, tmp_path: Path) -> None:
    first = build(data, tmp_path / "out")
    inode = first.path.stat().st_ino
    assert build(data, tmp_path / "out").path.stat().st_ino == inode


def test_a_new_index_of_the_same_quads_takes_the_old_ones_place(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(data, tmp_path / "out")
    monkeypatch.setattr(search_index, "write", lambda store, path: path.write_bytes(b"new"))
    second = build(data, tmp_path / "out")
    assert second.digest == first.digest
    assert second.search.read_bytes() == b"new"


def test_errors_stop_the_build_and_the_old_release_stays(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    old = build(data, out)
    path = data / f"sources/{SLUG}.ttl"
    path.write_text(
        path.read_text(encoding="utf-8").replace("person:binh", "person:nobody"), encoding="utf-8"
    )
    with pytest.raises(FindingsError, match="run `vndx check`") as caught:
        build(data, out)
    assert "dangling-link" in {finding.rule for finding in caught.value.findings}
    assert open_release(out) == old
    assert {path.name for path in out.iterdir()} == {old.digest, "current", "history.json", ".lock"}


def test_a_failure_while_writing_leaves_nothing_behind(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError("disk full")

    out = tmp_path / "out"
    monkeypatch.setattr(search_index, "write", fail)
    with pytest.raises(OSError, match="disk full"):
        build(data, out)
    assert {path.name for path in out.iterdir()} == {".lock"}


def test_what_a_killed_build_left_is_swept(data: Path, tmp_path: Path) -> None:
    left = tmp_path / "out" / ".building-1"
    left.mkdir(parents=True)
    (left / "quads.nq").write_text("half", encoding="utf-8")
    (tmp_path / "out" / ".building-link").symlink_to("nowhere")
    build(data, tmp_path / "out")
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".building")]


def test_opening_what_is_no_release_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"run `vndx build --out .*out`"):
        open_release(tmp_path / "out")
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(ReleaseError, match="cannot be read"):
        open_release(tmp_path)


def test_dumps_hold_everything_and_their_checksums(data: Path, tmp_path: Path) -> None:
    built = build(data, tmp_path / "out")
    written = export.export(built.path, tmp_path / "copy")
    names = {path.name for path in written}
    assert {"vndx.nq.gz", "vndx.trig.gz", "SHA256SUMS", "graph-registry.ttl", f"graph-{SLUG}.ttl"} <= names
    packed = (tmp_path / "copy" / "vndx.nq.gz").read_bytes()
    assert gzip.decompress(packed) == built.quads.read_bytes()
    assert packed[4:8] == b"\0\0\0\0", "the time in the header"
    trig = gzip.decompress((tmp_path / "copy" / "vndx.trig.gz").read_bytes())
    assert set(pyoxigraph.parse(trig, pyoxigraph.RdfFormat.TRIG)) == set(pyoxigraph.parse(path=built.quads))
    for line in (tmp_path / "copy" / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / "copy" / name).read_bytes()).hexdigest() == digest
    text = (tmp_path / "copy" / "graph-registry.ttl").read_text(encoding="utf-8")
    assert "person:an a vndx:Person" in text
    assert "@prefix foaf:" not in text, "only prefixes that are used"


def test_a_release_without_a_catalogue_has_no_version(data: Path, tmp_path: Path) -> None:
    assert build(data, tmp_path / "out").manifest["version"] == "0"
    assert release.Release(Path("x"), "d", {}).dumps == Path("x/dumps")
