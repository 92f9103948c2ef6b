# ruff: noqa: E501 - one change to the record a line
"""Checks: the small record has no finding, and each rule finds the one thing changed in it."""

import re
import sys
from pathlib import Path

import minirecord
import pyoxigraph
import pytest
import rdflib
from minirecord import SLUG

from loaders import checks, derive, shapes, turtle
from loaders.checks import VIOLATIONS
from loaders.findings import Finding
from ontology import files

SOURCE, REGISTRY, UNITS = f"sources/{SLUG}.ttl", "registry/all.ttl", "units/all.ttl"
XSD = "^^xsd:date"

CHAIN = """person:cu a vndx:Retired ; dcterms:isReplacedBy person:cu-hon ; vndx:note "x"@vi , "x"@en .
person:cu-hon a vndx:Retired ; dcterms:isReplacedBy person:an ; vndx:note "x"@vi , "x"@en ."""

CHANGES = [
    # rule, file, what stands there, what is put in its place
    ("participation-without-side", SOURCE, "; vndx:side concept:side-ministry", ""),
    ("participation-without-post", SOURCE, "  vndx:post post:chu-tich-mot ;", ""),
    ("person-twice-at-meeting", SOURCE, "vndx:person person:binh", "vndx:person person:an"),
    ("retired-in-use", REGISTRY, "\nperson:an a vndx:Person", '\nperson:an a vndx:Retired'),
    ("retired-in-use", REGISTRY, "\nperson:an a", "\n" + CHAIN + "\nperson:an a"),
    ("retired-and-described", REGISTRY, "\nperson:an a vndx:Person", "\nperson:an a vndx:Person , vndx:Retired"),
    ("note-pair", REGISTRY, "\nperson:an a", "\nperson:cu a vndx:Retired ; dcterms:isReplacedBy person:an .\nperson:an a"),
    ("class-in-wrong-graph", SOURCE, "\nmeeting:", '\nperson:cu a vndx:Retired ; vndx:note "x"@vi , "x"@en .\nmeeting:'),
    ("act-without-speaker", SOURCE, '"Use B"@en ; vndx:speaker person:an', '"Use B"@en'),
    ("act-without-addressee", SOURCE, "  vndx:addressee unit:mot ; vndx:sector", "  vndx:sector"),
    ("alternative-on-one-side", SOURCE, f"  vndx:alternativeTo act:{SLUG}-a ;", ""),
    ("dangling-link", SOURCE, "vndx:person person:binh", "vndx:person person:bin"),
    ("unknown-term", SOURCE, "vndx:speaker person:an", "vndx:speeker person:an"),
    ("unknown-term", SOURCE, "a vndx:Claim", "a vndx:Clame"),
    ("thing-without-class", SOURCE, f"statement:{SLUG}-mang-cham a vndx:Claim ;", f"statement:{SLUG}-mang-cham"),
    ("kind-of-class", SOURCE, f"statement:{SLUG}-mang-cham", f"act:{SLUG}-mang-cham"),
    ("class-in-wrong-graph", SOURCE, "\nmeeting:", '\nperson:x a vndx:Person ; rdfs:label "x"@vi , "x"@en .\nmeeting:'),
    ("slug-of-source", SOURCE, f"tenure:{SLUG}-an", "tenure:an"),
    ("concept-of-wrong-scheme", SOURCE, "concept:strength-pledged", "concept:side-ministry"),
    ("concept-of-wrong-scheme", REGISTRY, "concept:organization-type-ministry", "concept:post-type-minister"),
    ("concept-of-wrong-scheme", REGISTRY, "concept:post-type-minister", "concept:organization-type-ministry"),
    ("other-without-note", REGISTRY, 'concept:organization-type-other ; vndx:note "Không rõ."@vi , "Not clear."@en', "concept:organization-type-other"),
    ("other-without-note", REGISTRY, 'concept:post-type-other ; vndx:note "Không rõ."@vi , "Not clear."@en', "concept:post-type-other"),
    ("carried-over-nobody", SOURCE, "vndx:reportedBy person:binh ; ", ""),
    ("carried-over-nobody", SOURCE, "vndx:about unit:mot", "vndx:speakerCarriedOver true ; vndx:about unit:mot"),
    ("role-of-wrong-scheme", SOURCE, "concept:role-chair", "concept:role-planned"),
    ("concept-without-scheme", "registry/concepts.ttl", " ; skos:inScheme concept:scheme-mode", ""),
    ("text-in-one-language", SOURCE, ' , "to help"@en', ""),
    ("resource-not-used", REGISTRY, "\nperson:an", '\nperson:x a vndx:Person ; rdfs:label "x"@vi , "x"@en .\nperson:an'),
    ("name-of-two", REGISTRY, '"ông Bình"@vi', '"An"@vi'),
    ("two-holders-of-one-seat", SOURCE, "\ntenure:", f"""\ntenure:{SLUG}-x a vndx:Tenure ; vndx:person person:binh ;
       vndx:post post:bo-truong-bo ; vndx:attestedOn "2020-03-02"{XSD} ; vndx:evidence evidence:{SLUG}-0-13 .\ntenure:"""),
    ("unit-outside-validity", SOURCE, "organization:bo , unit:mot", "organization:bo , unit:hai-2025"),
    ("unit-outside-validity", UNITS, f'"2025-06-30"{XSD}', f'"2019-12-31"{XSD}'),
    ("figures-that-disagree", SOURCE, "vndx:area unit:viet-nam", "vndx:area unit:mot"),
    ("evidence-in-wrong-graph", UNITS, "\nevidence:", f"""\nevidence:{SLUG}-1-2 a vndx:Evidence ; vndx:start 1 ;
       vndx:end 2 ; vndx:source source:{SLUG} ; vndx:paragraph 1 ; vndx:sha256 "{"0" * 64}" .\nevidence:"""),
    ("evidence-slug", SOURCE, "vndx:start 0", "vndx:start 1"),
    ("span-outside-source", REGISTRY, f"vndx:length {len(minirecord.ARTICLE)}", "vndx:length 20"),
    ("source-file-name", REGISTRY, f'"{SLUG}.txt"', '"mot-tinh.txt"'),
    ("measured-in-the-future", SOURCE, f'"2020-01-01"{XSD}', f'"2021-01-01"{XSD}'),
    ("date-not-first-day", SOURCE, f'"2020-01-01"{XSD}', f'"2020-02-01"{XSD}'),
    ("period-backwards", UNITS, "vndx:validUntil", f'vndx:validFrom "2025-07-01"{XSD} ; vndx:validUntil'),
    ("period-backwards", REGISTRY, '"2025-12-31"', '"2020-12-31"'),
    ("period-backwards", SOURCE, f'vndx:due "2020-06-30"{XSD}', f'vndx:due "2020-03-31"{XSD}'),
    ("date-not-first-day", SOURCE, f'vndx:from "2020-04-01"{XSD}', f'vndx:from "2020-04-02"{XSD}'),
    ("date-not-first-day", REGISTRY, f'vndx:periodStart "2021-01-01"{XSD}', f'vndx:periodStart "2021-02-01"{XSD}'),
    ("date-without-precision", SOURCE, ' ; vndx:duePrecision "quarter"', ""),
    ("date-without-precision", SOURCE, ' ; vndx:fromPrecision "month"', ""),
    ("date-without-precision", REGISTRY, ' ; vndx:periodPrecision "year"', ""),
    # shapes
    ("evidence-some", SOURCE, "vndx:about unit:mot ;\n  vndx:evidence", "vndx:about unit:mot .\n#"),
    ("label-pair", REGISTRY, ', "An (en)"@en', ""),
    ("label-pair", REGISTRY, '"An"@vi', '"An"@vi , "Ân"@vi'),
    ("label-pair", REGISTRY, '"An (en)"@en', '"An (en)"@fr'),
    ("closed", SOURCE, "vndx:speaker person:an", "vndx:agent person:an ; vndx:speaker person:an"),
    ("closed", REGISTRY, 'rdfs:label "An"@vi', 'foaf:name "An" ; rdfs:label "An"@vi'),
    ("mode-one", SOURCE, " ; vndx:mode concept:mode-in-person", ""),
    ("date-one", SOURCE, f'vndx:date "2020-03-02"{XSD}', 'vndx:date "2/3/2020"'),
    ("date-one", SOURCE, f'vndx:date "2020-03-02"{XSD}', f'vndx:date "2020-03"{XSD}'),
    ("datePrecision-one", SOURCE, 'vndx:datePrecision "day"', 'vndx:datePrecision "week"'),
    ("party-some", SOURCE, "vndx:party organization:bo , unit:mot ;", ""),
    ("person-optional", SOURCE, "vndx:person person:binh", "vndx:person organization:bo"),
    ("participation-choice", SOURCE, "vndx:person person:binh ;", ""),
    ("post-one", SOURCE, "vndx:person person:an ; vndx:post post:bo-truong-bo", "vndx:person person:an"),
    ("attestedOn-one", SOURCE, f'vndx:attestedOn "2020-03-02"{XSD}', 'vndx:attestedOn "2020"'),
    ("strength-one", SOURCE, "  vndx:strength concept:strength-recommended ;", ""),
    ("sector-some", SOURCE, "vndx:sector concept:sector-health ;", ""),
    ("measure-some", SOURCE, "vndx:measure concept:measure-use-platform ;", ""),
    ("platform-optional", SOURCE, "vndx:platform platform:nen-tang-b", "vndx:platform platform:nen-tang-a , platform:nen-tang-b"),
    ("addressee-any", SOURCE, "vndx:addressee unit:mot", "vndx:addressee platform:nen-tang-a"),
    ("role-one", SOURCE, "vndx:role concept:role-operated-by ;", ""),
    ("about-some", SOURCE, "vndx:about unit:mot ;", ""),
    ("value-one", SOURCE, "vndx:value 60.0", "vndx:value 60"),
    ("unit-one", SOURCE, "vndx:unit concept:unit-percent ;", ""),
    ("indicator-one", SOURCE, "vndx:indicator indicator:ho-co-mang ;", ""),
    ("observation-choice", SOURCE, 'vndx:date "2020-01-01"^^xsd:date ;\n  vndx:datePrecision "year"', 'vndx:datePrecision "year"'),
    ("evidence-choice", UNITS, '; vndx:locator "Điều 1"', ""),
    ("sha256-optional", SOURCE, 'vndx:sha256 "', 'vndx:sha256 "X'),
    ("paragraph-optional", SOURCE, "vndx:paragraph 1", 'vndx:paragraph "1"'),
    ("definition-pair", REGISTRY, ' , "Per cent of households online."@en', ""),
    ("organization-one", REGISTRY, ' ; vndx:organization organization:bo ;', " ;"),
    ("organizationType-one", REGISTRY, ";\n  vndx:organizationType concept:organization-type-ministry .", "."),
    ("organizationType-one", REGISTRY, "concept:organization-type-ministry", "concept:organization-type-ministry , concept:organization-type-other"),
    ("claimType-one", SOURCE, "vndx:claimType concept:claim-type-difficulty ; ", ""),
    ("postType-one", REGISTRY, "vndx:postType concept:post-type-minister ;", ""),
    ("from-optional", SOURCE, f'vndx:from "2020-04-01"{XSD}', 'vndx:from "2020"'),
    ("fromPrecision-optional", SOURCE, 'vndx:fromPrecision "month"', 'vndx:fromPrecision "week"'),
    ("periodPrecision-optional", REGISTRY, 'vndx:periodPrecision "year"', 'vndx:periodPrecision "decade"'),
    ("reporterCarriedOver-optional", SOURCE, "vndx:reporterCarriedOver true", 'vndx:reporterCarriedOver "yes"'),
    ("singleSeat-optional", REGISTRY, "vndx:singleSeat true", 'vndx:singleSeat "yes"'),
    ("length-one", REGISTRY, f"vndx:length {len(minirecord.ARTICLE)} ;", ""),
    ("unitType-one", UNITS, "vndx:unitType concept:unit-type-province ; vndx:validUntil", "vndx:validUntil"),
    ("before-some", UNITS, "vndx:before unit:mot ;", ""),
    ("inScheme-one", "registry/concepts.ttl", "skos:inScheme concept:scheme-mode", "skos:inScheme person:an"),
    # files
    ("blank-node", REGISTRY, "vndx:organization organization:bo", "vndx:organization [ a vndx:Organization ]"),
    ("malformed-iri", REGISTRY, "person:an ", "person:An "),
    ("malformed-iri", REGISTRY, "person:an ", "<https://example.org/an> "),
    ("second-block", REGISTRY, "\nperson:binh a", '\nperson:an skos:altLabel "ông An"@vi .\nperson:binh a'),
    ("duplicate-iri", UNITS, "\nunit:mot a", '\nperson:an skos:altLabel "ông An"@vi .\nunit:mot a'),
    ("two-graphs", UNITS, "\nunit:mot a", '\nperson:an rdfs:label "An"@vi .\nunit:mot a'),
    ("syntax", REGISTRY, "person:an a", "person:an aa"),
]  # fmt: skip


