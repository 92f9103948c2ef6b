"""Resource pages written from small graphs, made inline."""

import hashlib
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from ontology.namespaces import PREFIXES
from service.pages.passages import show
from visual.article import Article, Cites, Entries, Facts, Figure, Link, Table, Text
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
