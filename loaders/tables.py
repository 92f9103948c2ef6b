"""Tables for people who work with rows: one a class, every column documented.

A row is an instance, a column a property of the vocabulary (texts have a column a language). Columns that the
shapes bound to one value hold it; others hold all values. `loaders/tabular.py` writes them to files.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Store

from loaders.columns import ID, NAMES, Column, Key, Terms, column, rank
from loaders.derive import DERIVED
from ontology.namespaces import GRAPH, STANDARD
from ontology.namespaces import VOCABULARY as NAMESPACE

_TYPE: Final = NamedNode(STANDARD["rdf"] + "type")
_LABEL: Final = NamedNode(STANDARD["rdfs"] + "label")
_CLASSES: Final = (STANDARD["skos"] + "Concept", STANDARD["skos"] + "ConceptScheme")


@dataclass(frozen=True)
class Table:
    """One table: its name, the class's IRI and label by language, its columns, and rows of values by column.

    The first column is `id`. A value is a tuple of texts, empty where nothing is said.
    """

    name: str
    class_iri: str
    titles: Mapping[str, str]
    columns: tuple[Column, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]


def tables(store: Store) -> list[Table]:
    """The tables of the record in `store`, by name. A class that is only derived has none."""
    terms = Terms()
    instances: dict[str, set[NamedNode]] = {}
    for quad in store.quads_for_pattern(None, _TYPE, None):
        name = quad.object.value if isinstance(quad.object, NamedNode) else ""
        ours = name.startswith(NAMESPACE) or name in _CLASSES
        if ours and quad.graph_name not in (DERIVED, NamedNode(GRAPH + "vocabulary")):
            instances.setdefault(name, set()).add(quad.subject)  # type: ignore[arg-type]
    found = [_table(store, terms, name, things) for name, things in instances.items()]
    return sorted(found, key=lambda table: table.name)


def _table(store: Store, terms: Terms, class_iri: str, things: Iterable[NamedNode]) -> Table:
    said: dict[NamedNode, dict[Key, list[str]]] = {}
    literal: dict[Key, bool] = {}
    for thing in things:
        cells = said.setdefault(thing, {})
        for quad in store.quads_for_pattern(thing, None, None):
            predicate, value = quad.predicate.value, quad.object
            if not (predicate.startswith(NAMESPACE) or predicate in NAMES):
                continue
            if not isinstance(value, NamedNode | Literal):
                continue
            key = (predicate, (value.language or "") if isinstance(value, Literal) else "")
            literal[key] = isinstance(value, Literal)
            cells.setdefault(key, []).append(value.value)
    keys = sorted(literal, key=rank)
    several = {key for cells in said.values() for key, values in cells.items() if len(set(values)) > 1}
    columns = [
        # Whatever the shapes say, nothing is left out.
        column(terms, key, literal[key], key in several or terms.many(class_iri, key, literal[key]))
        for key in keys
    ]
    rows = [
        ((thing.value,), *(tuple(sorted(set(said[thing].get(key, ())))) for key in keys))
        for thing in sorted(said, key=lambda thing: thing.value)
    ]
    name = re.sub(r"(?<!^)(?=[A-Z])", "-", re.split(r"[#/]", class_iri)[-1]).lower()
    titles = terms.texts(class_iri, _LABEL)
    return Table(name, class_iri, titles, (ID, *columns), tuple(rows))
