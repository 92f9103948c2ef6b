"""What differs between two releases as a page lists it: things by their names, values as pages write them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from loaders.diff import Difference, Label, Part, Precisions, Resource, Statement, Value
from loaders.report import short
from loaders.report import written as line
from ontology.iri import term
from visual import reading
from visual.addresses import local
from visual.article import Cell, Link, Piece, Text
from visual.description import LABEL, Description
from visual.reader import Reader
from visual.words import LANGUAGES, Language, word

_SHOWN: Final = 100
"""So many resources of a graph does the page list; the JSON has all."""
_EXACT: Final = {
    term("date"): ("datePrecision",),
    term("from"): ("fromPrecision",),
    term("due"): ("duePrecision",),
    term("periodStart"): ("periodPrecision", "datePrecision"),
    term("periodEnd"): ("periodPrecision", "datePrecision"),
}
"""What says how exact a date is, by property."""


def _reader(found: Difference, shown: Sequence[Resource], spoken: Language) -> Reader:
    """Reads what is shown, by the labels of all that it names."""
    statements = [statement for resource in shown for statement in resource.statements]
    named = {statement.predicate for statement in statements}
    named |= {value.value for one in statements for value in (*one.before, *one.after)}
    labels = (
        Triple(NamedNode(iri), NamedNode(LABEL), Literal(text, language=code))
        for iri in sorted(named & found.labels.keys())
        for code, text in found.labels[iri].items()
    )
    return Reader(Description("", labels), spoken)


def listed(part: Part, found: Difference, spoken: Language) -> Mapping[str, Any]:
    """A graph as the page lists it."""
    shown = part.resources[:_SHOWN]
    reader = _reader(found, shown, spoken)
    return {
        "href": local(part.graph),
        "label": _named(part.label, spoken) or short(part.graph),
        "left": max(0, len(part.resources) - _SHOWN),
        "resources": [_resource(resource, found, reader) for resource in shown],
    }


def _resource(resource: Resource, found: Difference, reader: Reader) -> Mapping[str, Any]:
    """A resource as the page lists it; one that is gone leads to the release that had it."""
    gone = resource.kind == "removed" and not found.after.digest.startswith(found.before.digest)
    return {
        "href": local(resource.iri) + (f"?release={found.before.digest}" if gone else ""),
        "label": _named(resource.label, reader.language) or short(resource.iri),
        "name": short(resource.iri),
        "kind": resource.kind,
        "statements": [
            _statement(statement, resource.iri, found, reader) for statement in resource.statements
        ],
        "lines": [line(statement, resource.iri) for statement in resource.statements],
    }


def _statement(
    statement: Statement, resource: str, found: Difference, reader: Reader
) -> tuple[str, Cell, tuple[Cell, ...], tuple[Cell, ...]]:
    """The kind of a change, the property (with the language of a text), and the values before and after."""
    name = reader.short(statement.predicate)
    property_: list[Piece] = [Link(name, local(statement.predicate), title=statement.predicate)]
    values = (*statement.before, *statement.after)
    spoken = {value.language for value in values if isinstance(value, Literal)}
    property_ += [
        Text(f" ({word(f'changes.in-{code}', reader.language)})", "muted")
        for code in LANGUAGES
        if code in spoken
    ]
    if part := statement.subject.removeprefix(resource):
        property_ += [Text(" "), Text(part, "code")]
    before, after = (
        tuple(_value(value, statement, precisions, reader) for value in values)
        for values, precisions in zip((statement.before, statement.after), found.precisions, strict=True)
    )
    return statement.kind, tuple(property_), before, after


def _value(value: Value, statement: Statement, precisions: Precisions, reader: Reader) -> Cell:
    """A value as pages write it: a date as exactly as its release knows it."""
    names = _EXACT.get(statement.predicate, ())
    stated = [precisions[key] for name in names if (key := (statement.subject, name)) in precisions]
    if stated and isinstance(value, Literal):
        return (Text(reading.date(value.value, stated[0], reader.language)),)
    return (reader.valued(statement.predicate, value),)


def _named(label: Label, spoken: Language) -> str:
    return label.get(spoken) or label.get("vi", "")
