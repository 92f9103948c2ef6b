"""Lookups say what the engine says, or nothing. Each text here goes to both, over the same quads."""

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
)

from loaders import statements
from loaders.release import STATEMENTS
from loaders.statements import Statements
from service.evaluators import lookup
from service.evaluators.lookup import MOST_BYTES, MOST_TRIPLES, Lookups, lookups
from service.evaluators.pattern import LONGEST, Pattern, part, read
from service.evaluators.port import Small
from service.settings import Settings

E = "http://e/"
D = "d" * 64
QUADS = f"""
<{E}a> <{E}p> "An \\"{{}}\\" \\\\ \\n\\t\\u0007 Đỗ"@vi <{E}g1> .
<{E}a> <{E}p> "plain" <{E}g1> .
<{E}a> <{E}p> "2.50"^^<http://www.w3.org/2001/XMLSchema#decimal> <{E}g2> .
<{E}a> <{E}q> <{E}b> <{E}g2> .
<{E}a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{E}Thing> <{E}g1> .
<{E}b> <{E}q> <{E}a> <{E}g1> .
<{E}b> <{E}q> _:blank <{E}g1> .
<{E}c-1_x> <{E}p> "2020-07-17"^^<http://www.w3.org/2001/XMLSchema#date> .
<{E}Đà/Nẵng> <{E}p> "place" <{E}g1> .
<{E}d> <{E}r> <{E}d> <{E}g1> .
"""
MANY = "".join(f'<{E}many> <{E}p> "{n}" <{E}g1> .\n' for n in range(MOST_TRIPLES + 1))
P = f"PREFIX e: <{E}> "


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store, with its statements beside it."""
    path = tmp_path_factory.mktemp("release") / "store"
    store = Store(str(path))
    store.load(QUADS + MANY, format=RdfFormat.N_QUADS)
    store.flush()
    statements.write(store, path.with_name(STATEMENTS), D)
    return path


@pytest.fixture(scope="module")
def store(disk: Path) -> Store:
    return Store.read_only(str(disk))


@pytest.fixture(params=["store", "mapped"])
def found(request: pytest.FixtureRequest, disk: Path) -> Iterator[Lookups]:
    """From the store alone, and from its statements, too."""
    found = lookups(Settings(), disk, mapped=D if request.param == "mapped" else "")
    assert found is not None
    yield found
    found.close()


def engine(store: Store, text: str) -> object:
    """What the engine says: a boolean, a set of triples, or variables and rows in no order."""
    answer = store.query(text, use_default_graph_as_union=True)
    if isinstance(answer, QueryBoolean):
        return bool(answer)
    if isinstance(answer, QueryTriples):
        return {str(triple) for triple in answer}
    return solutions(answer.serialize(format=QueryResultsFormat.JSON) or b"")


def solutions(data: bytes) -> tuple[list[str], list[str]]:
    said = json.loads(data)
    return said["head"]["vars"], sorted(json.dumps(row) for row in said["results"]["bindings"])


def ours(answer: Small) -> object:
    data = answer.data
    if answer.form == "boolean":
        return json.loads(data)["boolean"]
    if answer.form == "graph":
        return {str(quad.triple) for quad in parse(data, RdfFormat.N_TRIPLES)}
    return solutions(data)


@pytest.mark.parametrize(
    "text",
    [
        P + "SELECT ?o { e:a e:p ?o }",
        P + "SELECT ?o WHERE { e:a e:p ?o . }",
        P + "select $o where{ e:a e:p $o.}",
        P + "SELECT ?p ?o { e:a ?p ?o }",
        P + "SELECT ?o ?p { e:a ?p ?o }",
        P + "SELECT ?o { e:a ?p ?o }",
        P + "SELECT * { e:a ?zz ?b }",
        P + "SELECT * { ?zz ?b e:b }",
        P + "SELECT ?s { ?s a e:Thing }",
        P + "SELECT ?o { e:c-1_x e:p ?o }",
        P + "SELECT ?o { e:nobody e:p ?o }",
        P + "SELECT ?o { e:a e:p ?o } LIMIT 0",
        P + "SELECT ?o { e:many e:p ?o } LIMIT 0",
        f"SELECT ?o {{ <{E}a> <{E}q> ?o }}",
        f"SELECT ?o {{<{E}a><{E}q>?o }}",
        f"SELECT ?o {{ <{E}Đà/Nẵng> <{E}p> ?o }}",
        f"prefix : <{E}>\nPREFIX e: <{E}>\r\n# <x> {{ }}\nSELECT ?o # ?s\n {{ :a e:q ?o #}}\n\t}} # end",
        f"PREFIX e: <http://wrong/> PREFIX e: <{E}> SELECT ?o {{ e:a e:q ?o }}",
        P + "ASK { e:a e:q e:b }",
        P + "ASK WHERE { e:a e:q e:c }",
        P + "ask{ ?s e:p e:b }",
        P + "ASK { e:many ?p ?o }",
        P + "DESCRIBE e:a",
        P + "DESCRIBE e:nobody",
        f"DESCRIBE <{E}a> # that is all",
    ],
)
def test_a_lookup_says_what_the_engine_says(store: Store, found: Lookups, text: str) -> None:
    answer = found.answer(text, "json", "nt")
    assert answer is not None
    assert ours(answer) == engine(store, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        P + "SELECT ?s{?s a e:Thing}",
        P + "SELECT ?o { e:a e:p ?o ",
        P + "SELECT ?o { e:a e:p ?o } }",
        P + "SELECT ?o { e:a e:p ?o } LIMIT -1",
        P + "SELECT ?o { e:a e:p ?o } LIMIT 1 OFFSET 1",
        P + "SELECT ?o { e:a e:p ?o } ORDER BY ?o",
        P + "SELECT ?o { e:a e:p ?o ; e:q ?x }",
        P + "SELECT ?o { e:a e:p ?o . e:b e:q ?x }",
        P + "SELECT ?o { e:a e:p ?o, ?x }",
        P + "SELECT ?o { e:a e:p+ ?o }",
        P + "SELECT ?o { e:a ^e:p ?o }",
        P + "SELECT ?o { e:a !e:p ?o }",
        P + "SELECT ?o { e:a A ?o }",
        P + 'SELECT ?s { ?s e:p "plain" }',
        P + "SELECT ?s { ?s e:p 2.5 }",
        P + "SELECT ?s { ?s e:p true }",
        P + "SELECT ?o { _:x e:p ?o }",
        P + "SELECT ?o { [] e:p ?o }",
        P + "SELECT ?o { ?s ?p ?o }",
        P + "SELECT ?o { ?s e:p ?o }",
        P + "SELECT ?x { e:a e:p ?o }",
        P + "SELECT ?o ?o { e:a e:p ?o }",
        P + "SELECT ?x { ?x e:r ?x }",
        P + "SELECT ?x { e:d ?x ?x }",
        P + "SELECT DISTINCT ?o { e:a e:p ?o }",
        P + "SELECT (?o AS ?x) { e:a e:p ?o }",
        P + "SELECT (COUNT(*) AS ?n) { e:a e:p ?o }",
        P + f"SELECT ?o FROM <{E}g1> {{ e:a e:p ?o }}",
        P + "SELECT ?o { GRAPH ?g { e:a e:p ?o } }",
        P + f"SELECT ?o {{ SERVICE <{E}> {{ e:a e:p ?o }} }}",
        P + "SELECT ?o { e:a e:p ?o FILTER(?o = 1) }",
        P + "SELECT * { e:a e:p e:b }",
        P + "SELECT ?o { x:a e:p ?o }",
        P + "SELECT ?o { e:a.b e:p ?o }",
        P + "SELECT ?o { e:a%20 e:p ?o }",
        P + "SELECT ?o { e:a\\-b e:p ?o }",
        P + "SELECT ?o { e:ađ e:p ?o }",
        P + "SELECT ?ô { e:a e:p ?ô }",
        P + "SELECT ?o { e:a e:p ?o } VALUES ?o { 1 }",
        P + "# \\u000A DESCRIBE e:b\nDESCRIBE e:a",
        P + "DESCRIBE e:a e:b",
        P + "DESCRIBE ?s { ?s e:p 1 }",
        P + "DESCRIBE e:b",  # a blank node's description belongs to it
        P + "DESCRIBE *",
        P + "ASK { e:a e:q e:b } LIMIT 1",
        P + "ASK { ?s ?p ?o }",
        P + "ASK {}",
        P + "CONSTRUCT { e:a e:p ?o } { e:a e:p ?o }",
        P + "SELECT ?o { e:b e:q ?o }",  # one of its values is a blank node
        P + "SELECT ?o { e:many e:p ?o }",
        P + f"SELECT ?o {{ e:many e:p ?o }} LIMIT {MOST_TRIPLES + 1}",
        f"BASE <{E}> SELECT ?o {{ <a> <{E}p> ?o }}",
        "SELECT ?o { <a> <b> ?o }",
        f"SELECT ?o {{ <{E}x/../a> <{E}q> ?o }}",
        f"PREFIX e: <{E}./> SELECT ?o {{ e:a e:q ?o }}",
        f"SELECT ?o {{ <{E}a b> <{E}q> ?o }}",
        f"SELECT ?o {{ <http://[> <{E}q> ?o }}",
        "INSERT DATA { <http://e/a> <http://e/p> 1 }",
        P + "SELECT ?o { e:a e:p ?o }" + " " * LONGEST,
        "\ufeff" + P + "SELECT ?o { e:a e:p ?o }",
    ],
)
def test_whatever_else_is_left_to_the_engine(found: Lookups, text: str) -> None:
    assert found.answer(text, "json", "nt") is None


def test_formats_that_are_not_its_own_are_left_to_the_engine(found: Lookups) -> None:
    select, ask, describe = P + "SELECT ?o { e:a e:q ?o }", P + "ASK { e:a e:q ?o }", P + "DESCRIBE e:a"
    for text, results, graph in (
        (select, "csv", "nt"), (select, None, "nt"), (ask, "xml", "nt"), (ask, None, "nt"),
        (describe, "json", None),
    ):  # fmt: skip
        assert found.answer(text, results, graph) is None


@pytest.mark.parametrize("format", ["ttl", "nt", "nq", "trig", "rdf", "jsonld"])
def test_a_description_is_written_in_the_format_that_was_asked_for(
    store: Store, found: Lookups, format: str
) -> None:
    answer = found.answer(P + "DESCRIBE e:a", "json", format)
    assert answer is not None and answer.format == format
    written = {str(quad.triple) for quad in parse(answer.data, lookup._GRAPHS[format])}
    assert written == engine(store, P + "DESCRIBE e:a")


def test_what_the_service_does_not_give_is_not_given_in_passing(store: Store) -> None:
    text = P + "SELECT ?o { e:a ?p ?o }"  # five rows
    assert Lookups(store, 5, 100_000).answer(text, "json", "ttl") is not None
    assert Lookups(store, 4, 100_000).answer(text, "json", "ttl") is None
    assert Lookups(store, 5, 100).answer(text, "json", "ttl") is None


def mutations(seed: int, count: int) -> Iterator[str]:
    """Texts near a lookup: pieces left out, doubled and swapped."""
    chance = random.Random(seed)
    pieces = [
        "PREFIX", "e:", f"<{E}>", "SELECT", "?o", "?p", "*", "WHERE", "{", "e:a", "a", f"<{E}a>", "e:p",
        f"<{E}q>", ".", "}", "LIMIT", "3", "ASK", "DESCRIBE", "e:b", "#", "\n", ";", "e:a.", "$o", "e:Thing",
        ",", "?s", "e:many",
    ]  # fmt: skip
    kinds = [
        "PREFIX e: <http://e/> SELECT ?o WHERE { e:a e:p ?o . } LIMIT 3",
        "PREFIX e: <http://e/> SELECT * { e:a ?p ?o }",
        "PREFIX e: <http://e/> ASK { ?s a e:Thing }",
        "PREFIX e: <http://e/> DESCRIBE e:a",
    ]
    for _ in range(count):
        words = chance.choice(kinds).split()
        for _ in range(chance.randrange(1, 4)):
            place = chance.randrange(len(words))
            match chance.randrange(4):
                case 0:
                    words.pop(place)
                case 1:
                    words.insert(place, chance.choice(pieces))
                case 2:
                    words[place] = chance.choice(pieces)
                case _:
                    other = chance.randrange(len(words))
                    words[place], words[other] = words[other], words[place]
            if not words:
                break
        yield chance.choice((" ", " ", "\n", "")).join(words)


def test_of_texts_near_a_lookup_none_is_answered_otherwise(store: Store, found: Lookups) -> None:
    answered = 0
    for text in mutations(seed=20, count=12000):
        answer = found.answer(text, "json", "nt")
        if answer is None:
            continue
        answered += 1
        assert ours(answer) == engine(store, text), text  # which raises where the text is no query
    assert answered > 300


def test_it_is_the_same_in_every_byte_whoever_is_asked(disk: Path) -> None:
    stored, mapped = lookups(Settings(), disk), lookups(Settings(), disk, mapped=D)
    assert stored is not None and mapped is not None
    asked: list[Pattern] = []
    mapped._stored = lambda pattern, wanted: asked.append(pattern)  # type: ignore[method-assign]
    same = 0
    for text in (*mutations(seed=21, count=4000), *(P + f"SELECT * {{ e:{s} ?p ?o }}" for s in "abd")):
        one, asks = mapped.answer(text, "json", "ttl"), len(asked)
        other = stored.answer(text, "json", "ttl")
        if asks:  # what is not told, or not of a subject
            asked.clear()
            continue
        assert one == other, text
        same += one is not None
    mapped.close()
    assert same > 50


def test_a_text_goes_on_to_be_read_with_another_name() -> None:
    parted = 0
    for text in mutations(seed=22, count=6000):
        found = part(text)
        assert (found is None) or read(text) == found.pattern
        if found is None:
            continue
        parted += 1
        assert found.before + found.name + found.after == text
        for name in ("x", "A-1_", "0", "SELECT", "b" * 200):
            assert found.pattern_of(name) == read(found.before + name + found.after), text
    assert parted > 100


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (P + "SELECT ?o { e:c-1_x e:p ?o }", "c-1_x"),
        (P + "SELECT ?s { ?s e:p e:b }", "b"),
        (P + "ASK { e:a e:p e:b }", "a"),
        (P + "DESCRIBE e:a # e:a", "a"),
        (f"DESCRIBE <{E}x/y-z>", "y-z"),
        (f"DESCRIBE <{E}x/-z>", "z"),
        (f"DESCRIBE <{E}a%20b>", None),
        ("PREFIX e: <http://e/%2> DESCRIBE e:0b", None),
        (f"DESCRIBE <{E}a%20.b>", "b"),
        (f"DESCRIBE <{E}Đà>", None),
        (f"DESCRIBE <{E}a/>", None),
        ("SELECT * { ?s ?p ?o }", None),
        ("nothing", None),
    ],
)
def test_the_name_of_a_text_is_the_last_of_its_resource(text: str, name: str | None) -> None:
    found = part(text)
    assert (found and found.name) == name


def test_reading_takes_time_in_proportion_to_the_text() -> None:
    """Texts that would keep an expression with backtracking busy for years; here they end at once."""
    texts = "PREFIX " * 500, "#" * 4000, " \n" * 2000, "SELECT " + "?x " * 1200, "<" * 4000, "e:" * 2000
    for text in texts:
        assert read(text) is None
        assert read(P + text) is None


def test_what_statements_do_not_tell_is_asked_of_the_store(disk: Path) -> None:
    """There are more values than are told; with a limit, the store gives as many as are wanted."""
    mapped = lookups(Settings(), disk, mapped=D)
    assert mapped is not None
    answer = mapped.answer(P + "SELECT ?o { e:many e:p ?o } LIMIT 3", "json", "nt")
    mapped.close()
    assert answer is not None and len(json.loads(answer.data)["results"]["bindings"]) == 3


def test_statements_that_cannot_be_read_are_done_without(
    disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That is told, unless there are none."""
    folder = tmp_path / "store"
    shutil.copytree(disk, folder)
    told = []
    another = tmp_path / "another.mdb"
    statements.write(Store.read_only(str(disk)), another, "e" * 64)
    for content in (None, b"", b"x" * 10_000, another.read_bytes()):
        if content is not None:
            (tmp_path / STATEMENTS).write_bytes(content)
        mapped = lookups(Settings(), folder, mapped=D)
        assert mapped is not None
        assert mapped.answer(P + "ASK { e:many e:p ?o }", "json", "nt") is not None
        told.append(capsys.readouterr().err.count(f"lookups go without {STATEMENTS}: "))
    assert told == [0, 1, 1, 1]


