"""Dumps: the whole graph, each named graph, tables and other shapes as files for other tools, with checksums.

The same quads give the same bytes: sorted, no clock, gzip time 0 and no file name in its header.
"""

import gzip
import hashlib
import io
import shutil
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat, Store, Triple, serialize

from loaders import neighbours, tables, tabular
from loaders.facts import Facts
from loaders.schema_org import schema_org
from ontology import jsonld
from ontology.namespaces import GRAPH, PREFIXES, used

MEDIA_TYPES: Final = {
    ".gz": "application/gzip",
    "-metadata.json": "application/csvm+json",
    ".nq": "application/n-quads",
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".ftm.json": "application/x-ndjson",
    ".json": "application/json",
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".sqlite": "application/vnd.sqlite3",
    "SHA256SUMS": "text/plain",
}
"""Media type by the end of a file's name; the first that fits."""


def media_type(name: str) -> str:
    """The media type of a file of a release, by its name."""
    return next(
        (value for end, value in MEDIA_TYPES.items() if name.endswith(end)), "application/octet-stream"
    )


def sort_quads(quads: Iterable[Quad]) -> list[Quad]:
    """Quads without repetition, by graph, subject, predicate and object in their N-Quads forms."""

    def key(quad: Quad) -> tuple[str, str, str, str]:
        return str(quad.graph_name), str(quad.subject), str(quad.predicate), str(quad.object)

    return sorted(set(quads), key=key)


def n_quads(quads: Iterable[Quad]) -> bytes:
    """Sorted N-Quads without repetition: the bytes whose SHA-256 names a release."""
    lines = (serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    return b"".join(sorted(set(lines)))


def compress(content: bytes) -> bytes:
    """Gzip with time 0 and without a name, so that equal content gives equal bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def write_dumps(quads: Sequence[Quad], folder: Path) -> list[Path]:
    """Write all dumps of `quads` (sorted by `sort_quads`) into `folder`; returns their paths by name.

    `vndx.nq.gz`, `vndx.trig.gz` and `vndx.jsonld.gz` hold everything, `graph-<name>.ttl` one named graph,
    `<class>.csv` and `<class>.parquet` the instances of one class, `schema-org.jsonld`, `popolo.json` and
    `entities.ftm.json` what those vocabularies have words for; `SHA256SUMS` the checksums in the form of
    `sha256sum -c`. Raises ImportError where pyarrow is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    contents = {**_whole(quads), **_graphs(quads), **_shaped(quads)}
    sums = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(contents.items())]
    contents["SHA256SUMS"] = "".join(sums).encode()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in sorted(contents)]


def _whole(quads: Sequence[Quad]) -> dict[str, bytes]:
    """Everything in one file, graphs kept."""
    trig = serialize(quads, format=RdfFormat.TRIG, prefixes=dict(PREFIXES)) or b""
    return {
        "vndx.nq.gz": compress(n_quads(quads)),
        "vndx.trig.gz": compress(trig),
        "vndx.jsonld.gz": compress(jsonld.write(quads)),
    }


def _graphs(quads: Sequence[Quad]) -> dict[str, bytes]:
    """One Turtle file a named graph."""
    contents = {}
    for graph, group in groupby(quads, key=lambda quad: str(quad.graph_name)):
        triples = [Triple(quad.subject, quad.predicate, quad.object) for quad in group]
        name = f"graph-{graph[1:-1].removeprefix(GRAPH)}.ttl"
        contents[name] = serialize(triples, format=RdfFormat.TURTLE, prefixes=used(triples)) or b""
    return contents


def _shaped(quads: Sequence[Quad]) -> dict[str, bytes]:
    """Tables, and what other vocabularies have words for."""
    store = Store()
    store.bulk_extend(quads)
    facts = Facts(store)
    return {
        **tabular.files(tables.tables(store)),
        "schema-org.jsonld": schema_org(facts),
        "popolo.json": neighbours.popolo(facts),
        "entities.ftm.json": neighbours.followthemoney(facts),
    }


def export(release: Path, out: Path, *, progress: Callable[[str], None] = lambda message: None) -> list[Path]:
    """Copy the dumps of the release in the folder `release` to `out`; returns the files written, by name.

    Raises `OSError` where a file cannot be read or written.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for path in sorted((release / "dumps").iterdir()):
        progress(f"writing {out / path.name}")
        shutil.copyfile(path, out / path.name)
        written.append(out / path.name)
    return written