ELSEWHERE = {"count-out-of-bounds"}
"""Rules about the catalogue, which this record does without: tests/unit/test_bounds.py."""

RULES = {violation.name: violation for violation in checks.violations()}


def check(folder: Path, texts: dict[str, str], rule: str = "") -> list[Finding]:
    """All findings about these files; of a rule in `violations/` only its own, which is quicker."""
    record = turtle.read(minirecord.write(folder, texts))
    if rule in RULES:
        return list(checks.breaches(RULES[rule], record, derive.load(record.quads())))
    return checks.check_record(record, form=False)


def test_the_small_record_has_no_finding(tmp_path: Path) -> None:
    data = minirecord.write(tmp_path / "data")
    record = turtle.read(data)
    found = checks.check_record(record, minirecord.write_sources(tmp_path / "sources"), form=False)
    assert [str(finding) for finding in found] == []


@pytest.mark.parametrize(
    ("rule", "name", "old", "new"), CHANGES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CHANGES)]
)
def test_each_rule_finds_what_it_is_for(rule: str, name: str, old: str, new: str, tmp_path: Path) -> None:
    texts = minirecord.files()
    assert old in texts[name], "the small record changed: this case changes nothing"
    found = check(tmp_path, {**texts, name: texts[name].replace(old, new, 1)}, rule)
    hits = [finding for finding in found if finding.rule == rule]
    assert hits, [str(finding) for finding in found]
    for finding in hits:
        assert finding.file.endswith(".ttl")
        assert finding.line > 0
        assert finding.message and finding.fix
        assert "{" not in finding.message, "a column of the message is missing from the query"


