"""Facts of the record, asked by thing and property, for writers of other formats."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Store

from ontology.iri import term
from ontology.namespaces import PREFIXES, STANDARD

_TYPE = NamedNode(STANDARD["rdf"] + "type")


class Facts:
    """What a store says. Properties and classes are named without a prefix where they are ours.

    Every answer is sorted, so that what is written from it is the same every time. Of the empty IRI, which
    stands for what there is not, nothing is said.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def instances(self, name: str) -> list[str]:
        """The things of a class."""
        return sorted(quad.subject.value for quad in self._store.quads_for_pattern(None, _TYPE, _node(name)))  # type: ignore[union-attr]

    def things(self, thing: str, name: str) -> list[str]:
        """The IRIs that a property leads to."""
        return sorted(value.value for value in self._values(thing, name) if isinstance(value, NamedNode))

    def thing(self, thing: str, name: str) -> str:
        """The first of those, or empty."""
        return next(iter(self.things(thing, name)), "")

    def subjects(self, name: str, thing: str) -> list[str]:
        """The things whose property leads to `thing`."""
        found = self._store.quads_for_pattern(None, _node(name), NamedNode(thing))
        return sorted(quad.subject.value for quad in found)  # type: ignore[union-attr]

    def texts(self, thing: str, name: str, language: str = "") -> list[str]:
        """The literals of a property in a language; with none given, those without."""
        return sorted(
            value.value
            for value in self._values(thing, name)
            if isinstance(value, Literal) and (value.language or "") == language
        )

    def text(self, thing: str, name: str, language: str = "") -> str:
        """The first of those, or empty."""
        return next(iter(self.texts(thing, name, language)), "")

    def label(self, thing: str, language: str = "vi") -> str:
        """The label of a thing, or empty."""
        return self.text(thing, "rdfs:label", language)

    def _values(self, thing: str, name: str) -> Iterator[object]:
        if thing:
            for quad in self._store.quads_for_pattern(NamedNode(thing), _node(name), None):
                yield quad.object


def _node(name: str) -> NamedNode:
    prefix, colon, rest = name.partition(":")
    return NamedNode(PREFIXES[prefix] + rest if colon else term(name))
