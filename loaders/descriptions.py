"""One line about a thing, in both languages, to tell it from others of its name in a list of results."""

from typing import Final

from pyoxigraph import Literal, NamedNode, Store

from loaders.derive import DERIVED
from ontology.iri import term
from ontology.namespaces import STANDARD, VOCABULARY

LABEL: Final = NamedNode(STANDARD["rdfs"] + "label")
_TYPE: Final = NamedNode(STANDARD["rdf"] + "type")
_DEFINITION: Final = NamedNode(STANDARD["skos"] + "definition")
_UNTIL: Final = NamedNode(term("validUntil"))
_BEFORE: Final = NamedNode(term("before"))
_AFTER: Final = NamedNode(term("after"))

_PARTS: Final = {
    "person": ("heldPost",),
    "organization": ("jurisdiction", "partOf"),
    "unit": ("unitType", "partOf", "validFrom", "validUntil"),
    "platform": ("operatedBy",),
    "programme": ("area", "partOf"),
    "document": ("number", "date", "issuedBy"),
    "source": ("date",),
    "meeting": ("date", "place"),
    "act": ("date", "addressee"),
    "statement": ("date", "source"),
    "observation": ("date", "periodEnd", "area"),
    "post": ("organization",),
    "change": ("date",),
}
"""By kind: the properties whose values (or their labels) follow the name of the class."""
_WORDS: Final = {
    "validFrom": {"vi": "từ ", "en": "from "},
    "validUntil": {"vi": "đến ", "en": "until "},
}
"""What is put before a value that does not speak for itself."""
_BECAME: Final = {"vi": "nay là ", "en": "succeeded by "}
_MOST: Final = 2
"""So many values of one property are named."""


class Describer:
    """Describes the things of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def label(self, thing: NamedNode, language: str) -> str:
        """The label in `language`; empty where there is none."""
        return next(iter(self._texts(thing, LABEL, language)), "")

    def describe(self, thing: NamedNode, kind: str, language: str, most: int | None = _MOST) -> str:
        """Class and telling properties of `thing`, joined by a middle dot; a concept's definition.

        At most so many values of each property; with None, all of them.
        """
        if definitions := self._texts(thing, _DEFINITION, language):
            return definitions[0]
        parts = [] if kind == "unit" else self._classes(thing, language)
        for name in _PARTS.get(kind, ()):
            word = _WORDS.get(name, {}).get(language, "")
            parts += [word + value for value in self._values(thing, NamedNode(term(name)), language)[:most]]
        if kind == "unit":
            parts += self._became(thing, language)
        return " · ".join(parts)

    def _texts(self, thing: NamedNode, predicate: NamedNode, language: str) -> list[str]:
        found = (quad.object for quad in self._store.quads_for_pattern(thing, predicate, None))
        return sorted(item.value for item in found if isinstance(item, Literal) and item.language == language)

    def type(self, thing: NamedNode) -> str:
        """The local name of the class that the record states; the concepts of SKOS are `Concept`."""
        stated = sorted(kind.value for kind in self._stated(thing))
        ours = [name.removeprefix(VOCABULARY) for name in stated if name.startswith(VOCABULARY)]
        return ours[0] if ours else stated[0].rsplit("#", 1)[-1] if stated else ""

    def has_ended(self, thing: NamedNode) -> bool:
        """Whether the record says until when `thing` stood."""
        return any(self._store.quads_for_pattern(thing, _UNTIL, None))

    def _stated(self, thing: NamedNode) -> list[NamedNode]:
        """The classes that the record states, not those that follow from them."""
        return [
            quad.object
            for quad in self._store.quads_for_pattern(thing, _TYPE, None)
            if isinstance(quad.object, NamedNode) and quad.graph_name != DERIVED
        ]

    def _classes(self, thing: NamedNode, language: str) -> list[str]:
        """The label of the class that the record states."""
        kinds = [kind for kind in self._stated(thing) if kind.value.startswith(VOCABULARY)]
        return sorted(filter(None, (self.label(kind, language) for kind in kinds)))[:1]

    def _became(self, unit: NamedNode, language: str) -> list[str]:
        """For a unit that no longer stands: what it became, as the changes of the record say."""
        names = set()
        for change in self._store.quads_for_pattern(None, _BEFORE, unit):
            if isinstance(change.subject, NamedNode):
                days = self._values(change.subject, NamedNode(term("date")), language)
                since = f" ({_WORDS['validFrom'][language]}{days[0]})" if days else ""
                names |= {after + since for after in self._values(change.subject, _AFTER, language)}
        return [_BECAME[language] + ", ".join(sorted(names))] if names else []

    def _values(self, thing: NamedNode, predicate: NamedNode, language: str) -> list[str]:
        """Labels or literal values, in order and without repetition."""
        values = set()
        for quad in self._store.quads_for_pattern(thing, predicate, None):
            if isinstance(quad.object, NamedNode):
                values.add(self.label(quad.object, language))
            elif isinstance(quad.object, Literal):
                values.add(quad.object.value)
        return sorted(filter(None, values))
