"""Where in a document something stands: in English by standard names, and as it is printed."""

import pytest
from pyoxigraph import RdfFormat, parse

from ontology.namespaces import PREFIXES
from visual.article import Facts
from visual.description import Description
from visual.kinds import write
from visual.locator import located
from visual.reader import Reader

HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
LAW = "https://w3id.org/vndx/id/evidence/luat"


@pytest.mark.parametrize(
    ("printed", "english"),
    [
        ("Điều 1", "Article 1"),
        ("Điều 1, khoản 8", "Article 1, Clause 8"),
        ("điều 3, Khoản 2, điểm đ", "Article 3, Clause 2, Point đ"),
        ("Chương IV, mục 2, trang 17", "Chapter IV, Item 2, page 17"),
        ("Điều về hiệu lực thi hành", "the article on entry into force"),
        ("Điều 1, phần mở đầu", "Điều 1, phần mở đầu"),
        ("", ""),
    ],
)
def test_standard_parts_have_english_names(printed: str, english: str) -> None:
    assert located(printed, "en") == english
    assert located(printed, "vi") == printed


def law(locator: str) -> Description:
    turtle = f"""{HEAD}
evidence:luat a vndx:Evidence ; vndx:citedDocument document:luat ; vndx:locator "{locator}" .
document:luat rdfs:label "Luật"@vi , "Law"@en .
vndx:locator rdfs:label "locator"@en ."""
    return Description(LAW, [quad.triple for quad in parse(turtle, RdfFormat.TURTLE)])


def test_a_reference_keeps_what_is_printed_at_hand() -> None:
    link = Reader(law("Điều 1, khoản 8"), "en").cite(LAW)
    assert (link.text, link.lang) == ("Article 1, Clause 8", "")
    assert link.title == "Law, Article 1, Clause 8 (Điều 1, khoản 8)"
    assert Reader(law("Điều 1"), "vi").cite(LAW).title == "Luật, Điều 1"
    untranslated = Reader(law("phần mở đầu"), "en").cite(LAW)
    assert (untranslated.text, untranslated.lang) == ("phần mở đầu", "vi")


def test_the_page_of_a_passage_shows_both() -> None:
    article = write(law("Điều 1"), "en")
    facts = article.sections[0].blocks[0]
    assert isinstance(facts, Facts)
    assert [[piece.text for piece in cell] for cell in dict(facts.rows)["Locator"]] == [
        ["Article 1", " (Điều 1)"]
    ]


def test_passages_of_a_document_come_in_one_order_whatever_the_order_of_a_set() -> None:
    items = [f"evidence:luat-dieu-{number}" for number in range(1, 9)]
    turtle = f"{HEAD}\nact:x vndx:evidence {', '.join(reversed(items))} .\n" + "\n".join(
        f'{item} a vndx:Evidence ; vndx:citedDocument document:luat ; vndx:locator "Điều {number}" .'
        for number, item in enumerate(items, 1)
    )
    act = LAW.replace("evidence/luat", "act/x")
    described = Description(act, [quad.triple for quad in parse(turtle, RdfFormat.TURTLE)])
    cited = Reader(described, "vi").cites(act)
    assert [link.text for link in cited.links] == [f"Điều {number}" for number in range(1, 9)]