def test_only_a_store_is_looked_up(tmp_path: Path, store: Store) -> None:
    folder = tmp_path / "store"
    Store(str(folder)).flush()
    settings = Settings()
    assert lookups(settings, folder) is not None
    assert lookups(settings, tmp_path / "none") is None
    assert lookups(settings, None) is None
    assert lookups(Settings(max_query=LONGEST), folder) is None


def test_long_literals_are_not_read_to_their_end() -> None:
    read = 0

    class Long:
        def quads_for_pattern(self, *terms: object) -> Iterator[Quad]:
            nonlocal read
            for _ in range(50):
                read += 1
                yield Quad(NamedNode(E + "a"), NamedNode(E + "p"), Literal("x" * 30_000), NamedNode(E + "g"))

    for text in (P + "SELECT ?p { e:a ?p ?o }", P + "DESCRIBE e:a"):
        assert Lookups(Long(), 1000, 10_000_000).answer(text, "json", "ttl") is None  # type: ignore[arg-type]
    assert read == 2 * 3


class Read:
    """A store that counts the triples it gives."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.triples = 0

    def quads_for_pattern(self, *terms: object) -> Iterator[Quad]:
        for quad in self._store.quads_for_pattern(*terms):  # type: ignore[arg-type]
            self.triples += 1
            yield quad


def test_what_has_no_place_in_an_answer_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much is asked for; what was read without it, is given as before."""
    store = Store()
    said, graph = NamedNode(E + "p"), NamedNode(E + "g")
    for subject in "abc":
        for text in "x", "y", "z" * (MOST_BYTES + 1):
            store.add(Quad(NamedNode(E + subject), said, Literal(text), graph))
    read = Read(store)
    found = Lookups(read, 1000, 10_000_000)  # type: ignore[arg-type]
    objects = [quad.object.value for quad in store.quads_for_pattern(NamedNode(E + "a"), said, None)]
    place = next(number for number, text in enumerate(objects) if len(text) > 1)
    for limit in (1, 2, 3, 50, 3, 2, 1):
        before = read.triples
        answer = found.answer(P + f"SELECT ?o {{ e:a e:p ?o }} LIMIT {limit}", "json", "nt")
        assert (answer is not None) == (limit <= place)
        assert read.triples - before <= (limit if limit <= place else 3)
    before = read.triples
    for text in ("SELECT ?x { e:a e:p ?x } LIMIT 7", "SELECT ?x { e:a e:p ?x }") * 2:
        assert found.answer(P + text, "json", "nt") is None
    assert read.triples == before
    assert found.answer(P + "DESCRIBE e:a", "json", "nt") is None and read.triples > before
    monkeypatch.setattr("service.evaluators.lookup._REMEMBERED", 2)
    for subject in "bcb":
        assert found.answer(P + f"DESCRIBE e:{subject}", "json", "nt") is None
    assert len(found._misfits) <= 3