def test_every_rule_in_the_folder_is_tested() -> None:
    assert {path.stem for path in VIOLATIONS.glob("*.rq")} == RULES.keys()
    assert RULES.keys() - ELSEWHERE <= {change[0] for change in CHANGES}


def test_every_class_that_can_be_an_instance_has_a_closed_shape() -> None:
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    graph = rdflib.Graph().parse(files.SHAPES)
    targets = {str(graph.value(shape, sh.targetClass)) for shape in graph.subjects(sh.closed)}
    classes = {
        quad.subject.value
        for quad in pyoxigraph.parse(path=files.VOCABULARY)
        if quad.object == pyoxigraph.NamedNode("http://www.w3.org/2002/07/owl#Class")
    }
    assert {name.rpartition("#")[2] for name in classes - targets} == {"Act"}


def test_every_property_shape_has_a_message_and_is_used() -> None:
    text = files.SHAPES.read_text(encoding="utf-8")
    blocks = dict(re.findall(r"^(shape:\S+) a sh:PropertyShape ;\n(.*?) \.$", text, re.MULTILINE | re.DOTALL))
    assert blocks
    for name, body in blocks.items():
        assert "sh:message" in body, name
        assert len(re.findall(rf"{name}(?![\w-])", text)) > 1, f"{name} is used by no class"


