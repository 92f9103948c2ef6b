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

_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_HEAD: Final = ("@version", "id", "type")
_AT_ONCE: Final = 500


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
    graphs: dict[str, dict[str, list[Statement]]] = {}
    blank: dict[str, rdflib.BNode] = {}
    for statement in statements:
        name = statement.graph_name if isinstance(statement, Quad) else DefaultGraph()
        key = "" if isinstance(name, DefaultGraph) else str(_rdflib(name, blank))
        graphs.setdefault(key, {}).setdefault(str(statement.subject), []).append(statement)
        for term in (statement.subject, statement.object):
            if isinstance(term, BlankNode):
                _rdflib(term, blank)
    said: set[str] = set()
    written = _nodes(graphs.pop("", {}), blank, said)
    for key in sorted(graphs):
        inner = _listed(_nodes(graphs[key], blank, said))
        head = orjson.dumps({"id": key}, option=orjson.OPT_INDENT_2)[:-2]
        written.append(head + b',\n  "@graph": ' + _inset(inner) + b"\n}")
    context = orjson.dumps(_used(said), option=orjson.OPT_INDENT_2)
    return b'{\n  "@context": ' + _inset(context) + b',\n  "@graph": ' + _inset(_listed(written)) + b"\n}\n"


def _nodes(
    subjects: Mapping[str, list[Statement]], blank: dict[str, rdflib.BNode], said: set[str]
) -> list[bytes]:
    """The nodes of one graph, written, by id; in each its id, its types, then its properties by name.

    What of the context they use is added to `said`. Some hundred subjects are converted at a time, so that
    a large graph never stands in memory three times; a graph with blank nodes, which nest, is taken whole.
    """
    names = list(subjects)
    size = _AT_ONCE if not blank else max(len(names), 1)
    found: list[tuple[str, bytes]] = []
    for start in range(0, len(names), size):
        graph = rdflib.Graph("SimpleMemory")
        for name in names[start : start + size]:
            for one in subjects[name]:
                graph.add(tuple(_rdflib(term, blank) for term in (one.subject, one.predicate, one.object)))  # type: ignore[arg-type]
        converter = Converter(Context(dict(_terms())), use_native_types=False, use_rdf_type=False)
        converter.use_native_types = False  # a context switches it on, and 1.50 would become 1.5
        for node in map(_sorted, converter.from_graph(graph)):
            _collect(node, said)
            found.append((str(node["id"]), orjson.dumps(node, option=orjson.OPT_INDENT_2)))
    return [written for _, written in sorted(found)]


def _listed(written: Sequence[bytes]) -> bytes:
    """An array of what is written already."""
    return b"[\n  " + b",\n  ".join(map(_inset, written)) + b"\n]" if written else b"[]"


def _inset(written: bytes) -> bytes:
    """The same one step further in; within a text no line ends."""
    return written.replace(b"\n", b"\n  ")


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


def _used(said: set[str]) -> dict[str, Any]:
    """The context, without the terms and prefixes that were not said."""
    terms = _terms()
    used = said & terms.keys()
    for name in list(used):
        _collect(terms[name], used)
    return {name: terms[name] for name in terms if name in used or name in _HEAD}


def _collect(value: Any, said: set[str]) -> None:
    """Add every term and prefix of the context that `value` holds to `said`: in members and values alike."""
    if isinstance(value, dict):
        for name, inner in value.items():
            _collect(name, said)
            _collect(inner, said)
    elif isinstance(value, list):
        for one in value:
            _collect(one, said)
    else:
        text = str(value)
        said.update({text, text.partition(":")[0]} & _terms().keys())


@lru_cache(maxsize=1 << 14)
def _reference(iri: str) -> rdflib.URIRef:
    """The IRI as rdflib has it, which checks each at length."""
    return rdflib.URIRef(iri)


def _rdflib(term: object, blank: dict[str, rdflib.BNode]) -> rdflib.term.Node:
    if isinstance(term, NamedNode):
        return _reference(term.value)
    if isinstance(term, BlankNode):
        return blank.setdefault(term.value, rdflib.BNode(f"b{len(blank)}"))
    if not isinstance(term, Literal):
        raise TypeError(f"{term} is no term of RDF 1.1")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    kind = term.datatype.value
    datatype = None if kind == _STRING else rdflib.URIRef(kind)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)
