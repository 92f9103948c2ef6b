"""The worked questions on the record: exact rows in order, and queries that a reader can take in.

The rows that a question must give stand in `tests/golden/questions.json`: its columns (without those that
only lead on, such as evidence), then its rows; "" is an unbound cell, an IRI of ours begins after `/id/`.
`tests/http/test_questions.py` asks the same over HTTP and looks at the pages.
"""

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Store

from loaders import turtle
from loaders.release import open_release
from loaders.turtle import Record
from ontology.namespaces import PREFIXES, THING, VOCABULARY
from service.pages.questions import Question, questions

ROOT = Path(__file__).parents[2]
EXPECTED: dict[str, dict[str, Any]] = json.loads(
    (ROOT / "tests" / "golden" / "questions.json").read_text(encoding="utf-8")
)
KINDS = {
    "lookup",
    "join",
    "temporal",
    "aggregation",
    "provenance",
    "multi-hop",
    "disambiguation",
    "negative",
}
SAMPLES = "02 05 06 09 19 22 25 27 31 38 40 42 46 48 58 62 67 68 77 79"
LINES = 25
EACH = pytest.mark.parametrize("question", questions(), ids=lambda question: question.slug)


@pytest.fixture(scope="module")
def record() -> Record:
    return turtle.read(ROOT / "data" / "turtle")


@pytest.fixture(scope="module")
def store(release: Path) -> Store:
    """What a release holds: the record, the vocabulary and the derived edges."""
    store = Store()
    store.bulk_load(path=open_release(release).quads)
    return store


def answer(store: Store, question: Question) -> tuple[list[str], list[list[str]]]:
    """All variables, and the rows of the expected columns without repetition, in the order of the answer."""
    found = store.query(question.query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    columns = EXPECTED[question.slug]["columns"]
    rows: list[list[str]] = []
    for solution in found:
        row = ["" if (term := solution[name]) is None else term.value.removeprefix(THING) for name in columns]
        if row not in rows:
            rows.append(row)
    return [variable.value for variable in found.variables], rows


@EACH
def test_the_rows_are_those_expected(store: Store, question: Question) -> None:
    variables, rows = answer(store, question)
    expected = EXPECTED[question.slug]["rows"]
    assert [name for name, _ in question.columns] == variables
    if "ORDER BY" in question.query:
        assert rows == expected
    else:
        assert sorted(rows) == sorted(expected)


def test_all_eight_kinds_and_all_samples_are_there() -> None:
    kinds = Counter(question.kind for question in questions())
    assert set(kinds) == KINDS
    assert min(kinds.values()) >= 5
    assert {question.id for question in questions()} - {""} == {f"CQ{number}" for number in SAMPLES.split()}
    assert len(questions()) >= 60
    assert {question.slug for question in questions()} == set(EXPECTED)


@EACH
def test_it_speaks_both_languages(question: Question) -> None:
    for texts in (question.titles, question.abouts, *(headings for _, headings in question.columns)):
        assert set(texts) == {"vi", "en"}
        assert all(text.strip() == text != "" for text in texts.values())
    for texts in (question.titles, question.abouts):
        assert texts["vi"] != texts["en"]
    assert question.titles["en"].endswith("?")
    assert question.titles["vi"].endswith("?")


@EACH
def test_the_query_is_one_a_researcher_would_write(question: Question) -> None:
    lines = question.query.splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= 100
    declared = re.findall(r"^PREFIX ([\w-]+): <(.+)>$", question.query, re.MULTILINE)
    assert declared == [(name, PREFIXES[name]) for name, _ in declared]


@EACH
def test_what_is_counted_through_evidence_is_distinct(question: Question) -> None:
    """A statement may rest on several passages, and is a row for each."""
    if "vndx:evidence" in question.query:
        assert re.findall(r"(?:COUNT|SUM|AVG)\((?!DISTINCT)", question.query) == []


@EACH
def test_an_empty_answer_belongs_to_a_negative_question(question: Question) -> None:
    """And the description then says why there is no row."""
    empty = EXPECTED[question.slug]["rows"] == []
    assert empty == (question.kind == "negative")
    assert empty == question.abouts["vi"].startswith("Không có dòng nào")
    assert empty == question.abouts["en"].startswith("No row")


@EACH
def test_every_name_in_the_query_is_a_name_in_the_record(store: Store, question: Question) -> None:
    """A slip of the pen would otherwise make a question with no rows look well answered."""
    body = re.sub(r'"[^"]*"', '""', question.query)
    names = re.findall(rf"(?<![\w-])({'|'.join(PREFIXES)}):([\w-]+)", body)
    assert names
    for prefix, local in names:
        iri = NamedNode(PREFIXES[prefix] + local)
        if iri.value.startswith((THING, VOCABULARY)):
            assert any(store.quads_for_pattern(iri, None, None)), iri


def test_no_two_questions_ask_the_same() -> None:
    for texts in (
        [question.titles["vi"] for question in questions()],
        [question.titles["en"] for question in questions()],
        [question.query for question in questions()],
    ):
        assert all(one != two for one, two in pairwise(sorted(texts)))
