"""Tables as files: CSV and Parquet, and the description of the CSV.

`csv-metadata.json` describes the CSV as CSV on the Web (W3C Tabular Metadata) has it.
"""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from loaders.columns import Column
from loaders.tables import Table
from ontology.namespaces import LICENCE

SEPARATOR: Final = "|"
METADATA: Final = "csv-metadata.json"


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
    schema = pyarrow.schema(fields, metadata={"class": table.class_iri, "licence": LICENCE})
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()


def metadata(found: Sequence[Table]) -> bytes:
    """The tables' description as CSV on the Web: columns, titles, types, separators and what they mean."""
    described = {
        "@context": "http://www.w3.org/ns/csvw",
        "dc:license": {"@id": LICENCE},
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


def _value(text: str, kind: str) -> Any:
    """A text as what its column holds."""
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "decimal":
        return float(text)
    if kind == "integer":
        return int(text)
    return text in ("true", "1") if kind == "boolean" else text
