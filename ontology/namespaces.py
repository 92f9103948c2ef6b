"""The one place for namespace strings.

`BASE` is the only constant to change should the graph ever move; everything else follows from it.
"""

from collections.abc import Iterable, Mapping
from typing import Final

BASE: Final = "https://w3id.org/vndx/"
VOCABULARY: Final = BASE + "ontology#"
GRAPH: Final = BASE + "graph/"
THING: Final = BASE + "id/"

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
"""The licence of the data."""

KINDS: Final = (
    "person",
    "organization",
    "unit",
    "platform",
    "programme",
    "document",
    "source",
    "meeting",
    "participation",
    "act",
    "statement",
    "observation",
    "post",
    "tenure",
    "indicator",
    "change",
    "evidence",
    "concept",
)

STANDARD: Final = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "qb": "http://purl.org/linked-data/cube#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "sh": "http://www.w3.org/ns/shacl#",
}
"""Prefix to namespace of the standard vocabularies that vndx aligns to."""

PREFIXES: Final = {
    "vndx": VOCABULARY,
    "graph": GRAPH,
    **{kind: f"{THING}{kind}/" for kind in KINDS},
    **STANDARD,
}
"""Every prefix that Turtle, pages, queries and exports of vndx use, in the order they are written."""


def prefixed(iri: str, namespaces: Mapping[str, str] = PREFIXES) -> str:
    """An IRI with its prefix (`rdfs:label`); empty where none of `namespaces` (by prefix) begins it."""
    for prefix, namespace in namespaces.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return ""


def used(statements: Iterable[object]) -> dict[str, str]:
    """Those of `PREFIXES` whose namespace some IRI of the statements begins with."""
    text = "\n".join(map(str, statements))
    return {prefix: namespace for prefix, namespace in PREFIXES.items() if f"<{namespace}" in text}
