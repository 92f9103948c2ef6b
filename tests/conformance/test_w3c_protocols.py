"""The reading half of the protocols: SPARQL 1.1 Protocol, Graph Store Protocol, Service Description.

What a test would write first (PUT, POST, DELETE on graphs) must be refused here; the test then writes it
itself, as the next release would bring it, and goes on reading. Updates must be refused, and end a test.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, urlsplit

import answers
import httpx
from answers import Found
from exchanges import Exchange, Message, exchanges, parts
from manifest import Case, Node
from pyoxigraph import BlankNode, Dataset, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from stage import Stage, quads

from ontology.iri import graph

_KINDS: Final = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": ("application/sparql-results+json", "application/sparql-results+xml"),
    "RDF": ("text/turtle", "application/n-triples", "application/rdf+xml"),
}
_UPDATE: Final = "application/sparql-update"
_NEW: Final = "http://example.org/new-graph"

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_TYPE: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
# The vocabulary's properties as far as they are used here: class of their subject, class of their object.
_SCHEMA: Final = {
    "endpoint": ("Service", ""),
    "resultFormat": ("Service", "Format"),
    "feature": ("Service", "Feature"),
    "supportedLanguage": ("Service", "Language"),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime"),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "Dataset"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"),
    "name": ("NamedGraph", ""),
    "graph": ("NamedGraph", "Graph"),
}
# Instances of its classes that the vocabulary, or a registry it names, defines.
_INSTANCES: Final = {
    "Language": {SD + name for name in ("SPARQL10Query", "SPARQL11Query", "SPARQL11Update")},
    "Feature": {
        SD + name
        for name in (
            "DereferencesURIs",
            "UnionDefaultGraph",
            "RequiresDataset",
            "EmptyGraphs",
            "BasicFederatedQuery",
        )
    },
    "EntailmentRegime": {"http://www.w3.org/ns/entailment/Simple"},
    "Format": {
        "http://www.w3.org/ns/formats/" + name
        for name in (
            *("SPARQL_Results_XML", "SPARQL_Results_JSON", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
            *("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads"),
        )
    },
}


def test_exchange(stage: Stage, exchange: Case) -> None:
    stage.show(quads(exchange.data))
    for step in exchanges(exchange):
        answer = _send(stage, step)
        if _updates(step):
            assert 400 <= answer.status_code < 500, answer.text
            if 200 in step.statuses:
                assert (answer.status_code, answer.json()["code"]) == (403, "update-refused")
                return
            continue
        assert answer.status_code in step.statuses, answer.text
        if answer.is_success:
            kind = answer.headers["Content-Type"].partition(";")[0]
            assert kind in _KINDS[step.format or "boolean"]
        if step.boolean is not None:
            assert answers.answered(answer.content, kind).boolean is step.boolean


def test_store(stage: Stage, store: Case) -> None:
    held = Dataset()
    stage.show(held)
    names: dict[str, str] = {}
    read = 0
    for step in exchanges(store):
        answer = _send(stage, step, names)
        if step.method in ("GET", "HEAD"):
            read += 1
            _check(stage, step, answer)
            continue
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
        if step.location:
            names[step.location] = _NEW
        _write(held, step)
        stage.show(held)
    assert read


def _check(stage: Stage, step: Exchange, answer: httpx.Response) -> None:
    """Check the answer to a GET or HEAD."""
    assert answer.status_code in step.statuses, answer.text
    for name, value in step.response.headers.items():
        assert answer.headers[name] == value
    if step.method == "HEAD":
        assert answer.content == b""
        got = stage.client.get(_path(step.path), headers=dict(step.request.headers))
        assert {**answer.headers} == {**got.headers} | {"date": answer.headers["date"]}
    if step.response.body:
        wanted = _triples(step.response)
        got_ = answers.answered(answer.content, answer.headers["Content-Type"])
        assert answers.differences(Found(triples=wanted), got_, reduced=False) == ""


def test_description(stage: Stage, description: Case) -> None:
    stage.show(
        [Quad(BlankNode(), NamedNode("http://e/p"), Literal(1), NamedNode(f"http://e/{n}")) for n in "ab"]
    )
    answer = stage.client.get("/sparql")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/turtle; charset=utf-8"
    triples = [quad.triple for quad in parse(answer.content, RdfFormat.TURTLE)]
    DESCRIPTIONS[description.id.partition("#")[2]](stage, triples)


def returns_rdf(stage: Stage, triples: Sequence[Triple]) -> None:
    assert triples


def has_endpoint(stage: Stage, triples: Sequence[Triple]) -> None:
    endpoint = NamedNode(f"{stage.url}/sparql")
    assert [t.object for t in triples if t.predicate == NamedNode(SD + "endpoint")] == [endpoint]
    assert Triple(endpoint, _TYPE, NamedNode(SD + "Service")) in triples


def conforms(stage: Stage, triples: Sequence[Triple]) -> None:
    classes = {(t.subject, _iri(t.object)) for t in triples if t.predicate == _TYPE}
    used = set()
    for triple in triples:
        if triple.predicate.value.startswith(SD):
            name = triple.predicate.value.removeprefix(SD)
            used.add(name)
            domain, range_ = _SCHEMA[name]
            assert (triple.subject, SD + domain) in classes, triple
            if range_ in _INSTANCES:
                assert _iri(triple.object) in _INSTANCES[range_], triple
            elif range_:
                assert (triple.object, SD + range_) in classes, triple
    assert used == set(_SCHEMA) - {"feature"}  # what a dataset of plain files has none of
    named = {_iri(t.object) for t in triples if t.predicate == NamedNode(SD + "name")}
    assert named == {"http://e/a", "http://e/b"}


DESCRIPTIONS: Final = {
    "returns-rdf": returns_rdf,
    "has-endpoint-triple": has_endpoint,
    "conforms-to-schema": conforms,
}


def _iri(term: Node) -> str:
    assert isinstance(term, NamedNode)
    return term.value


def _send(stage: Stage, step: Exchange, names: dict[str, str] | None = None) -> httpx.Response:
    path = _path(step.path)
    for name, value in (names or {}).items():
        path = path.replace(name, value)
    content = step.request.body or None
    return stage.client.request(step.method, path, headers=dict(step.request.headers), content=content)


def _path(path: str) -> str:
    """The address here for one of the suite: its graphs' paths have a folder, ours have not."""
    if path.startswith("/sparql/"):
        return "/sparql" + path.removeprefix("/sparql/")
    if path.startswith("/gsp/"):
        return "/graph/" + _slug(path)
    return "/rdf-graph-store" + path.removeprefix("/gsp")


