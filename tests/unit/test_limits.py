"""The scanner of queries: what it counts, and what it refuses before anything parses the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.evaluators.port import QueryRefused
from service.limits import Limits, check, plain, scan, undeclared

LIMITS = Limits(text=10_000, depth=20, tokens=1_000, patterns=100)


def refusal(text: str) -> str:
    with pytest.raises(QueryRefused) as raised:
        check(text, LIMITS)
    return raised.value.code


def test_depth_is_counted_over_all_brackets() -> None:
    assert scan("SELECT * { { [ ( ?a ) ] } { } }", LIMITS).depth == 4


@pytest.mark.parametrize("pair", ["{}", "()", "[]"])
def test_too_deep(pair: str) -> None:
    assert check(pair[0] * 20 + pair[1] * 20, LIMITS).depth == 20
    assert refusal(pair[0] * 21 + pair[1] * 21) == "query-too-complex"


def test_too_many_tokens_and_joins() -> None:
    assert check("SELECT * { VALUES ?x {" + " 1" * 900 + "} }", LIMITS).tokens > 900
    assert refusal("SELECT * { VALUES ?x {" + " 1" * 1000 + "} }") == "query-too-complex"
    assert check("SELECT * {" + " ?s ?p ?o ." * 99 + "}", LIMITS).patterns == 100
    assert refusal("SELECT * {" + " ?s ?p ?o ." * 100 + "}") == "query-too-complex"
    assert refusal("SELECT * {" + " {} UNION" * 101 + " {} }") == "query-too-complex"


def test_too_long_counts_bytes() -> None:
    assert check("#" + "đ" * 4_999, LIMITS)
    assert refusal("#" + "đ" * 5_000) == "query-too-long"


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p '{{{{{{{{{{{{{{{{{{{{{{{{{{{' }",
        'ASK { ?s ?p "[[[[[[[[[[[[[[[[[[[[[[[[[[\\"[[" }',
        "ASK { ?s ?p '''(((((((((((((((((((((((\n'((((((''((((''' }",
        'ASK { ?s ?p """((((((((((((((((((((((((\n"((((""((((""" }',
        "ASK { ?s <http://example.org/((((((((((((((((((((((((((((> ?o }",
        "ASK { # {{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{\n ?s ?p ?o }",
    ],
)
def test_brackets_in_strings_iris_and_comments_do_not_count(text: str) -> None:
    assert check(text, LIMITS).depth == 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://example.org/> {} }",
        "SELECT * {service silent?x{}}",
        "SELECT * { ?s ?p ?o FILTER(?o<3)SERVICE<http://example.org/>{} }",
        "SELECT * { ?s ?p '' SERVICE <http://example.org/> {} ?s ?p '' }",
        "SELECT * { ?s ?p '\\'' SERVICE <http://example.org/> {} ?s ?p '\\'' }",
        "SELECT * { # comment\rSERVICE <http://example.org/> {} }",
        "SELECT * { \\u0053ERVICE <http://example.org/> {} }",
        "SELECT * { S\\U00000045RVICE <http://example.org/> {} }",
        "SELECT * { FILTER(?a<?b)SERVICE?c#>\n{} }",
        "PREFIX : <http://example.org/> SELECT * { SERVICE : {} }",
    ],
)
def test_service_is_seen(text: str) -> None:
    assert refusal(text) == "service-refused"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service $SERVICE { ?service ?p ?o }",
        "SELECT * { ?s ?p 'SERVICE <x> {}' }",
        'SELECT * { ?s <http://example.org/SERVICE> "x"@service }',
        "PREFIX service: <http://example.org/> SELECT * { service:service ?p service: , service:a.b }",
        "PREFIX a: <http://example.org/> SELECT * { a:service a:Service _:service , a:x-service }",
        "SELECT * { ?s ?p ?o } # SERVICE <x> {}",
        "SELECT * { ?s <https://www.service.gov/(x)/service> ?o }",
    ],
)
def test_the_word_service_passes_elsewhere(text: str) -> None:
    assert "SERVICE" not in check(text, LIMITS).keywords


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a> <b> <c> }",
        "PREFIX a: <b> # SELECT\nDELETE WHERE { ?s ?p ?o }",
        "base <http://example.org/> load <x>",
        "WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CLEAR ALL",
    ],
)
def test_updates_are_refused(text: str) -> None:
    assert refusal(text) == "update-refused"


def test_the_form_is_the_first_keyword_after_the_prologue() -> None:
    assert scan("PREFIX select: <x> BASE <ask> CONSTRUCT WHERE { ?s ?p ?o }", LIMITS).form == "CONSTRUCT"
    assert scan("ask{}", LIMITS).form == "ASK"


@pytest.mark.parametrize("call", ["NOW()", "rand()", "UUID ()", "STRUUID()", "BNODE('x')"])
def test_fresh_values_make_a_query_unstable(call: str) -> None:
    assert not scan(f"SELECT ({call} AS ?x) {{}}", LIMITS).stable


def test_stable_and_dataset() -> None:
    assert scan("SELECT ?now ?rand { ?now a:UUID 'BNODE()' }", LIMITS).stable
    assert scan("SELECT * FROM <g> { }", LIMITS).names_dataset
    assert not scan("SELECT ?from { ?from :from 'FROM' } # FROM", LIMITS).names_dataset


def test_undeclared_prefixes() -> None:
    text = "PREFIX a: <x> prefix b:<y> SELECT * { a:x b:y ex:z , 'no:no' , <ex:iri> . _:b :c vndx:d # e:f\n}"
    assert undeclared(text) == ["ex", "", "vndx"]


@pytest.mark.parametrize(
    "part",
    [
        "a.",
        "a-",
        "a...",
        "'\\",
        "'\\\n",
        '"""\\',
        "'''\\",
        "<a",
        "'''\"\"\"",
        "a:\\",
        "_a.",
        "a.:",
        '"""a\'\'\\',
    ],
)
def test_no_text_takes_more_time_than_its_length(part: str) -> None:
    """Where the scanner tried a stretch again from each of its characters, this would take hours."""
    long = part * (1_000_000 // len(part))
    assert scan(long, Limits(2_000_000, 10**7, 10**7, 10**7)).tokens > 0
    assert len(undeclared(long)) <= 2


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'cut { SERVICE <a:a> {} }",
        'SELECT * { ?s ?p "cut { SERVICE <a:a> {} }',
        "SELECT * { ?s ?p '''cut {\n SERVICE <a:a> {} }",
        "SELECT * { ?s ?p true.SERVICE <a:a> {} }",
        "SELECT * { ?s ?p a-SERVICE <a:a> {} }",
    ],
)
def test_what_may_be_no_string_is_looked_through(text: str) -> None:
    assert refusal(text) == "service-refused"


@given(st.text(alphabet="abS{}()[]<>\"'\\#?$:.;@ \n\r\té\x00đ_-%", max_size=200))
def test_the_scanner_never_fails(text: str) -> None:
    assert scan(text, Limits(10_000, 1_000, 10_000, 10_000)).tokens <= len(text)


_BEGINNINGS = (
    "SELECT *",
    "ask",
    "PREFIX a: <http://a/)service> CONSTRUCT",
    "PREFIX select: <x> describe",
    "# c\n",
    "",
)
_PIECES = (
    "BASE <x>", "SELECTED", "INSERT DATA", "delete", "SERVICE a:b", "\\u0053ERVICE", "ſervice", "FROM <g>",
    "NOW()", "rand()", "STRUUID()", "bnode()", "{", "}", "(", ")", "[", ".", "; ", "# c\n", "?x", "'x'", '"',
    "<x", "1", "UNION", "\n", "a:b",
)  # fmt: skip


@given(st.sampled_from(_BEGINNINGS), st.lists(st.sampled_from(_PIECES), max_size=8))
def test_a_glance_lets_nothing_pass_that_the_scanner_would_not(beginning: str, rest: list[str]) -> None:
    text = " ".join([beginning, *rest])
    limits = Limits(text=400, depth=3, tokens=60, patterns=60)
    if plain(text, limits):
        checked = check(text, limits)
        assert checked.stable
        assert not checked.names_dataset


def test_a_glance_is_enough_for_a_small_query_and_not_for_one_over_a_limit() -> None:
    text = "prefix a: <http://a/> PREFIX b:<b>\nSELECT ?x { ?x a:p [ b:q 'Đảng' ] FILTER(?x != 1) } # 7"
    assert plain(text, LIMITS)
    assert not plain(text, Limits(text=4 * len(text) - 1, depth=20, tokens=1_000, patterns=100))
    assert not plain(text, Limits(text=10_000, depth=2, tokens=1_000, patterns=100))
    assert not plain(text, Limits(text=10_000, depth=20, tokens=len(text) - 1, patterns=100))
    assert not plain(text, Limits(text=10_000, depth=20, tokens=1_000, patterns=len(text) - 1))
    for word in ("service", "From", "NOW()", "Rand", "uuid", "BNODE", "\\u0041"):
        assert not plain(f"{text}\n{word}", LIMITS)
    assert not plain("INSERT DATA { <a> <b> <c> }", LIMITS)
    assert not plain("BASE <x> " + text, LIMITS)
