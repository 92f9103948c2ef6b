"""Values of properties, fetched for many things at once, and the names of those that are things."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode

from ontology.iri import IriError, parse
from ontology.namespaces import STANDARD, THING
from service.graph import Graph, query
from service.reconciliation.properties import Property

_LABEL: Final = STANDARD["rdfs"] + "label"


@dataclass(frozen=True)
class Value:
    """A value: a term, and for a date how precise it is (day, month, quarter, year; empty where not said)."""

    term: NamedNode | Literal
    precision: str = ""


@dataclass(frozen=True)
class Names:
    """What a thing is called: its label by language, and every name it has."""

    label: Mapping[str, str] = field(default_factory=dict)
    every: tuple[str, ...] = ()

    def best(self, language: str) -> str:
        """The label in `language`, else in another."""
        return self.label.get(language) or next(iter(self.label.values()), "")


@dataclass(frozen=True)
class Known:
    """Values by thing (IRI) and property (IRI), in order, and the names of things among them."""

    values: Mapping[str, Mapping[str, Sequence[Value]]]
    names: Mapping[str, Names]

    def of(self, thing: str, property_: Property) -> Sequence[Value]:
        """The values that `thing` has in the property."""
        return self.values.get(thing, {}).get(property_.iri, ())


def iri(id_: str) -> str:
    """The IRI of an entity's identifier (without the identifier space, or in full); "" if malformed."""
    full = id_.strip() if id_.strip().startswith(THING) else THING + id_.strip()
    try:
        return parse(full).iri
    except IriError:
        return ""


def identifier(thing: str) -> str:
    """The identifier of a thing: its IRI without the identifier space."""
    return thing.removeprefix(THING)


async def fetch(graph: Graph, things: Iterable[str], properties: Iterable[Property]) -> Known:
    """What `graph` says of the things in the properties."""
    subjects = [NamedNode(thing) for thing in sorted(set(things))]
    wanted = [NamedNode(one) for one in sorted({property_.iri for property_ in properties})]
    if not subjects or not wanted:
        return Known({}, {})
    values: dict[str, dict[str, list[Value]]] = {}
    for row in await graph.select(query("reconcile-values"), thing=subjects, property=wanted):
        thing, property_, value, precision = (
            row.get(name) for name in ("thing", "property", "value", "precision")
        )
        if (
            isinstance(thing, NamedNode)
            and isinstance(property_, NamedNode)
            and isinstance(value, NamedNode | Literal)
        ):
            precise = precision.value if isinstance(precision, Literal) else ""
            values.setdefault(thing.value, {}).setdefault(property_.value, []).append(Value(value, precise))
    named = {
        value.term.value
        for by_property in values.values()
        for listed in by_property.values()
        for value in listed
        if isinstance(value.term, NamedNode)
    }
    return Known(values, await names(graph, named))


async def names(graph: Graph, things: Iterable[str]) -> dict[str, Names]:
    """What each of the things is called."""
    wanted = [NamedNode(thing) for thing in sorted(set(things))]
    if not wanted:
        return {}
    labels: dict[str, dict[str, str]] = {}
    every: dict[str, list[str]] = {}
    for row in await graph.select(query("reconcile-names"), thing=wanted):
        thing, kind, said = row["thing"], row["field"], row["name"]
        if isinstance(thing, NamedNode) and isinstance(kind, NamedNode) and isinstance(said, Literal):
            every.setdefault(thing.value, []).append(said.value)
            if kind.value == _LABEL:
                labels.setdefault(thing.value, {})[said.language or ""] = said.value
    return {thing: Names(labels.get(thing, {}), tuple(sorted(said))) for thing, said in every.items()}
