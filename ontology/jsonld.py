"""Compact JSON-LD 1.1 with our context inline, so that a document reads as plain JSON and needs no other.

rdflib does the compaction (its converter also keeps to graph after graph what the engine's streaming writer
leaves apart). What is added here is order, so that equal statements give equal bytes, and exactness: numbers
stay as they are written.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

import orjson
import rdflib
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple
from rdflib.plugins.serializers.jsonld import Converter
from rdflib.plugins.shared.jsonld.context import Context

from ontology.files import CONTEXT

Statement: TypeAlias = Quad | Triple
Node: TypeAlias = dict[str, Any]

_GRAPH: Final = "@graph"
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_HEAD: Final = ("@version", "id", "type")


@lru_cache(maxsize=1)
def _terms() -> Mapping[str, Any]:
    """The definitions of the context."""
    found: Mapping[str, Any] = json.loads(CONTEXT.read_bytes())["@context"]
    return found


def write(statements: Iterable[Statement]) -> bytes:
    """The statements as one compact document: `@context` (only what is used of ours), then `@graph`.

    Named graphs stand in `@graph` as `{"id": graph, "@graph": nodes}`, after the nodes of the default graph.
    Nodes, properties and values are sorted; blank nodes are named by their place in `statements`.
    """
    graphs: dict[str, rdflib.Graph] = {}
    blank: dict[str, rdflib.BNode] = {}
    for statement in statements:
        name = statement.graph_name if isinstance(statement, Quad) else DefaultGraph()
        key = "" if isinstance(name, DefaultGraph) else str(_rdflib(name, blank))
        triple = (statement.subject, statement.predicate, statement.object)
        graphs.setdefault(key, rdflib.Graph()).add(tuple(_rdflib(term, blank) for term in triple))  # type: ignore[arg-type]
    nodes = _nodes(graphs.pop("", rdflib.Graph()))
    nodes += [{"id": name, _GRAPH: _nodes(graphs[name])} for name in sorted(graphs)]
    document = {"@context": _used(nodes), _GRAPH: nodes}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _nodes(graph: rdflib.Graph) -> list[Node]:
    """The nodes of one graph, by id; in each its id, its types, then its properties by name."""
    converter = Converter(Context(dict(_terms())), use_native_types=False, use_rdf_type=False)
    converter.use_native_types = False  # a context switches it on, and 1.50 would become 1.5
    nodes = [_sorted(node) for node in converter.from_graph(graph)]
    return sorted(nodes, key=lambda node: str(node["id"]))


def _sorted(node: Mapping[str, Any]) -> Node:
    names = sorted(node, key=lambda name: (name != "id", name != "type", name))
    return {name: _ordered(node[name]) for name in names}


def _ordered(value: Any) -> Any:
    """A value with its alternatives in order; what stands in a list keeps its order."""
    if isinstance(value, list):
        return sorted(map(_ordered, value), key=lambda one: orjson.dumps(one, option=orjson.OPT_SORT_KEYS))
    if isinstance(value, dict):
        return {name: value[name] if name == "@list" else _ordered(value[name]) for name in sorted(value)}
    return str(value)


def _used(nodes: Sequence[Node]) -> dict[str, Any]:
    """The context, without the terms and prefixes that the nodes do not use."""
    said: set[str] = set()
    _collect(nodes, said)
    terms = _terms()
    used = {name for name in terms if name in said}
    for name in list(used):
        _collect(terms[name], said)
    prefixes = {text.partition(":")[0] for text in said if ":" in text}
    return {name: terms[name] for name in terms if name in used | prefixes or name in _HEAD}


def _collect(value: Any, said: set[str]) -> None:
    """Add every text of `value` to `said`: names of members and values alike."""
    if isinstance(value, dict):
        said.update(value)
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            _collect(one, said)
    else:
        said.add(str(value))


def _rdflib(term: object, blank: dict[str, rdflib.BNode]) -> rdflib.term.Node:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return blank.setdefault(term.value, rdflib.BNode(f"b{len(blank)}"))
    if not isinstance(term, Literal):
        raise TypeError(f"{term} is no term of RDF 1.1")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    kind = term.datatype.value
    datatype = None if kind == _STRING else rdflib.URIRef(kind)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)
