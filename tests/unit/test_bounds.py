"""Bounds of the catalogue, and the share that a build may lose: a slip is a finding, not a release."""

from pathlib import Path

import minirecord
import pytest
from minirecord import SLUG, turtle

from loaders import checks
from loaders.building import build
from loaders.release import ReleaseError, open_release
from loaders.turtle import read
from service.cli import parser

RULE = "count-out-of-bounds"


def findings(tmp_path: Path, body: str) -> list[str]:
    texts = {**minirecord.files(), "catalog.ttl": turtle(body)}
    record = read(minirecord.write(tmp_path, texts))
    found = checks.check_record(record, form=False)
    assert {finding.rule for finding in found if finding.severity == "error"} <= {RULE}
    for finding in found:
        assert finding.rule != RULE or finding.file.endswith("catalog.ttl")
    return [f"{finding.subject}: {finding.message}" for finding in found if finding.rule == RULE]


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ("vndx:atLeast 2 ; vndx:atMost 2", []),
        ("vndx:atLeast 3", ["vndx:Person: there are 2, but at least 3 are expected"]),
        ("vndx:atMost 1", ["vndx:Person: there are 2, but at most 1 are expected"]),
        ("vndx:atLeast 1", []),
        ("vndx:atMost 3", []),
    ],
)
def test_instances_of_a_class(tmp_path: Path, bounds: str, told: list[str]) -> None:
    part = "https://w3id.org/vndx/dataset#vndx-Person"
    body = f"<{part}> a void:Dataset ; void:class vndx:Person ; {bounds} ."
    assert findings(tmp_path, body) == [f"{part}: {message}" for message in told]


def test_a_class_that_has_gone_altogether(tmp_path: Path) -> None:
    body = "<https://w3id.org/vndx/dataset#x> a void:Dataset ; void:class vndx:Programme ; vndx:atLeast 1 ."
    (told,) = findings(tmp_path, body)
    assert told.endswith("vndx:Programme: there are 0, but at least 1 are expected")


def test_triples_of_a_graph(tmp_path: Path) -> None:
    def asked(bounds: str) -> list[str]:
        return findings(tmp_path, f"graph:{SLUG} a void:Dataset ; {bounds} .")

    assert asked("vndx:atLeast 50 ; vndx:atMost 5000") == []
    (few,) = asked("vndx:atLeast 5000 ; vndx:atMost 9000")
    assert "but at least 5000 are expected" in few
    (many,) = asked("vndx:atMost 20")
    assert "but at most 20 are expected" in many


def test_a_graph_whose_file_was_deleted(tmp_path: Path) -> None:
    (told,) = findings(tmp_path, "graph:no-such-source a void:Dataset ; vndx:atLeast 1 .")
    assert "there are 0" in told


def test_the_catalogue_bounds_every_class_and_graph_of_the_record() -> None:
    record = read(Path(__file__).resolve().parents[2] / "data" / "turtle")
    quads = list(record.quads())
    least = "https://w3id.org/vndx/ontology#atLeast"
    bounded = {quad.subject.value for quad in quads if quad.predicate.value == least}
    assert {graph for graph in {quad.graph_name.value for quad in quads} if graph not in bounded} == set()
    classed = {
        quad.object.value
        for quad in quads
        if quad.predicate.value.endswith("void#class") and quad.subject.value in bounded
    }
    stated = {
        quad.object.value
        for quad in quads
        if quad.predicate.value.endswith("#type")
        and quad.subject.value.startswith("https://w3id.org/vndx/id/")
    }
    assert stated - classed == set(), "give it bounds in catalog.ttl"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return minirecord.write(tmp_path / "data")


def drop_claim(data: Path) -> None:
    """Turn the record's only claim into an observation's note, so to say: drop it."""
    path = data / f"sources/{SLUG}.ttl"
    text = path.read_text(encoding="utf-8")
    start = text.index(f"statement:{SLUG}-mang-cham a vndx:Claim")
    path.write_text(text[:start] + text[text.index(" .\n", start) + 3 :], encoding="utf-8")


def test_a_build_that_loses_much_of_a_class_stops(data: Path, out: Path) -> None:
    old = open_release(out)
    drop_claim(data)
    with pytest.raises(ReleaseError, match=r"Claim: 1 → 0.*--allow-shrink") as caught:
        build(data, out)
    assert "Person" not in str(caught.value)
    assert open_release(out) == old
    assert not list(out.glob(".building*"))


def test_unless_told_otherwise(data: Path, out: Path) -> None:
    old = open_release(out)
    drop_claim(data)
    new = build(data, out, shrink=1.0)
    assert new.digest != old.digest
    assert "https://w3id.org/vndx/ontology#Claim" not in new.manifest["classes"]


def test_growth_and_small_losses_pass(data: Path, tmp_path: Path) -> None:
    build(data, tmp_path / "out", shrink=0)
    path = data / "registry/all.ttl"
    path.write_text(
        path.read_text(encoding="utf-8")
        + '\nperson:x a vndx:Person ; rdfs:label "X"@vi , "X"@en ; vndx:evidence evidence:luat-dieu-1 .\n',
        encoding="utf-8",
    )
    assert build(data, tmp_path / "out", shrink=0)


@pytest.mark.parametrize(
    ("options", "share"),
    [([], 0.2), (["--allow-shrink"], 1.0), (["--allow-shrink", "50"], 0.5), (["--allow-shrink=5%"], 0.05)],
)
def test_the_option(options: list[str], share: float) -> None:
    assert parser().parse_args(["build", *options]).shrink == share


@pytest.mark.parametrize("share", ["101", "-1", "half"])
def test_what_is_no_percentage(share: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["build", f"--allow-shrink={share}"])
    assert "is not a percentage from 0 to 100" in capsys.readouterr().err
