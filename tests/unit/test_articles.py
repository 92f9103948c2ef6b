"""Resource pages written from small graphs, made inline."""

import hashlib
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from ontology.namespaces import PREFIXES
from service.pages.passages import show
from visual.article import (
    Article,
    Chain,
    Chart,
    Cites,
    Entries,
    Facts,
    Figure,
    Groups,
    Link,
    Table,
    Text,
)
from visual.description import Description
from visual.kinds import write
from visual.pages import Frame, Templates
from visual.words import Language

HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
HOSTILE = "<img src=x onerror=alert(1)></script>\u202e"


def described(kind: str, slug: str, turtle: str) -> Description:
    triples = [quad.triple for quad in parse(HEAD + turtle, RdfFormat.TURTLE)]
    return Description(f"https://w3id.org/vndx/id/{kind}/{slug}", triples)


def words(article: Article, slug: str) -> str:
    """All the words of a section, one after the other."""
    section = next(part for part in article.sections if part.slug == slug)
    found: list[str] = []

    def take(value: object) -> None:
        if isinstance(value, Text | Link | Figure):
            found.append(value.text)
        elif isinstance(value, Cites):
            take(value.links)
        elif isinstance(value, Table):
            take(value.rows)
        elif isinstance(value, Entries):
            for item in value.items:
                take((item.what, item.meta, item.evidence))
        elif isinstance(value, Facts):
            take([cells for _, cells in value.rows])
        elif isinstance(value, tuple | list):
            for item in value:
                take(item)

    take(section.blocks)
    return " | ".join(found)


RECORD = """
platform:vo-so a vndx:DigitalPlatform ; rdfs:label "Vỏ sò"@vi , "Voso"@en ; skos:altLabel "Voso.vn"@vi .
act:x-vo-so a vndx:Recommendation ;
  rdfs:label "Nên dùng sàn như Vỏ sò"@vi , "Use marketplaces such as Voso"@en ;
  vndx:platform platform:vo-so ; vndx:speaker person:an ; vndx:addressee unit:ben-tre ;
  vndx:strength concept:strength-example ; vndx:alternativeTo act:x-postmart ;
  vndx:date "2020-07-17"^^xsd:date ;
  vndx:evidence evidence:x-10-20 .
act:x-postmart rdfs:label "hay Postmart"@vi , "or Postmart"@en .
person:an rdfs:label "An"@vi , "An"@en .
unit:ben-tre rdfs:label "tỉnh Bến Tre"@vi , "Ben Tre Province"@en .
concept:strength-example rdfs:label "nêu như ví dụ"@vi , "named as an example"@en .
evidence:x-10-20 a vndx:Evidence ; vndx:source source:x ; vndx:paragraph 2 ; vndx:start 10 ; vndx:end 20 .
source:x rdfs:label "Bài x"@vi , "Article x"@en ; vndx:date "2020-07-17"^^xsd:date .
"""


def test_a_platform_says_where_it_was_recommended_how_strongly_and_beside_what() -> None:
    article = write(described("platform", "vo-so", RECORD), "vi")
    assert article.title == "Vỏ sò"
    assert article.gloss == "Voso"
    assert article.also == ("Voso.vn",)
    assert article.lede == "Trong các nguồn: 1 khuyến nghị."
    said = words(article, "recommendations")
    for expected in ("17/7/2020", "tỉnh Bến Tre", "nêu như ví dụ", "An", "hay Postmart", "17/7/2020, đoạn 2"):
        assert expected in said


def test_the_same_page_in_english() -> None:
    article = write(described("platform", "vo-so", RECORD), "en")
    said = words(article, "recommendations")
    assert article.title == "Voso"
    for expected in ("17 July 2020", "Ben Tre Province", "named as an example", "or Postmart", "paragraph 2"):
        assert expected in said


def test_an_observation_is_read_as_a_person_reads_it() -> None:
    turtle = """
observation:x a vndx:Observation ; rdfs:label "Doanh thu"@vi , "Revenue"@en ; vndx:value 2200.0 ;
  vndx:unit concept:unit-billion-vnd ; vndx:approximation concept:approximation-more-than ;
  vndx:kind concept:kind-measured ;
  vndx:periodStart "2019-01-01"^^xsd:date ; vndx:periodEnd "2019-12-31"^^xsd:date .
concept:unit-billion-vnd rdfs:label "tỷ đồng"@vi , "billion VND"@en .
concept:approximation-more-than rdfs:label "hơn"@vi , "more than"@en .
concept:kind-measured rdfs:label "đo được"@vi , "measured"@en .
"""
    vietnamese = write(described("observation", "x", turtle), "vi")
    assert words(vietnamese, "value") == "hơn 2.200\u00a0tỷ đồng"
    assert "năm 2019" in words(vietnamese, "facts")
    assert (
        words(write(described("observation", "x", turtle), "en"), "value")
        == "more than 2,200\u00a0billion VND"
    )