def test_reading_a_long_text_is_no_more_steps_than_a_short_one(tmp_path: Path) -> None:
    """However many characters it has: calls are counted, of our functions and of others' in C."""

    def calls(size: int) -> int:
        texts = minirecord.files()
        long = texts[REGISTRY].replace("Không rõ.", "x" * size, 1)
        data = minirecord.write(tmp_path / str(size), {**texts, REGISTRY: long})
        count = 0

        def counting(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(counting)
        try:
            found = checks.check_record(turtle.read(data))
        finally:
            sys.setprofile(before)
        assert {finding.rule for finding in found} == {"not-canonical"}
        return count

    calls(10)  # what is read once for good is read here
    assert calls(1_500_000) < calls(10) + 1000


def test_a_finding_shows_how_a_long_value_begins(tmp_path: Path) -> None:
    texts = minirecord.files()
    (finding,) = check(
        tmp_path / "named", {**texts, SOURCE: texts[SOURCE].replace('"day"', f'"{"y" * 201}"', 1)}
    )
    assert finding.message.endswith("not " + "y" * 200 + "…") and finding.line > 0


def test_what_the_shapes_cannot_say_is_a_finding_too(tmp_path: Path) -> None:
    """Triple terms and texts with a direction, which SHACL's terms are not."""
    texts = minirecord.files()
    for value in ("<<( person:an a vndx:Person )>>", '"x"@ar--rtl'):
        text = texts[REGISTRY].replace('"Không rõ."@vi', value, 1)
        found = check(tmp_path / str(len(value)), {**texts, REGISTRY: text})
        assert [finding.line for finding in found if finding.rule == "note-pair-optional"] != [0]


def test_a_finding_says_where_the_subject_begins(tmp_path: Path) -> None:
    texts = minirecord.files()
    old = "vndx:person person:binh"
    found = check(tmp_path, {**texts, SOURCE: texts[SOURCE].replace(old, "vndx:person person:bin")})
    (finding,) = [finding for finding in found if finding.rule == "dangling-link"]
    line = (
        texts[SOURCE]
        .split("\n")
        .index(
            next(line for line in texts[SOURCE].split("\n") if line.startswith(f"participation:{SLUG}-binh"))
        )
    )
    assert (finding.file, finding.line) == (str(tmp_path / SOURCE), line + 1)
    assert finding.message == "vndx:person points to person:bin, which no file describes"


def test_a_syntax_error_says_line_and_column_and_hides_what_would_follow(tmp_path: Path) -> None:
    texts = {**minirecord.files(), REGISTRY: "@prefix a: <http://a/> .\na:b a:c a:d a:e .\n"}
    (finding,) = check(tmp_path, texts)
    assert (finding.rule, finding.line, finding.column) == ("syntax", 2, 13)


def test_two_graphs_are_both_named_even_where_a_number_is_written_differently(tmp_path: Path) -> None:
    texts = minirecord.files()
    texts[UNITS] += f"\nobservation:{SLUG}-ca-nuoc vndx:value 60.00 .\n"
    (finding,) = [finding for finding in check(tmp_path, texts) if finding.rule == "two-graphs"]
    assert f"graph/{SLUG}" in finding.message
    assert "graph/units" in finding.message


def test_a_group_without_a_side_is_only_a_warning(tmp_path: Path) -> None:
    texts = minirecord.files()
    texts[SOURCE] = texts[SOURCE].replace("vndx:person person:binh", 'vndx:group "cán bộ"@vi , "staff"@en')
    texts[SOURCE] = texts[SOURCE].replace("; vndx:side concept:side-locality", "")
    found = {(finding.rule, finding.severity) for finding in check(tmp_path, texts)}
    assert ("participation-without-side", "warning") in found


def test_namesakes_of_different_times_are_not_told(tmp_path: Path) -> None:
    texts = minirecord.files()
    texts[UNITS] = texts[UNITS].replace('"tỉnh Hai"@vi', '"tỉnh Một"@vi')
    assert "name-of-two" not in {finding.rule for finding in check(tmp_path, texts)}


def test_with_sources_a_digest_and_a_paragraph_are_checked(tmp_path: Path) -> None:
    texts = minirecord.files()
    texts[SOURCE] = texts[SOURCE].replace("vndx:paragraph 2", "vndx:paragraph 3")
    record = turtle.read(minirecord.write(tmp_path / "data", texts))
    sources = minirecord.write_sources(tmp_path / "sources")
    found = checks.check_record(record, sources, form=False)
    assert {finding.rule for finding in found} == {"passage-changed"}
    assert "does not lie within paragraph 3" in found[0].message


def test_no_record_at_all_is_a_finding(tmp_path: Path) -> None:
    assert [finding.rule for finding in checks.check(tmp_path)] == ["no-record"]


def test_a_file_that_belongs_to_no_graph_is_a_finding(tmp_path: Path) -> None:
    texts = {**minirecord.files(), "sources/derived.ttl": "", "other.ttl": ""}
    found = check(tmp_path, texts)
    assert [(finding.rule, Path(finding.file).name) for finding in found] == [
        ("file-place", "other.ttl"),
        ("file-place", "derived.ttl"),
    ]


def test_short_writes_prefixed_names() -> None:
    assert shapes.short("https://w3id.org/vndx/id/person/an") == "person:an"
    assert shapes.short("49.4") == "49.4"
