"""What a folder of releases remembers: the things that each changed, and those described no longer."""

from pathlib import Path

from loaders import history, vanished
from ontology.iri import mint

AN, BO, CU = (f"<{mint('person', name)}>" for name in ("an", "bo", "cu"))
EVIDENCE = f"<{mint('evidence', 'x-1-2')}>"
GRAPH = "<https://w3id.org/vndx/graph/registry>"
DERIVED = "<https://w3id.org/vndx/graph/derived>"
RETIRED = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/vndx/ontology#Retired>"


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line} .\n" for line in lines), encoding="utf-8")
    return path


def add(out: Path, digit: str, changed: list[str] | None) -> None:
    path = out / (digit * 64)
    path.mkdir(exist_ok=True)
    (path / "manifest.json").write_text("{}", encoding="utf-8")
    history.add(out, {"digest": digit * 64, "version": "1", "date": "2020-01-01", "quads": 1}, 10, changed)


def test_things_are_described_or_retired(tmp_path: Path) -> None:
    part = EVIDENCE.replace(">", "#selector>")
    found = vanished.things(
        write(
            tmp_path / "a.nq", f"{AN} <p> 'x' {GRAPH}", f"{CU} {RETIRED} {GRAPH}", f"{part} <p> 'x' {GRAPH}"
        )
    )
    assert found.described == {AN[1:-1], EVIDENCE[1:-1]}
    assert found.retired == {CU[1:-1]}
    gone = {iri[1:-1] for iri in (BO, CU, EVIDENCE)}
    assert vanished.unexplained(gone, found) == [BO[1:-1]]


def test_what_two_releases_tell_otherwise_without_what_is_derived(tmp_path: Path) -> None:
    before = write(
        tmp_path / "a.nq", f"{AN} <p> 'x' {GRAPH}", f"{BO} <p> 'x' {GRAPH}", f"{CU} <p> {BO} {GRAPH}"
    )
    after = write(
        tmp_path / "b.nq", f"{AN} <p> 'y' {GRAPH}", f"{BO} <p> 'x' {GRAPH}", f"{BO} <q> 'z' {DERIVED}"
    )
    assert vanished.touched(before, after) == ["person/an", "person/cu"]
    assert vanished.touched(before, before) == []
    many = [
        f"<{mint('person', f'p{number}')}> <p> 'x' {GRAPH}" for number in range(vanished.MOST_TOUCHED + 1)
    ]
    assert vanished.touched(before, write(tmp_path / "c.nq", *many)) is None


def test_the_last_release_that_had_a_thing_is_remembered(tmp_path: Path) -> None:
    vanished.note(tmp_path, [], "a" * 64)
    assert list(tmp_path.iterdir()) == []
    vanished.note(tmp_path, ["x", "y"], "a" * 64)
    vanished.note(tmp_path, ["y", "z"], "b" * 64)
    assert vanished.read(tmp_path) == {"x": "a" * 64, "y": "b" * 64, "z": "b" * 64}
    (tmp_path / "vanished.json").write_text("[", encoding="utf-8")
    assert vanished.read(tmp_path) == {}


def test_what_changed_since_a_release(tmp_path: Path) -> None:
    for digit, changed in (("a", None), ("b", ["person/an"]), ("c", ["person/bo"])):
        add(tmp_path, digit, changed)
    assert history.since(tmp_path, "a" * 64) == {"person/an", "person/bo"}
    assert history.since(tmp_path, "c" * 64) == set()
    assert history.since(tmp_path, "d" * 64) is None
    add(tmp_path, "c", [])  # the same once more: what it changed stays
    assert history.since(tmp_path, "b" * 64) == {"person/bo"}
    add(tmp_path, "d", None)  # too many
    assert history.since(tmp_path, "b" * 64) is None


def test_a_release_that_comes_back_breaks_the_chain(tmp_path: Path) -> None:
    for digit, changed in (("a", None), ("b", ["person/an"]), ("c", ["person/bo"]), ("b", ["person/bo"])):
        add(tmp_path, digit, changed)
    assert [entry.digest[0] for entry in history.read(tmp_path)] == ["a", "c", "b"]
    assert history.since(tmp_path, "a" * 64) is None
    assert history.since(tmp_path, "c" * 64) == {"person/bo"}