def test_many_acts_stand_under_their_meetings() -> None:
    turtle = RECORD
    for number in range(12):
        meeting = "m1" if number < 7 else "m2"
        turtle += f"""
act:n-{number} a vndx:Recommendation ; rdfs:label "Điều {number}"@vi , "Thing {number}"@en ;
  vndx:speaker person:an ; vndx:addressee unit:ben-tre ; vndx:meeting meeting:{meeting} .
"""
    turtle += """
meeting:m1 rdfs:label "Họp một"@vi ; vndx:date "2021-01-01"^^xsd:date .
meeting:m2 rdfs:label "Họp hai"@vi ; vndx:date "2020-01-01"^^xsd:date .
"""
    of = described("person", "an", turtle)
    section = next(part for part in write(of, "vi").sections if part.slug == "recommendations")
    (block,) = section.blocks
    assert isinstance(block, Groups)
    heads = [(group.heading[0].text, group.when, len(group.entries.items)) for group in block.items]  # type: ignore[union-attr]
    assert heads == [("Họp hai", "1/1/2020", 5), ("Ngoài các cuộc họp", "", 1), ("Họp một", "1/1/2021", 7)]
    page = _rendered(of, "vi")
    assert "Hiện 4 mục còn lại" in page
    assert all(f"Điều {number}<" in page for number in range(12)), "what is folded is on the page"


COMMITTED = """
unit:mot a vndx:AdministrativeUnit ; rdfs:label "tỉnh Một"@vi .
organization:ubnd vndx:jurisdiction unit:mot ; rdfs:label "UBND"@vi .
act:kept a vndx:Commitment ; rdfs:label "Đã nhắc lại"@vi ; vndx:onBehalfOf organization:ubnd ;
  vndx:due "2021-06-30"^^xsd:date ; vndx:duePrecision "month" .
act:silent a vndx:Commitment ; rdfs:label "Không ai nhắc"@vi ; vndx:speaker unit:mot ;
  vndx:due "2020-12-31"^^xsd:date ; vndx:duePrecision "year" .
statement:early rdfs:label "Nhắc sớm"@vi ; vndx:about act:silent ; vndx:date "2020-12-31"^^xsd:date .
statement:late rdfs:label "Nhắc muộn"@vi ; vndx:about act:kept ; vndx:evidence evidence:y-1-2 .
evidence:y-1-2 vndx:source source:y . source:y vndx:date "2022-01-01"^^xsd:date .
"""


def test_commitments_with_a_due_date_say_whether_anything_is_known_afterwards() -> None:
    article = write(described("unit", "mot", COMMITTED), "vi")
    section = next(part for part in article.sections if part.slug == "due")
    table = section.blocks[0]
    assert isinstance(table, Table)
    rows = [
        [" ".join(piece.text for piece in cell if not isinstance(piece, Cites)) for cell in row]
        for row in table.rows
    ]
    assert [row[:2] for row in rows] == [
        ["năm 2020", "Không ai nhắc Bên cam kết: tỉnh Một"],
        ["tháng 6/2021", "Đã nhắc lại Bên cam kết: UBND"],
    ]
    assert rows[0][2] == "chưa có bằng chứng về sau trong các nguồn", (
        "the day itself is not after the due date"
    )
    assert rows[1][2] == "Nhắc muộn"
    english = write(described("unit", "mot", COMMITTED), "en")
    assert "no later evidence in our sources" in words(english, "due")


def test_an_alternative_names_its_platform() -> None:
    turtle = (
        RECORD
        + """
act:x-postmart vndx:platform platform:postmart . platform:postmart rdfs:label "Postmart"@vi ."""
    )
    for kind, slug, part in (("platform", "vo-so", "recommendations"), ("act", "x-vo-so", "facts")):
        assert "Postmart |  ( | hay Postmart | )" in words(write(described(kind, slug, turtle), "vi"), part)


