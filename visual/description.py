"""The small graph around one thing, from which its page is written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ontology.iri import IriError, parse, term
from ontology.namespaces import PREFIXES, STANDARD
from visual.words import Language

Term = NamedNode | BlankNode | Literal | Triple

LABEL = STANDARD["rdfs"] + "label"
TYPE = STANDARD["rdf"] + "type"

DERIVED = frozenset(
    term(name)
    for name in (
        "metWith attendedWith recommendedTo recommendedBy committedTo heldPost operatedBy participant".split()
    )
)
"""Shortcut edges, made by rule from statements that the page shows in full."""


@cache
def expand(name: str) -> str:
    """The IRI of `prefix:name`, or of a term of our vocabulary where there is no prefix."""
    prefix, colon, rest = name.partition(":")
    return PREFIXES[prefix] + rest if colon else term(name)


def kind_of(iri: str) -> str:
    """The kind in the IRI of a thing of ours; empty for any other IRI."""
    try:
        return parse(iri).kind
    except IriError:
        return ""


class Description:
    """Triples about a thing and about what it is said with, asked by name of property.

    `focus` is the thing's IRI. Properties are named without a prefix where they are ours (`date`), with
    one where they are not (`skos:altLabel`). Results are sorted, so that a page is the same every time.
    """

    def __init__(self, focus: str, triples: Iterable[Triple]) -> None:
        self.focus = focus
        self._out: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._in: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for triple in sorted(set(triples), key=str):
            subject, predicate = _name(triple.subject), triple.predicate.value
            self._out[subject][predicate].append(triple.object)
            if not isinstance(triple.object, Literal):
                self._in[_name(triple.object)][predicate].append(subject)

    def __contains__(self, iri: str) -> bool:
        """Whether anything is said of `iri`."""
        return iri in self._out

    def objects(self, subject: str, name: str) -> list[Term]:
        """Everything that `subject` has as property `name`."""
        return list(self._out.get(subject, {}).get(expand(name), ()))

    def things(self, subject: str, name: str) -> list[str]:
        """The IRIs (and blank nodes) among `objects`."""
        return [_name(value) for value in self.objects(subject, name) if not isinstance(value, Literal)]

    def thing(self, subject: str, name: str) -> str | None:
        """The first of `things`."""
        return next(iter(self.things(subject, name)), None)

    def value(self, subject: str, name: str) -> str | None:
        """The text of the first literal among `objects`."""
        values = [value.value for value in self.objects(subject, name) if isinstance(value, Literal)]
        return values[0] if values else None

    def text(self, subject: str, name: str, language: Language) -> str | None:
        """The literal of `name` in `language`, or else in any language."""
        literals = [value for value in self.objects(subject, name) if isinstance(value, Literal)]
        for literal in literals:
            if literal.language == language:
                return literal.value
        return literals[0].value if literals else None

    def subjects(self, name: str, target: str | None = None) -> list[str]:
        """Everything whose property `name` is `target` (the focus, if not given)."""
        return list(self._in.get(target or self.focus, {}).get(expand(name), ()))

    def label(self, iri: str, language: Language) -> str:
        """The label of a thing in `language`; the last part of its IRI where it has none."""
        return self.text(iri, "rdfs:label", language) or iri.rstrip("/").rpartition("/")[2].rpartition("#")[2]

    def classes(self, iri: str) -> set[str]:
        """The IRIs of the classes of a thing."""
        return set(self.things(iri, "rdf:type"))

    def is_a(self, iri: str, *names: str) -> bool:
        """Whether a thing is of one of the classes named."""
        return not self.classes(iri).isdisjoint(map(expand, names))

    def outgoing(self) -> Iterator[tuple[str, Term]]:
        """Each property of the focus, as an IRI, with each of its values."""
        for predicate, values in self._out.get(self.focus, {}).items():
            for value in values:
                yield predicate, value

    def incoming(self) -> Iterator[tuple[str, str]]:
        """Each property that points at the focus, as an IRI, with each thing that it points from."""
        for predicate, subjects in self._in.get(self.focus, {}).items():
            for subject in subjects:
                yield predicate, subject

    def sources(self) -> list[str]:
        """The sources on which anything described rests, by IRI."""
        return sorted(
            {_name(value) for said in self._out.values() for value in said.get(expand("source"), ())}
        )


def _name(value: Term) -> str:
    return value.value if isinstance(value, NamedNode) else str(value)
