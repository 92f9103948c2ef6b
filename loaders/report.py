"""A difference between releases told: as JSON for programs, as lines of text for people at a terminal."""

import json
from collections.abc import Iterator
from typing import Any, Final

from pyoxigraph import NamedNode

from loaders.diff import Difference, Label, Statement, Value
from loaders.release import Release
from ontology.namespaces import PREFIXES, STANDARD, prefixed

_MARKS: Final = {"added": "+", "removed": "-", "changed": "~"}


def value(difference: Difference) -> dict[str, Any]:
    """The difference as plain values, for JSON."""
    return {
        "from": _release(difference.before),
        "to": _release(difference.after),
        "counts": {kind: difference.count(kind) for kind in _MARKS},
        "graphs": [
            {
                "id": part.graph,
                **_labelled(part.label),
                "resources": [
                    {
                        "id": resource.iri,
                        **_labelled(resource.label),
                        "kind": resource.kind,
                        "statements": [_told(statement) for statement in resource.statements],
                    }
                    for resource in part.resources
                ],
            }
            for part in difference.parts
        ],
    }


def _release(release: Release) -> dict[str, Any]:
    return {name: release.manifest.get(name, "") for name in ("digest", "version", "date", "quads")}


def _labelled(label: Label) -> dict[str, str]:
    return {"label": label.get("vi", ""), "label_en": label.get("en", "")}


def _told(statement: Statement) -> dict[str, Any]:
    return {
        "kind": statement.kind,
        "subject": statement.subject,
        "property": statement.predicate,
        "before": [_term(one) for one in statement.before],
        "after": [_term(one) for one in statement.after],
    }


def _term(term: Value) -> dict[str, str]:
    """A term as SPARQL 1.1 results in JSON have it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    told = {"type": "literal", "value": term.value}
    if term.language:
        return {**told, "xml:lang": term.language}
    plain = term.datatype.value == STANDARD["xsd"] + "string"
    return told if plain else {**told, "datatype": term.datatype.value}


def as_json(difference: Difference) -> str:
    """The difference as JSON, with a newline at its end."""
    return json.dumps(value(difference), ensure_ascii=False, indent=2) + "\n"


def as_text(difference: Difference) -> str:
    """The difference for reading: a line a statement, under its resource, under its graph."""
    return "\n".join(_lines_of(difference)) + "\n"


def _lines_of(difference: Difference) -> Iterator[str]:
    counts = ", ".join(f"{difference.count(kind)} {kind}" for kind in _MARKS)
    yield f"{difference.before.digest[:12]} → {difference.after.digest[:12]}: {counts}"
    for part in difference.parts:
        yield f"\n{short(part.graph)}  {part.label.get('vi', '')}".rstrip()
        for resource in part.resources:
            label = resource.label.get("vi", "")
            yield f"  {_MARKS[resource.kind]} {short(resource.iri)}  {label}".rstrip()
            for statement in resource.statements:
                yield f"      {_MARKS[statement.kind]} {written(statement, resource.iri)}"


def written(statement: Statement, resource: str) -> str:
    """One statement in a line: the part it is about, its property, its values."""
    part = statement.subject.removeprefix(resource)
    before, after = (", ".join(map(_brief, side)) for side in (statement.before, statement.after))
    values = f"{before} → {after}" if statement.kind == "changed" else before or after
    return f"{part + ' ' if part else ''}{short(statement.predicate)}  {values}"


def _brief(term: Value) -> str:
    if isinstance(term, NamedNode):
        return short(term.value)
    return f'"{term.value}"' + (f"@{term.language}" if term.language else "")


def short(iri: str) -> str:
    """An IRI with its prefix, where it has one."""
    name = "" if iri in PREFIXES.values() else prefixed(iri)
    return name or f"<{iri}>"