FIGURES = """
indicator:i a vndx:Indicator ; rdfs:label "Tỷ lệ"@vi .
concept:kind-measured rdfs:label "đo được"@vi . concept:kind-target rdfs:label "mục tiêu"@vi .
concept:unit-percent rdfs:label "%"@vi . unit:mot rdfs:label "tỉnh <b>Một</b>"@vi .
observation:a a vndx:Observation ; rdfs:label "A"@vi ; vndx:indicator indicator:i ; vndx:area unit:mot ;
  vndx:value 20.0 ; vndx:unit concept:unit-percent ; vndx:kind concept:kind-measured ;
  vndx:date "2020-01-01"^^xsd:date ;
  vndx:evidence evidence:x-1-2 .
observation:b a vndx:Observation ; rdfs:label "B"@vi ; vndx:indicator indicator:i ; vndx:area unit:mot ;
  vndx:value 50.0 ; vndx:unit concept:unit-percent ; vndx:kind concept:kind-target ;
  vndx:date "2020-01-01"^^xsd:date .
"""
OTHER = """
observation:c a vndx:Observation ; rdfs:label "C"@vi ; vndx:indicator indicator:i ; vndx:area unit:mot ;
  vndx:value 25.0 ; vndx:unit concept:unit-percent ; vndx:kind concept:kind-measured ;
  vndx:date "2020-01-01"^^xsd:date .
"""


def test_figures_that_differ_stand_side_by_side_but_a_target_is_no_measurement() -> None:
    alone = write(described("indicator", "i", FIGURES), "vi")
    assert "conflicts" not in [part.slug for part in alone.sections]
    both = words(write(described("indicator", "i", FIGURES + OTHER), "vi"), "conflicts")
    assert "20%" in both
    assert "25%" in both
    assert "50%" not in both


def test_a_chart_tells_targets_by_shape_and_leads_to_evidence() -> None:
    of = described("indicator", "i", FIGURES)
    chart = next(part for part in write(of, "vi").sections if part.slug == "chart").blocks[0]
    assert isinstance(chart, Chart)
    assert [(point.amount, point.at, point.kind) for point in chart.points] == [
        ("20%", 40.0, "measured"),
        ("50%", 100.0, "target"),
    ]
    page = _rendered(of, "vi")
    drawing = page.split('<figure class="chart">')[1].split("</figure>")[0]
    assert drawing.count("<circle") == drawing.count("<path") == 2, "one in the legend, one in the chart"
    assert 'href="/doc/evidence/x-1-2"' in drawing
    assert "tỉnh &lt;b&gt;Một&lt;/b&gt;" in drawing
    assert "style=" not in drawing
    assert "<script" not in drawing
    single = write(described("indicator", "i", FIGURES.partition("observation:b")[0]), "vi")
    assert "chart" not in [part.slug for part in single.sections], "one point is no chart"


def test_what_became_what_is_a_chain() -> None:
    turtle = """
unit:moi a vndx:AdministrativeUnit ; rdfs:label "tỉnh Một"@vi ; vndx:validFrom "2025-07-01"^^xsd:date .
unit:cu rdfs:label "tỉnh Một"@vi .
change:x vndx:before unit:cu ; vndx:after unit:moi ; vndx:date "2025-07-01"^^xsd:date .
"""
    article = write(described("unit", "moi", turtle), "vi")
    chain = next(part for part in article.sections if part.slug == "changes").blocks[0]
    assert isinstance(chain, Chain)
    assert (chain.until, chain.since) == ("Đến hết 30/6/2025", "Từ 1/7/2025")
    assert [link.href for link in chain.before] == ["/doc/unit/cu"]
    assert "<strong>tỉnh Một</strong>" in _rendered(described("unit", "moi", turtle), "vi")
    assert article.lede.startswith("Đơn vị có từ 1/7/2025.")


def test_a_thing_of_an_unknown_kind_still_has_its_statements() -> None:
    of = Description(
        "http://example.org/thing",
        [
            quad.triple
            for quad in parse("<http://example.org/thing> <http://example.org/p> 'v' .", RdfFormat.TURTLE)
        ],
    )
    article = write(of, "vi")
    assert [part.slug for part in article.sections] == ["everything"]
    assert "v" in words(article, "everything")


def test_derived_edges_are_told_apart() -> None:
    turtle = RECORD + "platform:vo-so vndx:recommendedTo unit:ben-tre ."
    said = words(write(described("platform", "vo-so", turtle), "en"), "everything")
    assert "derived by rule" in said


