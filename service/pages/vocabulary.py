"""The vocabulary as a page reads it: classes and properties in the order of the file."""

from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode, RdfFormat, parse

from ontology.files import VOCABULARY
from ontology.namespaces import STANDARD, prefixed
from ontology.namespaces import VOCABULARY as NAMESPACE
from visual.addresses import local
from visual.article import Link
from visual.description import Description
from visual.words import Language


@dataclass(frozen=True)
class Term:
    """A class or property: its name, words in one language, and what it is under, of and has as value."""

    name: str
    label: str
    comment: str
    under: tuple[Link, ...]
    domain: tuple[Link, ...]
    range: tuple[Link, ...]
    inverse: str


def terms(language: Language) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The classes and the properties."""
    of, order = _vocabulary()
    classes = [iri for iri in order if of.is_a(iri, "owl:Class")]
    properties = [iri for iri in order if not of.is_a(iri, "owl:Class")]
    return tuple(_term(of, iri, language) for iri in classes), tuple(
        _term(of, iri, language) for iri in properties
    )


def _term(of: Description, iri: str, language: Language) -> Term:
    return Term(
        name=iri.removeprefix(NAMESPACE),
        label=of.label(iri, language),
        comment=of.text(iri, "rdfs:comment", language) or "",
        under=_links(of, iri, "rdfs:subClassOf", "rdfs:subPropertyOf"),
        domain=_links(of, iri, "rdfs:domain"),
        range=_links(of, iri, "rdfs:range"),
        inverse=of.text(iri, "inverseLabel", language) or "",
    )


def _links(of: Description, iri: str, *names: str) -> tuple[Link, ...]:
    return tuple(Link(_short(target), _address(target)) for name in names for target in of.things(iri, name))


def _address(iri: str) -> str:
    return f"#{iri.removeprefix(NAMESPACE)}" if iri.startswith(NAMESPACE) else local(iri)


def _short(iri: str) -> str:
    return prefixed(iri, {"vndx": NAMESPACE, **STANDARD}) or iri


@cache
def _vocabulary() -> tuple[Description, tuple[str, ...]]:
    triples = [quad.triple for quad in parse(path=str(VOCABULARY), format=RdfFormat.TURTLE)]
    names = [triple.subject.value for triple in triples if isinstance(triple.subject, NamedNode)]
    ours = tuple(dict.fromkeys(name for name in names if name.startswith(NAMESPACE)))
    return Description(NAMESPACE, triples), ours
