"""The properties of the Reconciliation API: those of our vocabulary that things have, and a few made by rule.

An identifier is the local name of the property (`heldPost`); full IRIs, `vndx:` names, labels in either
language and some everyday words (province, parent) are understood too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from ontology.folding import fold
from ontology.iri import term
from ontology.namespaces import STANDARD, VOCABULARY
from service.graph import Graph, query
from service.reconciliation import types
from service.reconciliation.types import Type

_NAMES: Final = {
    "label": (STANDARD["rdfs"] + "label", "tên", "name"),
    "altLabel": (STANDARD["skos"] + "altLabel", "tên khác", "other name"),
    "hiddenLabel": (STANDARD["skos"] + "hiddenLabel", "tên viết sai trong nguồn", "misspelling in a source"),
    "definition": (STANDARD["skos"] + "definition", "định nghĩa", "definition"),
}
"""Properties of other vocabularies: identifier, IRI, and what they are called."""

_MADE: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "Person": (
        ("organization", "Organization"),
        ("jurisdiction", "AdministrativeUnit"),
        ("attestedOn", ""),
        ("meeting", "Meeting"),
    ),
    "Organization": (("meeting", "Meeting"),),
    "Post": (("jurisdiction", "AdministrativeUnit"),),
    "AdministrativeUnit": (("before", "AdministrativeUnit"), ("after", "AdministrativeUnit")),
}
"""By type: what `reconcile-values.rq` finds two steps away, with the type of the values."""

_FIRST: Final = (
    "label", "altLabel", "heldPost", "before", "after", "validFrom", "validUntil", "partOf", "unitType",
    "organization", "jurisdiction", "number", "date", "operatedBy", "recommendedTo", "recommendedBy",
)  # fmt: skip
"""What is proposed first; the rest follows by name."""
_WORDS: Final = {
    "province": "jurisdiction", "tinh": "jurisdiction", "territory": "jurisdiction",
    "post": "heldPost", "position": "heldPost", "chuc vu": "heldPost", "title": "heldPost",
    "parent": "partOf", "successor": "after", "predecessor": "before", "became": "after",
    "valid on": "date", "validon": "date", "as of": "date", "asof": "date", "code": "officialCode",
    "name": "label", "alias": "altLabel", "ministry": "organization", "co quan": "organization",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Property:
    """A property: its identifier and IRI, what it is called and means, who has it, the type of its values."""

    id: str
    iri: str
    label: Mapping[str, str]
    comment: Mapping[str, str]
    types: frozenset[str]
    range: str = ""


@dataclass(frozen=True)
class Properties:
    """All properties of a release, in the order in which they are proposed."""

    all: tuple[Property, ...]

    def find(self, pid: str) -> Property | None:
        """The property that a client means by `pid`; None where there is no such."""
        return next(iter(self.meant(pid)), None)

    def meant(self, pid: str) -> tuple[Property, ...]:
        """Every property that `pid` may mean, by identifier, everyday word or label; the likelier first."""
        local = pid.strip().removeprefix(VOCABULARY).removeprefix("vndx:")
        folded = fold(local)
        named = [one for one in self.all if local in (one.id, one.iri)]
        everyday = [one for one in self.all if one.id == _WORDS.get(folded)]
        labelled = [one for one in self.all if folded and folded in map(fold, (one.id, *one.label.values()))]
        return tuple(dict.fromkeys([*named, *everyday, *labelled]))

    def of(self, type_: Type | None) -> Sequence[Property]:
        """The properties that things of a type have; all where there is no type."""
        return [one for one in self.all if type_ is None or one.types.intersection(type_.classes)]


async def load(graph: Graph) -> Properties:
    """The properties in use in `graph`. What it asks is remembered with the release's other answers."""
    classes = [NamedNode(type_.iri) for type_ in types.TYPES]
    rows = await graph.select(query("reconcile-properties"), **{"class": classes})
    used: dict[str, set[str]] = {}
    ranges: dict[str, str] = {}
    for row in rows:
        kind, property_, range_ = row["class"], row["property"], row.get("range")
        if isinstance(kind, NamedNode) and isinstance(property_, NamedNode):
            found = types.find(kind.value)
            used.setdefault(property_.value.removeprefix(VOCABULARY), set()).update(
                found.classes if found else ()
            )
            if isinstance(range_, NamedNode) and (value := types.find(range_.value)):
                ranges[property_.value.removeprefix(VOCABULARY)] = value.id
    for kind_name, made in _MADE.items():
        for name, value_type in made:
            used.setdefault(name, set()).add(kind_name)
            if value_type:
                ranges.setdefault(name, value_type)
    words = await _words(graph, used)
    ours = [
        Property(name, term(name), *words.get(name, ({}, {})), frozenset(kinds), ranges.get(name, ""))
        for name, kinds in used.items()
    ]
    every = types.classes(types.TYPES)
    names = [Property(name, iri, {"vi": vi, "en": en}, {}, every) for name, (iri, vi, en) in _NAMES.items()]
    return Properties(tuple(sorted([*names, *ours], key=_order)))


async def _words(graph: Graph, used: Iterable[str]) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """Labels and comments of our properties, by language."""
    rows = await graph.select(
        query("vocabulary-words"), term=[NamedNode(term(name)) for name in sorted(used)]
    )
    words: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
    for row in rows:
        subject, label, comment = row["term"], row.get("label"), row.get("comment")
        if isinstance(subject, NamedNode):
            labels, comments = words.setdefault(subject.value.removeprefix(VOCABULARY), ({}, {}))
            for given, kept in ((label, labels), (comment, comments)):
                if isinstance(given, Literal) and given.language:
                    kept[given.language] = given.value
    return words


def _order(property_: Property) -> tuple[int, str]:
    return (_FIRST.index(property_.id) if property_.id in _FIRST else len(_FIRST), property_.id)


def name(property_: Property, language: str) -> str:
    """The property's label in `language`, else its identifier."""
    return property_.label.get(language) or property_.id