def test_hostile_labels_are_text_everywhere() -> None:
    turtle = f"""
person:x a vndx:Person ; rdfs:label {_quoted(HOSTILE)}@vi , {_quoted(HOSTILE)}@en ;
  skos:altLabel {_quoted(HOSTILE)}@vi ;
  rdfs:seeAlso <javascript:alert(1)> .
"""
    of = described("person", "x", turtle)
    for language in ("vi", "en"):
        page = _rendered(of, language)
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page
        assert 'href="javascript:' not in page
        assert page.count("</script>") == 2


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _rendered(of: Description, language: Language) -> str:
    article = write(of, language)
    frame = Frame(language, "auto", "/doc/person/x", (("q", HOSTILE),), "http://test")
    return Templates().render(
        "resource.html",
        frame,
        article=article,
        iri=of.focus,
        formats=(),
        query="SELECT",
        passages=[],
        sources=[],
        structured={"name": article.title},
        notices=[],
        hub=0,
        turned=None,
        older=None,
    )


def test_a_passage_is_shown_only_while_its_digest_holds(tmp_path: Path) -> None:
    text = "Một.\n\nHai ba bốn.\n"
    (tmp_path / "x.txt").write_text(text, encoding="utf-8")
    digest = hashlib.sha256(b"ba").hexdigest()
    start = text.index("ba")
    turtle = f"""
evidence:x-1 a vndx:Evidence ; vndx:source source:x ; vndx:paragraph 2 ; vndx:start {start} ;
  vndx:end {start + 2} ; vndx:sha256 "{digest}" .
"""
    of = described("evidence", "x-1", turtle)
    (shown,) = show(of, [of.focus], tmp_path)
    assert shown.state == "verified"
    assert shown.pieces == (("Hai ", False), ("ba", True), (" bốn.", False))

    (tmp_path / "x.txt").write_text("Một.\n\nHai xa bốn, dài hơn.\n", encoding="utf-8")
    (changed,) = show(of, [of.focus], tmp_path)
    assert (changed.state, changed.pieces) == ("changed", ())

    (tmp_path / "x.txt").unlink()
    (missing,) = show(of, [of.focus], tmp_path)
    assert (missing.state, missing.pieces) == ("missing", ())


def test_columns_that_tell_nothing_are_left_out() -> None:
    turtle = """
post:p a vndx:Post ; rdfs:label "Bộ trưởng"@vi .
tenure:a a vndx:Tenure ; vndx:post post:p ; vndx:person person:x ; vndx:attestedOn "2020-07-17"^^xsd:date .
tenure:b a vndx:Tenure ; vndx:post post:p ; vndx:person person:y ; vndx:attestedOn "2021-01-04"^^xsd:date .
person:x rdfs:label "Một"@vi . person:y rdfs:label "Hai"@vi ."""
    section = next(
        part for part in write(described("post", "p", turtle), "en").sections if part.slug == "holders"
    )
    table = section.blocks[0]
    assert isinstance(table, Table)
    # Neither the post, whose page it is, nor the organization, of which there is none.
    assert [column.label for column in table.columns] == ["Attested on", "Person", "Evidence"]
    assert len(table.rows) == 2


def test_a_source_tells_its_statements_under_their_paragraphs() -> None:
    turtle = """
source:s a vndx:Source ; rdfs:label "Bài"@vi .
evidence:s-1-5 a vndx:Evidence ; vndx:source source:s ; vndx:paragraph 10 ; vndx:start 1 ; vndx:end 5 .
evidence:s-0-5 a vndx:Evidence ; vndx:source source:s ; vndx:paragraph 10 ; vndx:start 0 ; vndx:end 5 .
evidence:s-7-9 a vndx:Evidence ; vndx:source source:s ; vndx:paragraph 12 ; vndx:start 7 ; vndx:end 9 .
statement:one a vndx:Claim ; rdfs:label "Điều một"@vi ; vndx:evidence evidence:s-1-5 , evidence:s-0-5 .
statement:two a vndx:Claim ; rdfs:label "Điều hai"@vi ; vndx:evidence evidence:s-7-9 , evidence:s-0-5 ."""
    article = write(described("source", "s", turtle), "vi")
    section = next(part for part in article.sections if part.slug == "statements")
    groups = section.blocks[1]
    assert isinstance(groups, Groups)
    told = {
        group.heading[0].text: [  # type: ignore[union-attr]
            (item.what[0].text, [link.text for link in item.evidence.links])  # type: ignore[union-attr]
            for item in group.entries.items
        ]
        for group in groups.items
    }
    assert told == {
        "Đoạn 10": [("Điều hai", ["ký tự 0–5"]), ("Điều một", ["ký tự 0–5", "ký tự 1–5"])],
        "Đoạn 12": [("Điều hai", ["ký tự 7–9"])],
    }
    assert section.tally == 2
