"""Tables for people who work with rows: one a class, as CSV and Parquet, every column documented.

A row is an instance, a column a property of the vocabulary (texts have a column a language). Columns that the
shapes bound to one value hold it; others hold all values, in CSV joined by a bar, in Parquet as lists.
`csv-metadata.json` describes the CSV as CSV on the Web (W3C Tabular Metadata) has it.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Store, parse

from loaders.derive import DERIVED
from ontology.files import SHAPES, VOCABULARY
from ontology.namespaces import GRAPH, STANDARD
from ontology.namespaces import VOCABULARY as NAMESPACE

SEPARATOR: Final = "|"
METADATA: Final = "csv-metadata.json"
_LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
_TYPE: Final = NamedNode(STANDARD["rdf"] + "type")
_LABEL: Final = NamedNode(STANDARD["rdfs"] + "label")
_COMMENT: Final = NamedNode(STANDARD["rdfs"] + "comment")
_RANGE: Final = NamedNode(STANDARD["rdfs"] + "range")
_LANGUAGES: Final = ("vi", "en")
_NAMES: Final = {
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
_CLASSES: Final = (STANDARD["skos"] + "Concept", STANDARD["skos"] + "ConceptScheme")
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
    terms = _Terms()
    instances: dict[str, set[NamedNode]] = {}
    for quad in store.quads_for_pattern(None, _TYPE, None):
        name = quad.object.value if isinstance(quad.object, NamedNode) else ""
        ours = name.startswith(NAMESPACE) or name in _CLASSES
        if ours and quad.graph_name not in (DERIVED, NamedNode(GRAPH + "vocabulary")):
            instances.setdefault(name, set()).add(quad.subject)  # type: ignore[arg-type]
    found = [_table(store, terms, name, things) for name, things in instances.items()]
    return sorted(found, key=lambda table: table.name)


def files(found: Sequence[Table]) -> dict[str, bytes]:
    """The bytes of every table by file name, as CSV and Parquet, and the description of the CSV.

    Raises ImportError where pyarrow is not installed (`pip install vndx[build]`).
    """
    written = {METADATA: metadata(found)}
    for table in found:
        written[f"{table.name}.csv"] = csv_bytes(table)
        written[f"{table.name}.parquet"] = parquet(table)
    return written


def csv_bytes(table: Table) -> bytes:
    """The table as CSV (RFC 4180), UTF-8, with a header; several values in a cell are joined by a bar."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(column.name for column in table.columns)
    for row in table.rows:
        # A bar within a text would part it in two.
        writer.writerow(SEPARATOR.join(one.replace(SEPARATOR, "¦") for one in cell) for cell in row)
    return out.getvalue().encode("utf-8")


def parquet(table: Table) -> bytes:
    """The table as Parquet: dates as dates, numbers as doubles and integers, several values as lists."""
    import pyarrow
    import pyarrow.parquet

    types = {
        "date": pyarrow.date32(),
        "decimal": pyarrow.float64(),
        "integer": pyarrow.int64(),
        "boolean": pyarrow.bool_(),
    }
    fields, arrays = [], []
    for number, column in enumerate(table.columns):
        kind = types.get(column.kind, pyarrow.string())
        kind = pyarrow.list_(kind) if column.many else kind
        values = [[_value(text, column.kind) for text in row[number]] for row in table.rows]
        cells = values if column.many else [cell[0] if cell else None for cell in values]
        told = {
            "property": column.property,
            **{f"comment@{lang}": text for lang, text in column.comments.items()},
        }
        fields.append(pyarrow.field(column.name, kind, metadata=told))
        arrays.append(pyarrow.array(cells, kind))
    schema = pyarrow.schema(fields, metadata={"class": table.class_iri, "licence": _LICENCE})
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()


