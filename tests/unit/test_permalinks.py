"""Addresses of pinned queries, answers in canonical form, and links that are carried on."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from service.evaluators.port import Answer
from service.limits import Limits, scan
from service.pages.questions import questions
from service.permalinks import address
from service.permalinks.address import AddressError, Pin, TooLongError
from service.permalinks.answers import NoLastingFormError, node_text, read, written
from visual.carrying import carry

UNBOUNDED = Limits(10**9, 10**9, 10**9, 10**9)
DICTIONARY = "c0ab6579d3afee36031c00ee3314f7aecceaa4f6d166e3ac2ca8d847d8a2f76c"
PUBLISHED = "15_Gsq6urq6urABEiM0RVZneImaq7zN3u_xzHB4O3MlHv5kHeL1MLAA"


def pin(query: str = "ASK {}", *, rows: int = 1, date: str = "2020-03-02") -> Pin:
    return Pin(query, "ab" * 6, "00112233445566778899aabbccddeeff", date, rows)


@given(
    st.text(st.characters(exclude_categories=()), max_size=300),
    st.integers(0, 2**34),
    st.dates(min_value=address._FIRST_DAY.replace(year=2000)).filter(lambda day: day.year < 2170),
)
def test_an_address_holds_all_that_was_pinned(query: str, rows: int, day: object) -> None:
    made = pin(query, rows=rows, date=str(day))
    assert address.read(made.id) == made
    assert set(made.id) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.text(max_size=200))
def test_any_other_text_is_no_address(text: str) -> None:
    with pytest.raises(AddressError):
        address.read(text)
    with pytest.raises(AddressError):
        address.read("1" + text)


@given(st.integers(1, 60), st.integers(1, 255))
def test_a_changed_address_is_told(place: int, by: int) -> None:
    made = pin("SELECT ?person { ?person a <https://example.org/Person> }").id
    place %= len(made)
    changed = made[:place] + "ABCDEFGH0123456_"[by % 16] + made[place + 1 :]
    if changed != made:
        with pytest.raises(AddressError):
            address.read(changed)


def test_a_published_address_is_read_for_ever() -> None:
    # The layout and the dictionary are promises: a change of either breaks what people have cited.
    octets = (address.Path(address.__file__).parent / "dictionary-1.txt").read_bytes()
    assert hashlib.sha256(octets).hexdigest() == DICTIONARY
    assert address.read(PUBLISHED) == pin("SELECT ?s WHERE { ?s a vndx:Person }", rows=7)


def test_worked_questions_have_short_addresses() -> None:
    lengths = sorted(len(pin(question.query.strip()).address) for question in questions())
    assert lengths[len(lengths) // 2] < 70
    with pytest.raises(TooLongError):
        _ = pin("#" + "".join(map(chr, range(0x4E00, 0x7000)))).id
    with pytest.raises(TooLongError):
        _ = pin("#" + "x" * 70_000).id


def solutions(text: str) -> Answer:
    return Answer("solutions", "json", len(text), text.encode())


ROWS = """{"head":{"vars":["b","a"]},"results":{"bindings":[
 {"a":{"type":"literal","value":"x\\ty","xml:lang":"VI"},"b":{"type":"uri","value":"http://e/2"}},
 {"a":{"type":"literal","value":"1","datatype":"http://www.w3.org/2001/XMLSchema#integer"}}]}}"""


def test_solutions_are_lines_of_terms_sorted_unless_their_order_counts() -> None:
    one, two = '"x\\ty"@vi\t<http://e/2>', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>\t'
    assert read(solutions(ROWS), ordered=True).text.decode() == f"?a\t?b\n{one}\n{two}\n"
    result = read(solutions(ROWS), ordered=False)
    assert result.text.decode() == f"?a\t?b\n{two}\n{one}\n"
    assert result.digest == hashlib.sha256(result.text).hexdigest()
    assert result.columns == ("b", "a")


def test_rows_that_came_and_went_are_counted_each() -> None:
    def values(*names: str) -> Answer:
        rows = ",".join(f'{{"a":{{"type":"literal","value":"{name}"}}}}' for name in names)
        return solutions(f'{{"head":{{"vars":["a"]}},"results":{{"bindings":[{rows}]}}}}')

    one, two = (read(values(*names), ordered=False) for names in (("x", "x", "y"), ("x", "z")))
    assert [row["a"].value for row in one.without(two)] == ["x", "y"]  # type: ignore[union-attr]
    assert [row["a"].value for row in two.without(one)] == ["z"]  # type: ignore[union-attr]


def graph(*triples: str) -> Answer:
    text = "".join(f"{triple} .\n" for triple in triples)
    return Answer("graph", "nt", len(text), text.encode())


def test_blank_nodes_of_a_graph_are_named_by_what_is_said_of_them() -> None:
    one = read(graph("_:x <http://e/p> _:y", '_:y <http://e/q> "1"'), ordered=False)
    two = read(graph('_:b <http://e/q> "1"', "_:a <http://e/p> _:b"), ordered=False)
    assert one.text == two.text
    assert b"_:c14n0" in one.text
    assert {node_text(row["subject"]) for row in one.rows} == {"_:c14n0", "_:c14n1"}
    with pytest.raises(NoLastingFormError):
        read(graph('_:x <http://e/p> "1"', '_:y <http://e/p> "1"'), ordered=False)


def test_a_table_with_blank_nodes_and_a_control_character() -> None:
    blank = '{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"bnode","value":"x"}}]}}'
    with pytest.raises(NoLastingFormError):
        read(solutions(blank), ordered=False)
    assert written(Literal('\x01\x7f\b\f\r\n"\\ đ')) == '"\\u0001\\u007F\\b\\f\\r\\n\\"\\\\ đ"'
    assert written(NamedNode("http://e/")) == "<http://e/>"


@pytest.mark.parametrize(
    ("query", "modifiers"),
    [
        ("SELECT ?a { ?a ?b ?c } ORDER BY ?a LIMIT 3", {"ORDER", "LIMIT"}),
        ("SELECT ?order { { SELECT ?a { ?a ?b ?c } ORDER BY ?a LIMIT 3 } }", set()),
        ('SELECT ?limit { ?a ?b "ORDER BY" } # LIMIT 3', set()),
        ("select ?a { ?a ?b ?c } offset 3", {"OFFSET"}),
    ],
)
def test_only_the_whole_querys_modifiers_count(query: str, modifiers: set[str]) -> None:
    assert scan(query, UNBOUNDED).modifiers == modifiers


def test_links_and_forms_carry_what_is_kept() -> None:
    page = (
        '<a class="x" href="/doc/person/an#posts">An</a> <a href="/sparql?query=x&amp;format=csv">CSV</a>'
        ' <a href="/doc/person/an?release=other">x</a> <a href="/dataset" data-leaves>x</a> <a href="/">x</a>'
        ' <a href="https://example.org/doc/">x</a>'
        ' <form action="/search" method="get"><input name="q"></form>'
        ' <link rel="stylesheet" href="/static/site.css"> <p>href="/doc/x"</p>'
    )
    kept = carry(page, [("release", "abc")])
    for carried in (
        'href="/doc/person/an?release=abc#posts"',
        'href="/sparql?query=x&amp;format=csv&amp;release=abc"',
        'href="/doc/person/an?release=other"',
        '<a href="/dataset" data-leaves>',
        '<a href="/?release=abc">',
        'href="https://example.org/doc/"',
        '<form action="/search" method="get"><input type="hidden" name="release" value="abc">',
        'href="/static/site.css"',
        '<p>href="/doc/x"</p>',
    ):
        assert carried in kept
    both = carry(
        '<a href="/doc/person/an">x</a><a href="/dataset">x</a>', [("asOf", "2020"), ("release", "abc")]
    )
    assert (
        both == '<a href="/doc/person/an?asOf=2020&amp;release=abc">x</a><a href="/dataset?release=abc">x</a>'
    )
    assert carry(page, []) == page
