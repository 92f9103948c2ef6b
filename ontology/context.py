"""The JSON-LD context, made from the vocabulary: `python -m ontology.context` rewrites `context.jsonld`.

Each property of the vocabulary becomes a term of the same local name (JSON-LD 1.1 section 4.1), typed by its
range, so that compacted documents read as plain JSON; texts with a language become a map from language to
text. The prefixes of kinds are left out: they would take the names of properties (`person`, `meeting`), and
identifiers read best whole.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, parse

from ontology.files import CONTEXT, VOCABULARY
from ontology.namespaces import STANDARD
from ontology.namespaces import VOCABULARY as NAMESPACE

_RDF_TYPE = STANDARD["rdf"] + "type"
_RANGE = STANDARD["rdfs"] + "range"
_LANG_STRING = STANDARD["rdf"] + "langString"
_STRING = STANDARD["xsd"] + "string"
_LABELS = {
    "label": "rdfs:label",
    "comment": "rdfs:comment",
    "altLabel": "skos:altLabel",
    "hiddenLabel": "skos:hiddenLabel",
    "definition": "skos:definition",
}


def context(vocabulary: Path = VOCABULARY) -> Mapping[str, Any]:
    """The context document for the properties and prefixes of `vocabulary`, in the order they are defined.

    Raises `SyntaxError` where the vocabulary is not Turtle.
    """
    kinds, ranges = _objects(vocabulary, _RDF_TYPE), _objects(vocabulary, _RANGE)
    terms: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type", "vndx": NAMESPACE, **STANDARD}
    terms |= {name: {"@id": iri, "@container": "@language"} for name, iri in _LABELS.items()}
    for iri, kind in kinds.items():
        if not iri.startswith(NAMESPACE):
            continue
        name = iri.removeprefix(NAMESPACE)
        if kind.endswith("#ObjectProperty"):
            terms[name] = {"@id": f"vndx:{name}", "@type": "@id"}
        elif kind.endswith("#DatatypeProperty"):
            terms[name] = {"@id": f"vndx:{name}", **_typed(ranges[iri])}
        elif kind.endswith("#Class"):
            terms[name] = f"vndx:{name}"
    return {"@context": terms}


def _typed(range: str) -> dict[str, str]:
    """How the values of a property with that range are written. Plain strings need no type."""
    if range == _LANG_STRING:
        return {"@container": "@language"}
    return {} if range == _STRING else {"@type": _compact(range)}


def _objects(path: Path, predicate: str) -> dict[str, str]:
    """Subject to object of each triple with `predicate`, both as strings, in document order."""
    return {
        quad.subject.value: quad.object.value
        for quad in parse(path=path)
        if quad.predicate.value == predicate
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, NamedNode)
    }


def _compact(iri: str) -> str:
    prefix, namespace = next((p, n) for p, n in STANDARD.items() if iri.startswith(n))
    return f"{prefix}:{iri.removeprefix(namespace)}"


def text() -> str:
    """The bytes of `context.jsonld`, as text."""
    return json.dumps(context(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    CONTEXT.write_text(text(), encoding="utf-8")