def test_of_too_long_a_literal_the_statements_tell(tmp_path: Path) -> None:
    """The store is not asked, unless by an object, which leads to no other."""
    store = Store(str(tmp_path / "store"))
    for predicate, object in (
        ("long", Literal("x" * (MOST_BYTES + 1))),
        ("long", NamedNode(E + "b")),
        ("short", Literal("y")),
    ):
        store.add(Quad(NamedNode(E + "a"), NamedNode(E + predicate), object, NamedNode(E + "g")))
    path = tmp_path / STATEMENTS
    statements.write(store, path, D)
    read = Read(store)
    found = Lookups(read, 1000, 10_000_000, Statements(path, D))  # type: ignore[arg-type]
    for text in (
        "DESCRIBE e:a",
        "SELECT * { e:a ?p ?o } LIMIT 1",
        "SELECT ?o { e:a e:long ?o }",
        "ASK { e:a e:long ?o }",
    ):
        assert found.answer(P + text, "json", "nt") is None
    assert read.triples == 0
    for text, triples in (
        ("ASK { e:a e:short ?o }", 0),
        ("ASK { e:a e:long e:b }", 1),
        ("ASK { e:a ?p e:b }", 2),
    ):
        answer = found.answer(P + text, "json", "nt")
        assert answer is not None and answer.data == b'{"head":{},"boolean":true}'
        assert read.triples == triples
    found.close()


def test_a_store_that_can_no_longer_be_read_leaves_the_answer_to_workers() -> None:
    class Broken:
        def quads_for_pattern(self, *terms: object) -> Iterator[object]:
            raise OSError("no such file")

    for text in (P + "SELECT ?o { e:a e:p ?o }", P + "ASK { e:a e:p ?o }", P + "DESCRIBE e:a"):
        assert Lookups(Broken(), 10, 10_000).answer(text, "json", "ttl") is None  # type: ignore[arg-type]
