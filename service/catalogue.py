"""What DCAT and VoID say of the release in force: figures, files, checksums. All else is `graph/dataset`."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from loaders import history
from ontology.namespaces import BASE, GRAPH, LICENCE, STANDARD, VOCABULARY
from service.releases import Serving
from service.views.networks import FORMS, VIEWS
from visual.words import word

DATASET: Final = BASE + "dataset"
SPDX: Final = "http://spdx.org/rdf/terms#"
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
_DUMPS: Final = "dumps/"
_TYPE: Final = NamedNode(STANDARD["rdf"] + "type")
_INTEGER: Final = NamedNode(STANDARD["xsd"] + "nonNegativeInteger")
_DATE: Final = NamedNode(STANDARD["xsd"] + "date")
_NETWORKS: Final = ("graphml", "gexf")
_UNPACKED: Final = {
    "nq.gz": "application/n-quads",
    "trig.gz": "application/trig",
    "jsonld.gz": "application/ld+json",
}
_STANDARDS: Final = {
    ".csv": "http://www.w3.org/ns/csvw",
    "-metadata.json": "http://www.w3.org/ns/csvw",
    "popolo.json": "http://www.popoloproject.com/specs/",
    ".ftm.json": "https://followthemoney.tech/",
    "schema-org.jsonld": "https://schema.org/",
}
"""What the files of that ending conform to."""


def dumps(serving: Serving) -> dict[str, dict[str, Any]]:
    """The manifest's entries of the release's dumps, by file name."""
    return {
        entry["path"].removeprefix(_DUMPS): entry
        for entry in serving.release.manifest["files"]
        if entry["path"].startswith(_DUMPS)
    }


def group(name: str) -> str:
    """What kind of dump a file is: `whole`, `graphs`, `tables`, or `shapes` (other vocabularies' forms)."""
    if name.startswith("vndx.") or name == "SHA256SUMS":
        return "whole"
    if name.startswith("graph-"):
        return "graphs"
    return "tables" if name.endswith((".csv", ".parquet", "csv-metadata.json")) else "shapes"


def figures(serving: Serving) -> Iterator[Triple]:
    """Counts of the release: of triples, classes and properties, of the whole and of each graph."""
    manifest = serving.release.manifest
    yield _triple(DATASET, _TYPE, _term("void", "Dataset"))
    yield _triple(DATASET, _TYPE, _term("dcat", "Dataset"))
    yield _triple(DATASET, _term("dcat", "version"), Literal(str(manifest["version"])))
    yield _triple(DATASET, _term("void", "triples"), _count(manifest["quads"]))
    yield _triple(DATASET, _term("void", "classes"), _count(len(manifest["classes"])))
    if serving.digest:
        yield _triple(DATASET, _term("dcterms", "identifier"), Literal(serving.digest))
    if manifest["date"]:
        date = Literal(str(manifest["date"]), datatype=_DATE)
        yield _triple(DATASET, _term("dcterms", "modified"), date)
    yield from _versions(serving)
    for name, count in sorted((serving.graphs or {}).items()):
        yield _triple(DATASET, _term("void", "subset"), NamedNode(name))
        yield _triple(name, _TYPE, _term("void", "Dataset"))
        yield _triple(name, _term("void", "triples"), _count(count))
    yield from _partitions("class", "entities", manifest["classes"])
    if properties := manifest.get("properties"):
        yield _triple(DATASET, _term("void", "properties"), _count(len(properties)))
        yield from _partitions("property", "triples", properties)


def _versions(serving: Serving) -> Iterator[Triple]:
    """The releases that can still be asked for by `?release=`, and which came before which (DCAT 3, 11)."""
    kept = [entry for entry in history.read(serving.release.path.parent) if entry.kept]
    if serving.digest not in {entry.digest for entry in kept}:
        return
    for number, entry in enumerate(kept):
        version = f"{DATASET}?release={entry.digest}"
        yield _triple(DATASET, _term("dcat", "hasVersion"), NamedNode(version))
        yield _triple(version, _TYPE, _term("dcat", "Dataset"))
        yield _triple(version, _term("dcat", "isVersionOf"), NamedNode(DATASET))
        yield _triple(version, _term("dcterms", "identifier"), Literal(entry.digest))
        if number:
            before = NamedNode(f"{DATASET}?release={kept[number - 1].digest}")
            yield _triple(version, _term("dcat", "previousVersion"), before)
    current = NamedNode(f"{DATASET}?release={kept[-1].digest}")
    yield _triple(DATASET, _term("dcat", "hasCurrentVersion"), current)


def _partitions(what: str, counted: str, counts: Mapping[str, int]) -> Iterator[Triple]:
    for name, count in sorted(counts.items()):
        part = partition(name)
        yield _triple(DATASET, _term("void", f"{what}Partition"), NamedNode(part))
        yield _triple(part, _term("void", what), NamedNode(name))
        yield _triple(part, _term("void", counted), _count(count))


def partition(iri: str) -> str:
    """The IRI of the part of the dataset that has this class or property: `…/dataset#vndx-Person`.

    `data/turtle/catalog.ttl` names the same parts where it sets bounds.
    """
    prefix, namespace = next(
        ((prefix, namespace) for prefix, namespace in _PREFIXES.items() if iri.startswith(namespace)),
        ("", iri.rpartition("#")[0] or iri.rpartition("/")[0]),
    )
    return f"{DATASET}#{prefix}-{iri.removeprefix(namespace).strip('#/')}"


_PREFIXES: Final = {"vndx": VOCABULARY, **STANDARD}


def distributions(serving: Serving) -> Iterator[Triple]:
    """The files of the release with size, checksum and form, and the networks that are drawn on demand."""
    for name, entry in dumps(serving).items():
        file = f"{BASE}dumps/{name}"
        checksum = f"{file}#checksum"
        yield from _distribution(file, name, _media(name, entry["mediaType"]))
        yield _triple(file, _term("dcat", "byteSize"), _count(entry["size"]))
        yield _triple(file, NamedNode(SPDX + "checksum"), NamedNode(checksum))
        yield _triple(checksum, _TYPE, NamedNode(SPDX + "Checksum"))
        yield _triple(checksum, NamedNode(SPDX + "algorithm"), NamedNode(SPDX + "checksumAlgorithm_sha256"))
        yield _triple(checksum, NamedNode(SPDX + "checksumValue"), Literal(entry["sha256"]))
        if name.endswith(".gz"):
            yield _triple(file, _term("dcat", "compressFormat"), NamedNode(_MEDIA + "application/gzip"))
        for end, standard in _STANDARDS.items():
            if name.endswith(end):
                yield _triple(file, _term("dcterms", "conformsTo"), NamedNode(standard))
        if name.startswith("graph-"):
            graph = GRAPH + name.removeprefix("graph-").removesuffix(".ttl")
            yield _triple(graph, _term("void", "dataDump"), NamedNode(file))
    for view in VIEWS:
        for extension in _NETWORKS:
            title = f"{word(f'pictures.view.{view}.title', 'en')}, {FORMS[extension].title}"
            address = f"{BASE}views/{view}"
            yield from _distribution(f"{address}.{extension}", title, FORMS[extension].media_type)
            yield _triple(f"{address}.{extension}", _term("dcat", "accessURL"), NamedNode(address))


def _distribution(file: str, title: str, media: str) -> Iterator[Triple]:
    yield _triple(DATASET, _term("dcat", "distribution"), NamedNode(file))
    yield _triple(file, _TYPE, _term("dcat", "Distribution"))
    yield _triple(file, _term("dcterms", "title"), Literal(title))
    yield _triple(file, _term("dcterms", "license"), NamedNode(LICENCE))
    yield _triple(file, _term("dcat", "downloadURL"), NamedNode(file))
    yield _triple(file, _term("dcat", "mediaType"), NamedNode(_MEDIA + media.partition(";")[0]))


def _media(name: str, packed: str) -> str:
    """The media type of what is in a file, packed or not."""
    return next((media for end, media in _UNPACKED.items() if name.endswith(end)), packed)


def _triple(subject: str, predicate: NamedNode, object: NamedNode | Literal) -> Triple:
    return Triple(NamedNode(subject), predicate, object)


def _term(prefix: str, name: str) -> NamedNode:
    return NamedNode(STANDARD[prefix] + name)


def _count(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)
