"""Columns of tables: which there are for a property, and what the vocabulary and the shapes say they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from pyoxigraph import Literal, NamedNode, Store, parse

from ontology.files import SHAPES, VOCABULARY
from ontology.namespaces import STANDARD
from ontology.namespaces import VOCABULARY as NAMESPACE

Key: TypeAlias = tuple[str, str]
"""A property's IRI and a language, or "": each has a column of its own."""
_LABEL: Final = NamedNode(STANDARD["rdfs"] + "label")
_COMMENT: Final = NamedNode(STANDARD["rdfs"] + "comment")
_RANGE: Final = NamedNode(STANDARD["rdfs"] + "range")
_LANGUAGES: Final = ("vi", "en")
NAMES: Final = {
    STANDARD["rdfs"] + "label": "label",
    STANDARD["skos"] + "altLabel": "altLabel",
    STANDARD["skos"] + "hiddenLabel": "hiddenLabel",
    STANDARD["skos"] + "definition": "definition",
    STANDARD["skos"] + "inScheme": "inScheme",
    STANDARD["skos"] + "broader": "broader",
}
"""Properties of standard vocabularies that have columns, and the columns' names."""
_SINGLE: Final = (NAMESPACE + "source", NAMESPACE + "organization", STANDARD["skos"] + "inScheme")
"""Links that have one value where no shape says so: rules make them from what has one."""
_KINDS: Final = ("date", "decimal", "integer", "boolean")


@dataclass(frozen=True)
class Column:
    """One column: its name, the property's IRI, its language or "", its kind, whether it holds many values.

    Kinds: `iri`, `text`, `date`, `decimal`, `integer`, `boolean`. `titles` and `comments` are by language.
    """

    name: str
    property: str
    language: str
    kind: str
    many: bool
    titles: Mapping[str, str]
    comments: Mapping[str, str]


ID: Final = Column("id", "", "", "iri", False, {"vi": "IRI", "en": "IRI"}, {})


class Terms:
    """What the vocabulary and the shapes say of properties."""

    def __init__(self) -> None:
        self._store = Store()
        self._store.bulk_extend([*parse(path=VOCABULARY), *parse(path=SHAPES)])

    def texts(self, iri: str, predicate: NamedNode) -> dict[str, str]:
        """The values of `predicate` by language."""
        found = self._objects(NamedNode(iri), predicate)
        texts = {item.language: item.value for item in found if isinstance(item, Literal) and item.language}
        return {language: texts[language] for language in _LANGUAGES if language in texts}

    def many(self, class_iri: str, key: Key, literal: bool) -> bool:
        """Whether the shape of a class lets a property have several values (a language).

        What the shape does not bound, having been derived or being one of alternatives: links may be several.
        """
        path = NamedNode(key[0])
        shapes = [
            shape
            for node in self._subjects(_sh("targetClass"), NamedNode(class_iri))
            for shape in self._objects(node, _sh("property"))
            if path in self._objects(shape, _sh("path"))
        ]
        if shapes:
            return not any(
                self._objects(shape, _sh("uniqueLang" if key[1] else "maxCount")) for shape in shapes
            )
        return not literal and key[0] not in _SINGLE

    def kind(self, iri: str, literal: bool) -> str:
        """The kind of a property's column."""
        if not literal:
            return "iri"
        ranges = self._objects(NamedNode(iri), _RANGE)
        name = ranges[0].value.rpartition("#")[2] if ranges and isinstance(ranges[0], NamedNode) else ""
        return name if name in _KINDS else "text"

    def _objects(self, subject: Any, predicate: NamedNode) -> list[Any]:
        return [quad.object for quad in self._store.quads_for_pattern(subject, predicate, None)]

    def _subjects(self, predicate: NamedNode, value: NamedNode) -> list[Any]:
        return [quad.subject for quad in self._store.quads_for_pattern(None, predicate, value)]


def _sh(name: str) -> NamedNode:
    return NamedNode(STANDARD["sh"] + name)


def rank(key: Key) -> tuple[int, str, int]:
    """Labels first, then by name; Vietnamese before English."""
    predicate, language = key
    order = list(NAMES).index(predicate) if predicate in NAMES else len(NAMES)
    return order, predicate, _LANGUAGES.index(language) if language in _LANGUAGES else -1


def column(terms: Terms, key: Key, literal: bool, many: bool) -> Column:
    """The column of a property and a language, with its titles and what it holds."""
    predicate, language = key
    name = NAMES.get(predicate) or predicate.removeprefix(NAMESPACE)
    titles = terms.texts(predicate, _LABEL) or {"en": name}
    return Column(
        name=f"{name}_{language}" if language else name,
        property=predicate,
        language=language,
        kind=terms.kind(predicate, literal),
        many=many,
        titles=titles,
        comments=terms.texts(predicate, _COMMENT),
    )
