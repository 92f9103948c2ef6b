"""Turtle files: their graphs, their errors, and where subjects and comments stand."""

from pathlib import Path

import pytest

from loaders import layout, turtle
from ontology.iri import IriError

TEXT = """\
# Head.

PREFIX ex: <http://ex/>
@prefix p: <http://p/> .

# Apart.

# Above one.
# Still above one.
ex:one a ex:C ; ex:text \"\"\"two
lines # no comment \"\"\" , "a # b" , 2.0 , 1.5e3 .
<http://ex/two> ex:to ex:one , p:x.y
  . # beside
p:a\\-b ex:to [ ex:to ex:c. ] .
# At the end.
"""


def test_subjects_are_found_with_their_lines_and_comments() -> None:
    found = layout.read(TEXT)
    assert [(block.subject, block.line) for block in found.blocks] == [
        ("http://ex/one", 10),
        ("http://ex/two", 12),
        ("http://p/a-b", 14),
    ]
    assert found.header == (("# Head.",),)
    assert found.blocks[0].comments == (("# Apart.",), ("# Above one.", "# Still above one."))
    assert found.blocks[0].attached
    assert not found.blocks[1].comments
    assert found.trailing == (("# At the end.",),)


def test_what_cannot_be_kept_is_told_by_line() -> None:
    found = layout.read(TEXT)
    assert found.misplaced == (13,)
    assert found.unnamed == (14,)


def test_a_comment_within_a_block_is_misplaced() -> None:
    assert layout.read("<a:b> <a:c> 1 ;\n  # within\n  <a:d> 2 .\n").misplaced == (2,)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("registry/people.ttl", "registry"),
        ("units/provinces.ttl", "units"),
        ("catalog.ttl", "dataset"),
        ("sources/ben-tre-2020-07-17.ttl", "ben-tre-2020-07-17"),
    ],
)
def test_a_file_belongs_to_the_graph_of_its_folder(path: str, name: str) -> None:
    assert turtle.graph_of(Path(path)) == f"https://w3id.org/vndx/graph/{name}"


@pytest.mark.parametrize(
    "path", ["people.ttl", "registry/more/people.ttl", "sources/derived.ttl", "sources/Ben Tre.ttl"]
)
def test_a_file_elsewhere_belongs_to_no_graph(path: str) -> None:
    with pytest.raises(IriError):
        turtle.graph_of(Path(path))


def test_an_unknown_prefix_is_told_with_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "catalog.ttl").write_text("@prefix a: <http://a/> .\n\na:b a:c đ:d .\n", encoding="utf-8")
    (finding,) = turtle.read(tmp_path).findings
    assert (finding.rule, finding.line, finding.column) == ("syntax", 3, 9)
    assert finding.file == str(tmp_path / "catalog.ttl")
    assert "đ:" in finding.message


def test_a_file_in_another_encoding_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "catalog.ttl").write_bytes('# ok\n# "Bến"'.encode("utf-16-le"))
    (tmp_path / "units").mkdir()
    (tmp_path / "units" / "a.ttl").write_bytes(b"# ok\n# B\xean Tre\n")
    findings = {Path(finding.file).name: finding for finding in turtle.read(tmp_path).findings}
    assert (findings["a.ttl"].rule, findings["a.ttl"].line, findings["a.ttl"].column) == ("encoding", 2, 4)
    assert findings["catalog.ttl"].rule in ("encoding", "syntax")


def test_a_part_of_a_thing_stands_where_its_owner_does(tmp_path: Path) -> None:
    (tmp_path / "catalog.ttl").write_text("\n<https://w3id.org/vndx/dataset> a <a:b> .\n", encoding="utf-8")
    record = turtle.read(tmp_path)
    assert record.place("https://w3id.org/vndx/dataset#part") == (str(tmp_path / "catalog.ttl"), 2)
    assert record.place("https://w3id.org/vndx/nowhere") == (str(tmp_path), 0)
