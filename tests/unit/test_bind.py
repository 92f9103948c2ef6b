"""Terms go into queries as terms."""

import asyncio
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store

import service
from service.evaluators.direct import Direct
from service.evaluators.port import QueryRequest
from service.graph import Graph, bind, query, window

QUERY = "SELECT ?s ?o { VALUES ?focus { UNDEF } ?focus ?p ?o BIND(?focus AS ?s) } ORDER BY ?o"
QUERIES = sorted(path.stem for path in (Path(service.__file__).parent / "queries").glob("*.rq"))
AN = NamedNode("http://example.org/an")
EVIL = 'x" } } SERVICE <http://example.org/> { # \\ \n đ\r\t'


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    file = tmp_path / "quads.nq"
    store = Store()
    store.load(f"<{AN.value}> <http://example.org/name> {Literal(EVIL)} , 'An'@vi .", format=RdfFormat.TURTLE)
    file.write_bytes(store.dump(format=RdfFormat.N_QUADS) or b"")
    return Graph(Direct(file).evaluate, "0")


def test_a_term_takes_the_place_of_undef() -> None:
    assert bind(QUERY, {"focus": AN}) == QUERY.replace("UNDEF", str(AN))
    both = bind(QUERY, {"focus": [AN, Literal("x", language="vi")]})
    assert 'VALUES ?focus { <http://example.org/an> "x"@vi }' in both


def test_no_terms_make_no_solutions(graph: Graph) -> None:
    assert asyncio.run(graph.select(QUERY, focus=[])) == []


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"no block `VALUES \?other"):
        bind(QUERY, {"other": AN})
    with pytest.raises(ValueError, match="VALUES"):
        bind(QUERY.replace("UNDEF", "UNDEF UNDEF"), {"focus": AN})


def test_a_blank_node_is_an_error() -> None:
    with pytest.raises(ValueError, match="cannot stand"):
        bind(QUERY, {"focus": BlankNode("b")})


def test_every_block_of_a_name_is_filled() -> None:
    twice = bind("VALUES ?a { UNDEF } VALUES ?b { UNDEF } VALUES  ?a {UNDEF}", {"a": AN})
    assert twice.count(str(AN)) == 2
    assert twice.count("UNDEF") == 1


def test_text_that_looks_like_syntax_or_replacement_stays_text(graph: Graph) -> None:
    query = "SELECT ?s { VALUES ?name { UNDEF } ?s ?p ?name }"
    assert asyncio.run(graph.select(query, name=Literal(EVIL))) == [{"s": AN}]
    assert asyncio.run(graph.select(query, name=Literal("\\1 \\g<0>"))) == []


def test_answers_are_terms(graph: Graph) -> None:
    rows = asyncio.run(graph.select(QUERY, focus=AN))
    assert {"s": AN, "o": Literal("An", language="vi")} in rows
    assert asyncio.run(graph.ask("ASK { VALUES ?s { UNDEF } ?s ?p ?o }", s=AN)) is True
    triples = asyncio.run(graph.construct("CONSTRUCT { ?s ?p ?o } { VALUES ?s { UNDEF } ?s ?p ?o }", s=AN))
    assert {triple.object for triple in triples} == {Literal(EVIL), Literal("An", language="vi")}


def test_an_unbound_variable_is_left_out_of_its_row(graph: Graph) -> None:
    assert asyncio.run(graph.select("SELECT ?x ?y { BIND(1 AS ?x) }"))[0].keys() == {"x"}


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_of_the_pages_runs_as_it_stands(graph: Graph, name: str) -> None:
    answer = asyncio.run(graph.evaluate(QueryRequest(query(name))))
    assert answer.form in ("solutions", "boolean", "graph")


def test_a_window_is_a_part_of_the_solutions_in_an_order_if_one_is_wanted() -> None:
    text = "SELECT ?a { ?a ?b ?c }\nLIMIT 0 OFFSET 0"
    assert window(text, 10, 20).endswith("LIMIT 10 OFFSET 20")
    assert "ORDER BY ?a ?b LIMIT 5 OFFSET 0" in window(text, 5, by=("a", "b"))
    for most, offset in ((-1, 0), (1, -1)):
        with pytest.raises(ValueError, match="below zero"):
            window(text, most, offset)
    with pytest.raises(ValueError, match="LIMIT 0 OFFSET 0"):
        window("SELECT ?a { ?a ?b ?c } LIMIT 10", 1)
