"""What the endpoint says of itself: SPARQL 1.1 Service Description, with the counts of VoID."""

from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from ontology.namespaces import PREFIXES, STANDARD
from service.formats import GRAPHS, RESULTS, Format
from service.releases import Serving
from service.settings import Settings

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_SIMPLE_ENTAILMENT: Final = "http://www.w3.org/ns/entailment/Simple"
_PREFIXES: Final = {
    **{name: PREFIXES[name] for name in ("rdf", "xsd", "void", "dcterms", "schema", "vndx")},
    "sd": SD,
}
_TYPE: Final = NamedNode(STANDARD["rdf"] + "type")

Object = NamedNode | BlankNode | Literal


def description(settings: Settings, serving: Serving, root: str, format: Format) -> bytes:
    """The description of the endpoint at `root` (an origin without a slash at its end), in `format`."""
    assert isinstance(format.engine, RdfFormat)  # noqa: S101
    triples = [*_service(serving, root), *_dataset(serving, root), *_limits(settings, root)]
    return serialize(triples, format=format.engine, prefixes=_PREFIXES) or b""


def _service(serving: Serving, root: str) -> list[Triple]:
    service = f"{root}/sparql"
    triples = [
        _triple(service, _TYPE, _sd("Service")),
        _triple(service, _sd("endpoint"), NamedNode(service)),
        _triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        _triple(service, _sd("defaultEntailmentRegime"), NamedNode(_SIMPLE_ENTAILMENT)),
        _triple(service, _sd("defaultDataset"), NamedNode(f"{service}#dataset")),
        # The graphs that FROM, FROM NAMED and the protocol's parameters may name.
        _triple(service, _sd("availableGraphs"), NamedNode(f"{service}#dataset")),
    ]
    if serving.evaluator.union:
        triples.append(_triple(service, _sd("feature"), _sd("UnionDefaultGraph")))
    for format in (*RESULTS, *GRAPHS):
        if format.unique_iri:
            triples.append(_triple(service, _sd("resultFormat"), NamedNode(format.unique_iri)))
    return triples


def _dataset(serving: Serving, root: str) -> list[Triple]:
    dataset, default = f"{root}/sparql#dataset", f"{root}/sparql#default-graph"
    total = int(serving.release.manifest["quads"])
    named = serving.graphs or {}
    triples = [
        _triple(dataset, _TYPE, _sd("Dataset")),
        _triple(dataset, _sd("defaultGraph"), NamedNode(default)),
        _triple(default, _TYPE, _sd("Graph")),
    ]
    if serving.digest:
        triples.append(_triple(dataset, _term("dcterms", "identifier"), Literal(serving.digest)))
        triples.append(_triple(default, _term("void", "triples"), Literal(total)))
    for position, (name, count) in enumerate(sorted(named.items()), start=1):
        node, graph = f"{dataset}-{position}", f"{dataset}-{position}-graph"
        triples += [
            _triple(dataset, _sd("namedGraph"), NamedNode(node)),
            _triple(node, _TYPE, _sd("NamedGraph")),
            _triple(node, _sd("name"), NamedNode(name)),
            _triple(node, _sd("graph"), NamedNode(graph)),
            _triple(graph, _TYPE, _sd("Graph")),
        ]
        if count:
            triples.append(_triple(graph, _term("void", "triples"), Literal(count)))
    return triples


def _limits(settings: Settings, root: str) -> list[Triple]:
    """The caps, as properties with a value and a unit (schema.org has the words for it)."""
    caps = (
        ("max-rows", "rows of an answer", settings.max_rows, "rows"),
        ("max-bytes", "bytes of an answer", settings.max_bytes, "bytes"),
        ("max-query", "bytes of a query", settings.max_query, "bytes"),
        ("max-depth", "depth of nested brackets in a query", settings.max_depth, "levels"),
        ("timeout", "seconds that a query may run", settings.timeout, "seconds"),
    )
    triples = []
    for name, meaning, value, unit in caps:
        node = f"{root}/sparql#{name}"
        triples += [
            _triple(f"{root}/sparql", _term("schema", "additionalProperty"), NamedNode(node)),
            _triple(node, _TYPE, _term("schema", "PropertyValue")),
            _triple(node, _term("schema", "name"), Literal(meaning, language="en")),
            _triple(node, _term("schema", "maxValue"), Literal(value)),
            _triple(node, _term("schema", "unitText"), Literal(unit)),
        ]
    return triples


def _triple(subject: str, predicate: NamedNode, object: Object) -> Triple:
    return Triple(NamedNode(subject), predicate, object)


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)


def _term(prefix: str, name: str) -> NamedNode:
    return NamedNode(STANDARD[prefix] + name)
