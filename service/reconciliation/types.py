"""The types of the Reconciliation API: our classes of things that have names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ontology.iri import term
from ontology.namespaces import STANDARD, VOCABULARY

CONCEPT: Final = STANDARD["skos"] + "Concept"
_SCHEME: Final = "ConceptScheme"
_ACTS: Final = ("Recommendation", "Request", "Commitment", "Agreement")


@dataclass(frozen=True)
class Type:
    """A type: its identifier in the schema space, its IRI, and the classes of the index that it covers."""

    id: str
    iri: str
    classes: tuple[str, ...]
    broader: str = ""


def _ours(name: str, broader: str = "") -> Type:
    return Type(name, term(name), (name,), broader)


TYPES: Final = (
    *(
        _ours(name)
        for name in ("Person", "Organization", "AdministrativeUnit", "DigitalPlatform", "Programme")
    ),
    *(_ours(name) for name in ("Document", "Post", "Meeting", "Indicator", "Source", "TerritorialChange")),
    Type("Act", term("Act"), ("Act", *_ACTS)),
    *(_ours(name, "Act") for name in _ACTS),
    *(_ours(name) for name in ("PlatformStatement", "Claim", "Observation", "Tenure")),
    Type(CONCEPT, CONCEPT, ("Concept", _SCHEME)),
)
"""Every type, in the order in which they are suggested."""

DEFAULT: Final = TYPES[:8]
"""What most columns of a spreadsheet hold."""

_KINDS: Final[Mapping[str, str]] = {
    "unit": "AdministrativeUnit", "platform": "DigitalPlatform", "change": "TerritorialChange",
    "statement": "PlatformStatement",
}  # fmt: skip
_BY_KEY: Final = {type_.id.casefold(): type_ for type_ in TYPES} | {"concept": TYPES[-1]}


def find(name: str) -> Type | None:
    """The type of that identifier: a local name, a full IRI, `vndx:Name`, or the kind in our addresses."""
    local = name.strip().removeprefix(VOCABULARY).removeprefix("vndx:")
    return _BY_KEY.get(_KINDS.get(local, local).casefold())


def of_class(name: str) -> Type | None:
    """The narrowest type of a class of the index."""
    narrow = [type_ for type_ in TYPES if name in type_.classes]
    return min(narrow, key=lambda type_: len(type_.classes), default=None)


def classes(types: Iterable[Type]) -> frozenset[str]:
    """All classes of the index that any of `types` covers."""
    return frozenset(name for type_ in types for name in type_.classes)
