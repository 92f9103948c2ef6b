"""Each worked question gives the rows that a researcher expects, and its page shows them."""

import html
import json
from pathlib import Path

import httpx
import pytest

from ontology.namespaces import KINDS
from service.pages.questions import Question, questions

THING = "https://w3id.org/vndx/id/"
EXPECTED = json.loads((Path(__file__).parents[1] / "golden" / "questions.json").read_text(encoding="utf-8"))


def test_every_question_has_expected_rows() -> None:
    assert {question.slug for question in questions()} == set(EXPECTED)
    assert len([question for question in questions() if question.id.startswith("CQ")]) == 20
    assert [question.featured for question in questions()][:5] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.slug)
def test_the_answer_is_the_expected_one(client: httpx.Client, question: Question) -> None:
    answer = client.get(
        "/sparql", params={"query": question.query}, headers={"Accept": "application/sparql-results+json"}
    )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    columns = EXPECTED[question.slug]["columns"]
    assert [name for name, _ in question.columns] == found["head"]["vars"]
    rows = {
        tuple(row[name]["value"].removeprefix(THING) if name in row else "" for name in columns)
        for row in found["results"]["bindings"]
    }
    assert rows == {tuple(row) for row in EXPECTED[question.slug]["rows"]}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("question", questions(), ids=lambda question: question.slug)
def test_the_page_shows_it(client: httpx.Client, question: Question, language: str) -> None:
    answer = client.get(f"/questions/{question.slug}?lang={language}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert f"{question.titles[language]}</h1>" in html.unescape(answer.text)  # type: ignore[index]
    for row in EXPECTED[question.slug]["rows"]:
        for value in row:
            if value.partition("/")[0] in KINDS and not value.startswith("evidence"):
                assert f'href="/doc/{value}"' in answer.text
