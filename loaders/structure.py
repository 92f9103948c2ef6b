"""Checks of the record as files: what no query can see, since it is about where things stand."""

from collections.abc import Iterator

from pyoxigraph import BlankNode, NamedNode, Store

from loaders.findings import Finding
from loaders.turtle import Record, TurtleFile
from ontology.iri import IriError, graph, parse
from ontology.namespaces import GRAPH, THING

_FREE = (graph("vocabulary"), graph("dataset"))
"""Graphs that describe terms and the dataset rather than things."""


def check(record: Record, store: Store) -> list[Finding]:
    """Findings about the layout of `record`, whose quads are in `store`; in no particular order."""
    found: list[Finding] = []
    for file in record.files:
        found += _blank_nodes(file)
        found += _subjects(file)
        found += _split_blocks(file)
    found += _two_files(record)
    found += _two_graphs(record, store)
    return found


def nameless(record: Record) -> int:
    """How many triples have a blank node as their subject."""
    return sum(isinstance(triple.subject, BlankNode) for file in record.files for triple in file.triples)


def _is_nameless(subject: str) -> bool:
    """Whether a subject, as the layout has it, is a blank node or a collection."""
    return subject.startswith(("_:", "[", "("))


def _blank_nodes(file: TurtleFile) -> Iterator[Finding]:
    """A blank node has no address and no stable name."""
    if any(
        isinstance(term, BlankNode) for triple in file.triples for term in (triple.subject, triple.object)
    ):
        for line in file.layout.unnamed:
            yield Finding(
                file.name, line, 0, "blank-node", "error", "",
                "a blank node has no address and no stable name", "give it an IRI of its own",
            )  # fmt: skip


def _subjects(file: TurtleFile) -> Iterator[Finding]:
    """Every subject of the record is a thing whose IRI vndx mints."""
    if file.graph.value in _FREE:
        return
    for subject, line in file.lines.items():
        if _is_nameless(subject):
            continue
        try:
            parse(subject)
        except IriError as error:
            yield Finding(
                file.name, line, 0, "malformed-iri", "error", subject, str(error),
                f"name it {THING}<kind>/<slug> (docs/adding-a-record.md, Names)",
            )  # fmt: skip


def _split_blocks(file: TurtleFile) -> Iterator[Finding]:
    """Each subject has one block in its file."""
    for block in file.layout.blocks:
        first = file.lines[block.subject]
        if block.line != first and not _is_nameless(block.subject):
            yield Finding(
                file.name, block.line, 0, "second-block", "error", block.subject,
                f"this subject has another block on line {first}", "join the two blocks by hand",
            )  # fmt: skip


def _two_files(record: Record) -> Iterator[Finding]:
    """Each subject stands in one file."""
    first: dict[str, tuple[str, int]] = {}
    for file in record.files:
        for subject, line in file.lines.items():
            if subject in first and not _is_nameless(subject):
                name, number = first[subject]
                yield Finding(
                    file.name, line, 0, "duplicate-iri", "error", subject,
                    f"this subject is described in {name}, line {number}, too",
                    "keep it in one file; give a namesake its own slug",
                )  # fmt: skip
            first.setdefault(subject, (file.name, line))


def _two_graphs(record: Record, store: Store) -> Iterator[Finding]:
    """Each triple stands in one graph: a query over the union would count it twice."""
    graphs: dict[tuple[object, ...], list[str]] = {}
    for quad in store:
        if isinstance(quad.graph_name, NamedNode):
            key = (quad.subject, quad.predicate, quad.object)
            graphs.setdefault(key, []).append(quad.graph_name.value)
    for (subject, predicate, value), names in graphs.items():
        if len(names) > 1 and isinstance(subject, NamedNode):
            one, two = sorted(names)[:2]
            file, line = record.place(subject.value, two)
            yield Finding(
                file, line, 0, "two-graphs", "error", subject.value,
                f"{predicate} {value} stands in graph/{one.removeprefix(GRAPH)} and in"
                f" graph/{two.removeprefix(GRAPH)}",
                "leave it where it belongs only",
            )  # fmt: skip