def metadata(found: Sequence[Table]) -> bytes:
    """The tables' description as CSV on the Web: columns, titles, types, separators and what they mean."""
    described = {
        "@context": "http://www.w3.org/ns/csvw",
        "dc:license": {"@id": _LICENCE},
        "tables": [
            {
                "url": f"{table.name}.csv",
                "dc:title": [
                    {"@value": text, "@language": language} for language, text in table.titles.items()
                ],
                "tableSchema": {
                    "aboutUrl": "{+id}",
                    "primaryKey": "id",
                    "columns": [_described(column) for column in table.columns],
                },
            }
            for table in found
        ],
    }
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _described(column: Column) -> dict[str, Any]:
    # Titles are what the header row has, so that tools find the column; labels go into the description.
    told: dict[str, Any] = {"name": column.name, "titles": column.name}
    told["datatype"] = {"iri": "anyURI", "text": "string"}.get(column.kind, column.kind)
    if column.property:
        told["propertyUrl"] = column.property
    if column.kind == "iri" and column.property:
        told["valueUrl"] = "{+" + column.name + "}"
    if column.language:
        told["lang"] = column.language
    if column.many:
        told["separator"] = SEPARATOR
    for name, texts in (("dc:title", column.titles), ("dc:description", column.comments)):
        if texts:
            told[name] = [{"@value": text, "@language": language} for language, text in texts.items()]
    return told


class _Terms:
    """What the vocabulary and the shapes say of properties."""

    def __init__(self) -> None:
        self._store = Store()
        self._store.bulk_extend([*parse(path=VOCABULARY), *parse(path=SHAPES)])

    def texts(self, iri: str, predicate: NamedNode) -> dict[str, str]:
        """The values of `predicate` by language."""
        found = self._objects(NamedNode(iri), predicate)
        texts = {item.language: item.value for item in found if isinstance(item, Literal) and item.language}
        return {language: texts[language] for language in _LANGUAGES if language in texts}

    def many(self, class_iri: str, key: tuple[str, str], literal: bool) -> bool:
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


def _table(store: Store, terms: _Terms, class_iri: str, things: Iterable[NamedNode]) -> Table:
    said: dict[NamedNode, dict[tuple[str, str], list[str]]] = {}
    literal: dict[tuple[str, str], bool] = {}
    for thing in things:
        cells = said.setdefault(thing, {})
        for quad in store.quads_for_pattern(thing, None, None):
            predicate, value = quad.predicate.value, quad.object
            if not (predicate.startswith(NAMESPACE) or predicate in _NAMES):
                continue
            if not isinstance(value, NamedNode | Literal):
                continue
            key = (predicate, (value.language or "") if isinstance(value, Literal) else "")
            literal[key] = isinstance(value, Literal)
            cells.setdefault(key, []).append(value.value)
    keys = sorted(literal, key=_rank)
    several = {key for cells in said.values() for key, values in cells.items() if len(set(values)) > 1}
    columns = [
        # Whatever the shapes say, nothing is left out.
        _column(terms, key, literal[key], key in several or terms.many(class_iri, key, literal[key]))
        for key in keys
    ]
    rows = [
        ((thing.value,), *(tuple(sorted(set(said[thing].get(key, ())))) for key in keys))
        for thing in sorted(said, key=lambda thing: thing.value)
    ]
    name = re.sub(r"(?<!^)(?=[A-Z])", "-", re.split(r"[#/]", class_iri)[-1]).lower()
    titles = terms.texts(class_iri, _LABEL)
    return Table(name, class_iri, titles, (_ID, *columns), tuple(rows))


def _rank(key: tuple[str, str]) -> tuple[int, str, int]:
    """Labels first, then by name; Vietnamese before English."""
    predicate, language = key
    order = list(_NAMES).index(predicate) if predicate in _NAMES else len(_NAMES)
    return order, predicate, _LANGUAGES.index(language) if language in _LANGUAGES else -1


_ID: Final = Column("id", "", "", "iri", False, {"vi": "IRI", "en": "IRI"}, {})


def _column(terms: _Terms, key: tuple[str, str], literal: bool, many: bool) -> Column:
    predicate, language = key
    name = _NAMES.get(predicate) or predicate.removeprefix(NAMESPACE)
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


def _value(text: str, kind: str) -> Any:
    """A text as what its column holds."""
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "decimal":
        return float(text)
    if kind == "integer":
        return int(text)
    return text in ("true", "1") if kind == "boolean" else text
