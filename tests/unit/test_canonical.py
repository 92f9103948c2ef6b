"""The canonical form: order, comments and escapes; the same triples; a second pass changes nothing."""

from pathlib import Path

import minirecord
import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from minirecord import SLUG

from loaders import canonical, order, terms, turtle
from ontology import files
from ontology.namespaces import PREFIXES

MESSY = """\
# What this file is for.

@prefix zzz: <https://w3id.org/vndx/id/evidence/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix o: <https://w3id.org/vndx/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

# A part.

zzz:s-20-30 o:end 30 ; o:start 20 ; a o:Evidence ; o:source <https://w3id.org/vndx/id/source/s> .
# Why this person.
<https://w3id.org/vndx/id/person/an> rdfs:label "An (en)"@en, 'An'@vi; a o:Person;
   o:note "nói \\"A\\"\\n\\\\"@vi;
   o:evidence zzz:s-20-30;
   skos:altLabel "b"@vi,"a"@vi .
zzz:s-5-30 a o:Evidence ; o:end 30 ; o:start 5 ; o:source <https://w3id.org/vndx/id/source/s> ;
  o:consultedOn "2020-07-17"^^xsd:date .
<https://w3id.org/vndx/id/observation/x> a o:Observation ; o:kind <https://w3id.org/vndx/id/concept/k> ;
  o:value 2.0 ; o:singleSeat true ; o:unknown "x" , "x" , 1.5e3 .
# The end.
"""
CLEAN = """\
# What this file is for.

@prefix vndx: <https://w3id.org/vndx/ontology#> .
@prefix person: <https://w3id.org/vndx/id/person/> .
@prefix source: <https://w3id.org/vndx/id/source/> .
@prefix observation: <https://w3id.org/vndx/id/observation/> .
@prefix evidence: <https://w3id.org/vndx/id/evidence/> .
@prefix concept: <https://w3id.org/vndx/id/concept/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

# Why this person.
person:an a vndx:Person ;
  rdfs:label "An"@vi , "An (en)"@en ;
  skos:altLabel "b"@vi , "a"@vi ;
  vndx:evidence evidence:s-20-30 ;
  vndx:note "nói \\"A\\"\\n\\\\"@vi .

observation:x a vndx:Observation ;
  vndx:value 2.0 ;
  vndx:kind concept:k ;
  vndx:singleSeat true ;
  vndx:unknown "x" , "1.5e3"^^xsd:double .

evidence:s-5-30 a vndx:Evidence ;
  vndx:source source:s ;
  vndx:start 5 ;
  vndx:end 30 ;
  vndx:consultedOn "2020-07-17"^^xsd:date .

# A part.

evidence:s-20-30 a vndx:Evidence ;
  vndx:source source:s ;
  vndx:start 20 ;
  vndx:end 30 .

# The end.
"""


def one_file(folder: Path, text: str) -> turtle.TurtleFile:
    (folder / "catalog.ttl").write_text(text, encoding="utf-8")
    return turtle.read(folder).files[0]


def test_the_canonical_form(tmp_path: Path) -> None:
    assert canonical.canonical(one_file(tmp_path, MESSY)) == CLEAN


def test_the_canonical_form_of_the_canonical_form_is_itself(tmp_path: Path) -> None:
    assert canonical.canonical(one_file(tmp_path, CLEAN)) == CLEAN


def test_rdf_type_needs_its_prefix_only_where_it_is_no_predicate(tmp_path: Path) -> None:
    clean = """\
@prefix vndx: <https://w3id.org/vndx/ontology#> .
@prefix concept: <https://w3id.org/vndx/id/concept/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

concept:x a skos:Concept ;
  vndx:unknown rdf:type .
"""
    assert canonical.canonical(one_file(tmp_path, clean)) == clean


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("<a:b> a <a:c> ;\n  # within\n  <a:d> 1 .\n", 2, "comment"),
        ("<a:b> a <a:c> . # beside\n", 1, "comment"),
        ("<a:b> a <a:c> ;\n  <a:d> [] .\n", 2, "blank"),
        ("<a:b> a <a:c> .\n<a:b> <a:d> 1 .\n", 1, "two blocks"),
        ("@base <http://b/> .\n<b> a <c> .\n", 1, "@base"),
    ],
)
def test_what_would_be_lost_is_told_and_left_alone(text: str, line: int, word: str, tmp_path: Path) -> None:
    one_file(tmp_path, text)
    (finding,) = canonical.check(turtle.read(tmp_path))
    assert (finding.rule, finding.line) == ("not-rewritable", line)
    assert word in finding.message
    assert canonical.fix(tmp_path) == []
    assert (tmp_path / "catalog.ttl").read_text(encoding="utf-8") == text


def test_fix_rewrites_what_check_tells_of_and_only_that(tmp_path: Path) -> None:
    data = minirecord.write(tmp_path)
    told = canonical.check(turtle.read(data))
    assert {finding.rule for finding in told} == {"not-canonical"}
    assert all("vndx check --fix" in finding.fix for finding in told)
    before = set(turtle.read(data).quads())
    assert {str(path) for path in canonical.fix(data)} == {finding.file for finding in told}
    assert canonical.check(turtle.read(data)) == []
    assert canonical.fix(data) == []
    assert set(turtle.read(data).quads()) == before


def test_a_file_that_does_not_parse_is_left_alone(tmp_path: Path) -> None:
    data = minirecord.write(tmp_path)
    (data / "catalog.ttl").write_text("a b c", encoding="utf-8")
    canonical.fix(data)
    assert (data / "catalog.ttl").read_text(encoding="utf-8") == "a b c"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from([None, "vi", "en"]))
def test_any_text_survives_and_stays_on_one_line(text: str, language: str | None) -> None:
    literal = pyoxigraph.Literal(text, language=language)
    written = terms.write_term(literal)
    assert "\n" not in written
    (quad,) = pyoxigraph.parse(f"<a:b> <a:c> {written} .", pyoxigraph.RdfFormat.TURTLE)
    assert quad.object == literal


@given(st.text("abcAB0-_./~'%é", min_size=1))
def test_any_name_survives(name: str) -> None:
    node = pyoxigraph.NamedNode(f"https://w3id.org/vndx/id/person/{name.replace('%', '')}")
    written = terms.write_term(node)
    text = f"@prefix person: <{PREFIXES['person']}> .\n{written} a person:x ."
    (quad,) = pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE)
    assert quad.subject == node


def test_the_order_names_every_property_that_a_shape_allows() -> None:
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    graph = rdflib.Graph().parse(files.SHAPES)
    for shape in graph.subjects(sh.closed):
        name = str(graph.value(shape, sh.targetClass)).rpartition("#")[2]
        paths = {graph.value(item, sh.path) for item in graph.objects(shape, sh.property)}
        allowed = {
            str(path).removeprefix(PREFIXES["vndx"])
            for path in paths
            if str(path).startswith(PREFIXES["vndx"])
        }
        listed = set(order.ORDER.get(name, "").split()) | {
            "dateInferredFrom",
            "evidence",
            "asRead",
            "note",
        }
        assert allowed <= listed, name


def test_a_source_keeps_its_evidence_last_by_position(tmp_path: Path) -> None:
    data = minirecord.write(tmp_path)
    canonical.fix(data)
    text = (data / f"sources/{SLUG}.ttl").read_text(encoding="utf-8")
    subjects = [line.split()[0] for line in text.split("\n") if " a vndx:" in line]
    starts = [int(name.split("-")[-2]) for name in subjects if name.startswith("evidence:")]
    assert starts == sorted(starts)
    assert all(name.startswith("evidence:") for name in subjects[-len(starts) :])
