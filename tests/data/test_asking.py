"""The queries of docs/asking.md: each runs on the record, finds something, and uses only words that exist."""

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Store

from loaders.release import open_release
from ontology.namespaces import VOCABULARY

ROOT = Path(__file__).parents[2]
QUERIES = re.findall(
    r"^```sparql\n(.*?)^```", (ROOT / "docs" / "asking.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
)


@pytest.fixture(scope="module")
def store(release: Path) -> Store:
    """The record with what is derived from it."""
    found = Store()
    found.bulk_load(path=open_release(release).quads)
    return found


def test_the_page_has_queries() -> None:
    assert len(QUERIES) >= 10


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_a_query_finds_something(store: Store, query: str) -> None:
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    rows = list(found)
    assert rows
    unbound = [name.value for name in found.variables if all(row[name.value] is None for row in rows)]
    assert not unbound, "variables that no row binds"


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_a_query_uses_words_of_the_vocabulary(store: Store, query: str) -> None:
    used = set(re.findall(r"\bvndx:(\w+)", query))
    known = {
        subject.value.removeprefix(VOCABULARY)
        for quad in store.quads_for_pattern(None, None, None, None)
        if isinstance(subject := quad.subject, NamedNode) and subject.value.startswith(VOCABULARY)
    }
    assert used <= known


PREFIXES = """
PREFIX vndx: <https://w3id.org/vndx/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


@pytest.mark.parametrize(
    ("slip", "right"),
    [
        ('?x rdfs:label "Phan Văn Mãi"', '?x rdfs:label "Phan Văn Mãi"@vi'),
        ('?x vndx:date "2020-07-17"', '?x vndx:date "2020-07-17"^^xsd:date'),
        ('?x vndx:date ?day FILTER(?day >= "2021-01-01")', "?x vndx:date ?day FILTER(YEAR(?day) = 2021)"),
        ("?x vndx:value 54", "?x vndx:value 54.0"),
        ("?x vndx:value 54", "?x vndx:value ?value FILTER(?value = 54)"),
        (
            "{ SELECT (GROUP_CONCAT(?post) AS ?x) { ?tenure vndx:post ?post } } FILTER(BOUND(?x))",
            "{ SELECT (GROUP_CONCAT(STR(?post)) AS ?x) { ?tenure vndx:post ?post } } FILTER(BOUND(?x))",
        ),
    ],
)
def test_the_slips_that_the_page_warns_of_find_nothing(store: Store, slip: str, right: str) -> None:
    assert not list(store.query(PREFIXES + f"SELECT ?x {{ {slip} }}", use_default_graph_as_union=True))
    assert list(store.query(PREFIXES + f"SELECT ?x {{ {right} }}", use_default_graph_as_union=True))