def _slug(path: str) -> str:
    return path.removeprefix("/gsp/").removesuffix(".ttl").replace("/", "-")


def _updates(step: Exchange) -> bool:
    """Whether the request is an update operation, well or badly made."""
    kind = step.request.headers.get("content-type", "")
    fields = parse_qs(urlsplit(step.path).query, keep_blank_values=True)
    return "update" in fields or kind.startswith(_UPDATE) or step.request.body.startswith(b"update=")


def _write(held: Dataset, step: Exchange) -> None:
    """Do to `held` what the request would do to a store that takes writes."""
    fields = parse_qs(urlsplit(step.path).query, keep_blank_values=True)
    if step.path.startswith("/gsp/"):
        name: NamedNode | DefaultGraph = NamedNode(graph(_slug(step.path)))
    elif "default" in fields:
        name = DefaultGraph()
    else:
        name = NamedNode(fields["graph"][0] if fields else _NEW)
    if step.method in ("PUT", "DELETE"):
        for quad in list(held.quads_for_graph_name(name)):
            held.discard(quad)
    if step.method in ("PUT", "POST"):
        for triple in (triple for part in parts(step.request) for triple in _triples(part)):
            held.add(Quad(triple.subject, triple.predicate, triple.object, name))


def _triples(message: Message) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in parse(message.body, RdfFormat.TURTLE, rename_blank_nodes=True))
