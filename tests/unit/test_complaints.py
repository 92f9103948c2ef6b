"""What a mistake in a query is told as."""

import pytest
from pyoxigraph import Store

from service.evaluators.complaints import complaint

PLACE = "something is missing or out of place here"
KINDS = "a query is SELECT, ASK, CONSTRUCT or DESCRIBE, after its PREFIX lines"
NAMED = "in SELECT a value needs brackets and a name: (COUNT(*) AS ?n)"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT * { ?s ?p }", PLACE),
        ("SELECT * { ?s ?p ?o FILTER ?o > 1 }", PLACE),
        ("ASK { ?s ?p ?o }}", PLACE),
        ("SELECT * { ?s ?p ?o", 'expected one of ",", ".", ";", "{", "{|", "}", "~"'),
        ('SELECT * { ?s ?p "abc }', "a text does not end"),
        ("SELECT ?s WHERE ?s ?p ?o }", 'expected "{"'),
        ("SELECT * { ?s ?p ?o } ORDER ?s", "expected BY"),
        ("SELECT * { ?s ?p ?o } LIMIT x", "expected one of HAVING, OFFSET, OPTIONAL, VALUES"),
        ("SELEC * { ?s ?p ?o }", KINDS),
        ("INSERT DATA {}", KINDS),
        ("SELECT (COUNT(*) ?n) { ?s ?p ?o }", NAMED),
        ("SELECT * { <http://a b> ?p ?o }", "IRI parsing failed"),
        ("SELECT ?s { ?s ?p ?o } GROUP BY ?p", "The SELECT contains a variable that is unbound"),
        ("SELECT * { ?s foo:bar ?o }", "Prefix not found"),
    ],
)
def test_a_mistake_is_told_in_words(text: str, reason: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        Store().query(text)
    told = complaint(caught.value, text)
    assert str(told).endswith(f": {reason}.")
    assert (told.line, told.column) != (None, None)
    assert not set("[]\\") & set(str(told))


def test_missing_prefixes_come_first() -> None:
    text = "SELECT * { ?s vndx:date ?o ; foo:x 1 }"
    with pytest.raises(SyntaxError) as caught:
        Store().query(text)
    told = str(complaint(caught.value, text))
    assert told.startswith(
        "The prefix vndx: is not declared: add PREFIX vndx: <https://w3id.org/vndx/ontology#>."
        " The prefix foo: is not declared. Line 1,"
    )


def test_what_the_parser_does_not_place_is_told_as_it_is() -> None:
    assert str(complaint(SyntaxError("too much"), "ASK {}")) == "too much"
    assert "line 7" not in str(complaint(SyntaxError("error at 7:1: on and on"), "ASK {}"))
