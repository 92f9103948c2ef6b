"""Differences between releases, and which releases a folder keeps."""

import json
from collections.abc import Sequence
from pathlib import Path

import minirecord
import pytest
from minirecord import SLUG

from loaders import history, report
from loaders.building import build
from loaders.diff import compare, find
from loaders.release import Release, ReleaseError, open_release
from ontology.namespaces import GRAPH, THING, VOCABULARY
from service.cli import main
from service.pages.differences import listed
from visual.article import Cell, Cites

ACT = f"{THING}act/{SLUG}-a"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases: in the second an act is stronger, one due earlier, a claim gone, a person renamed."""
    folder = tmp_path_factory.mktemp("diff")
    data = minirecord.write(folder / "data")
    build(data, folder / "out")
    source = data / f"sources/{SLUG}.ttl"
    text = source.read_text(encoding="utf-8")
    text = text.replace("strength concept:strength-recommended", "strength concept:strength-example", 1)
    for old, new in (
        ('due "2020-06-30"', 'due "2020-04-30"'),
        ('duePrecision "quarter"', 'duePrecision "month"'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    start = text.index(f"statement:{SLUG}-mang-cham a vndx:Claim")
    source.write_text(text[:start] + text[text.index(" .\n", start) + 3 :], encoding="utf-8")
    people = data / "registry/all.ttl"
    people.write_text(
        people.read_text(encoding="utf-8").replace('"An (en)"@en', '"Ann"@en'), encoding="utf-8"
    )
    build(data, folder / "out", shrink=1)
    return folder / "out"


@pytest.fixture(scope="module")
def releases(folder: Path) -> tuple[Release, Release]:
    old, new = (open_release(folder / entry.digest) for entry in history.read(folder))
    assert open_release(folder) == new
    return old, new


def test_statements_are_grouped_by_source_and_resource(releases: tuple[Release, Release]) -> None:
    found = compare(*releases)
    parts = {part.graph: part for part in found.parts}
    assert found.parts[0].graph == GRAPH + SLUG, "sources first"
    assert found.parts[-1].graph == GRAPH + "derived"
    assert parts[GRAPH + SLUG].label == {"vi": "Bài báo", "en": "Article"}
    resources = {resource.iri: resource for resource in parts[GRAPH + SLUG].resources}
    (stronger,) = resources[ACT].statements
    assert (resources[ACT].kind, stronger.kind) == ("changed", "changed")
    assert stronger.predicate == VOCABULARY + "strength"
    assert [term.value for term in stronger.before] == [THING + "concept/strength-recommended"]
    assert [term.value for term in stronger.after] == [THING + "concept/strength-example"]
    assert resources[ACT].label["vi"] == "Dùng A"
    claim = resources[f"{THING}statement/{SLUG}-mang-cham"]
    assert claim.kind == "removed"
    assert {statement.kind for statement in claim.statements} == {"removed"}
    (person,) = parts[GRAPH + "registry"].resources
    (renamed,) = person.statements
    assert (renamed.before[0].value, renamed.after[0].value) == ("An (en)", "Ann"), "one language only"


def words(cells: Sequence[Cell]) -> list[str]:
    return ["".join(piece.text for piece in cell if not isinstance(piece, Cites)) for cell in cells]


def test_a_page_names_things_and_writes_values_as_pages_do(releases: tuple[Release, Release]) -> None:
    found = compare(*releases)
    part = next(part for part in found.parts if part.graph == GRAPH + SLUG)
    told = {resource["name"]: resource for resource in listed(part, found, "vi")["resources"]}
    rows = {
        (words([name])[0], *words(before), *words(after))
        for resource in told.values()
        for kind, name, before, after in resource["statements"]
        if kind == "changed"
    }
    assert rows == {
        ("mức độ", "strength-recommended", "strength-example"),
        ("hạn", "quý II/2020", "tháng 4/2020"),
        ("độ chính xác của hạn", "đến quý", "đến tháng"),
    }
    claim = told[f"statement:{SLUG}-mang-cham"]
    assert claim["href"] == f"/doc/statement/{SLUG}-mang-cham?release={releases[0].digest}"
    strength = told[f"act:{SLUG}-a"]
    assert strength["lines"] == ["vndx:strength  concept:strength-recommended → concept:strength-example"], (
        "what machines say"
    )


def test_the_other_way_round_is_the_mirror(releases: tuple[Release, Release]) -> None:
    there, back = compare(*releases), compare(*reversed(releases))
    assert there.count("added") == back.count("removed")
    assert there.count("removed") == back.count("added") > 0
    assert there.count("changed") == back.count("changed") > 0


def test_added_and_removed_lines_are_all_told(releases: tuple[Release, Release]) -> None:
    found = compare(*releases)
    old, new = (set(release.quads.read_text(encoding="utf-8").splitlines()) for release in releases)
    statements = [s for part in found.parts for resource in part.resources for s in resource.statements]
    assert sum(len(s.before) for s in statements) == len(old - new) > 0
    assert sum(len(s.after) for s in statements) == len(new - old) > 0


def test_a_release_against_itself(releases: tuple[Release, Release]) -> None:
    found = compare(releases[0], releases[0])
    assert found.parts == ()
    assert report.as_text(found).endswith("0 added, 0 removed, 0 changed\n")


def test_json_and_text_say_the_same(releases: tuple[Release, Release]) -> None:
    found = compare(*releases)
    told = json.loads(report.as_json(found))
    assert told["from"]["digest"] == releases[0].digest
    assert told["counts"] == {kind: found.count(kind) for kind in ("added", "removed", "changed")}
    act = next(resource for resource in told["graphs"][0]["resources"] if resource["id"] == ACT)
    assert act["statements"][0]["before"] == [
        {"type": "uri", "value": THING + "concept/strength-recommended"}
    ]
    text = report.as_text(found)
    assert f"  ~ act:{SLUG}-a  Dùng A\n" in text
    assert "      ~ vndx:strength  concept:strength-recommended → concept:strength-example\n" in text
    assert text.count("\n      ") == sum(told["counts"].values())


def test_the_command(
    folder: Path, releases: tuple[Release, Release], capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = releases
    assert main(["diff", str(old.path), new.digest[:10], "--release", str(folder)]) == 0
    by_folder = capsys.readouterr().out
    assert main(["diff", old.digest, "current", "--release", str(folder)]) == 0
    assert capsys.readouterr().out == by_folder
    assert main(["diff", old.digest, "--json", "--release", str(folder)]) == 0
    assert json.loads(capsys.readouterr().out)["to"]["digest"] == new.digest
    assert main(["diff", "f" * 64, "--release", str(folder)]) == 2
    assert f"no digest in {folder}" in capsys.readouterr().err


def test_only_the_newest_are_kept_and_the_others_remembered(tmp_path: Path) -> None:
    out, digests = tmp_path, [f"{number:064x}" for number in range(5)]
    for number, digest in enumerate(digests):
        (out / digest).mkdir()
        (out / digest / "manifest.json").write_text("{}", encoding="utf-8")
        manifest = {"digest": digest, "version": "1", "date": "2020-01-01", "quads": number}
        gone = history.add(out, manifest, keep=3)
        assert gone == ([digests[number - 3]] if number >= 3 else [])
    assert [(entry.digest, entry.kept) for entry in history.read(out)] == [
        (digest, number >= 2) for number, digest in enumerate(digests)
    ]
    successor = history.successor(out, digests[0])
    assert successor is not None
    assert successor.digest == digests[2]
    with pytest.raises(ReleaseError, match=f"no longer kept; {digests[2]} came after it"):
        find(out, digests[0])


def test_building_an_old_state_again_makes_it_the_newest(tmp_path: Path) -> None:
    for digest in ("a" * 64, "b" * 64, "a" * 64):
        (tmp_path / digest).mkdir(exist_ok=True)
        (tmp_path / digest / "manifest.json").write_text("{}", encoding="utf-8")
        history.add(tmp_path, {"digest": digest, "version": "1", "date": "", "quads": 1})
    assert [entry.digest[0] for entry in history.read(tmp_path)] == ["b", "a"]


def test_a_folder_without_a_list_or_with_a_broken_one(tmp_path: Path) -> None:
    assert history.read(tmp_path / "none") == []
    (tmp_path / ("c" * 64)).mkdir()
    (tmp_path / ("c" * 64) / "manifest.json").write_text('{"version": "1"}', encoding="utf-8")
    (tmp_path / "history.json").write_text("[{", encoding="utf-8")
    (entry,) = history.read(tmp_path)
    assert (entry.digest, entry.version, entry.kept) == ("c" * 64, "1", True)


def test_the_beginning_of_a_digest_must_mean_one(tmp_path: Path) -> None:
    for digest in ("ab" * 32, "ab" * 31 + "cd"):
        (tmp_path / digest).mkdir()
        (tmp_path / digest / "manifest.json").write_text("{}", encoding="utf-8")
    assert history.find(tmp_path, "abababababab") is None
    assert history.find(tmp_path, "ab" * 32) is not None
