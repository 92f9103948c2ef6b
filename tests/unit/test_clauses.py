"""FROM clauses are read from a query's text as the standard resolves them."""

import pytest

from service.clauses import dataset
from service.evaluators.port import QueryRefused
from service.limits import Limits, check

BASE = "http://base.example/a/b"


@pytest.mark.parametrize(
    ("text", "default", "named"),
    [
        ("SELECT * FROM <http://a.example/> FROM NAMED <b> {}", ["http://a.example/"], [f"{BASE[:-1]}b"]),
        ("PREFIX g: <g:/> SELECT * FROM g:x FROM g: {}", ["g:/x", "g:/"], []),
        ("BASE <http://c.example/d/> PREFIX g: <e#> ASK FROM NAMED g:f {}", [], ["http://c.example/d/e#f"]),
        ("ASK fr\\u006Fm <#x> # FROM <y>\n named {}", [f"{BASE}#x"], []),
        ("SELECT ?from FROM<a:a>{ ?from ?p 'FROM <b>' }", ["a:a"], []),
        ("ASK { ?s ?p ?o }", [], []),
    ],
)
def test_graphs_are_named_in_full(text: str, default: list[str], named: list[str]) -> None:
    assert dataset(text, BASE) == (default, named)


@pytest.mark.parametrize("text", ["ASK FROM g:x {}", "PREFIX g: <a:> ASK FROM g:x\\-y {}"])
def test_what_cannot_be_resolved_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="in full"):
        dataset(text, BASE)


def test_keywords_in_disguise_count() -> None:
    limits = Limits(text=1000, depth=9, tokens=99, patterns=9)
    assert check("SELECT * FR\\u004fM <a:a> {}", limits).names_dataset
    assert not check("SELECT (N\\u004fW() AS ?n) {}", limits).stable
    assert check("CONSTR\\U00000055CT WHERE { ?s ?p ?o }", limits).form == "CONSTRUCT"
    with pytest.raises(QueryRefused, match="INSERT"):
        check("INS\\u0045RT DATA {}", limits)
