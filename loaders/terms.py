"""Terms as the record's Turtle writes them: prefixed, bare or quoted."""

import re
from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from ontology.namespaces import PREFIXES, STANDARD

_TYPE: Final = STANDARD["rdf"] + "type"
_XSD: Final = STANDARD["xsd"]
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_BARE: Final = {
    _XSD + "boolean": re.compile(r"true|false"),
    _XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    _XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
}
_CONTROLS: Final = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
_ESCAPES: Final = _CONTROLS | str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def write_term(value: object) -> str:
    """A term in Turtle: prefixed where it has a prefix, numbers bare, dates and texts quoted."""
    if isinstance(value, NamedNode):
        prefix, local = _split(value.value)
        return f"{prefix}:{local}" if prefix else f"<{value.value}>"
    if not isinstance(value, Literal):
        raise TypeError(f"{value} has no canonical form")
    if value.language:
        return f"{_quote(value.value)}@{value.language}"
    kind = value.datatype.value
    if kind == _XSD + "string":
        return _quote(value.value)
    if kind in _BARE and _BARE[kind].fullmatch(value.value):
        return value.value
    return f"{_quote(value.value)}^^{write_term(value.datatype)}"


def used(triples: Iterable[Triple]) -> list[str]:
    """The prefixes that the canonical form of `triples` uses, in the order of the namespaces."""
    found = set()
    for triple in triples:
        # As a predicate `rdf:type` is written `a`.
        predicates = [] if triple.predicate.value == _TYPE else [triple.predicate]
        for node in (triple.subject, *predicates, triple.object):
            if isinstance(node, NamedNode):
                found.add(_split(node.value)[0])
            if isinstance(node, Literal) and "^^" in write_term(node):
                found.add(_split(node.datatype.value)[0])
    return [prefix for prefix in PREFIXES if prefix in found]


def _split(iri: str) -> tuple[str, str]:
    """Prefix and local name; two empty strings where the IRI has to be written in full."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if iri.startswith(namespace) and _LOCAL.fullmatch(local):
            return prefix, local
    return "", ""


def _quote(text: str) -> str:
    """A short string; what would break the line is escaped, all other characters stand as they are."""
    return f'"{text.translate(_ESCAPES)}"'
