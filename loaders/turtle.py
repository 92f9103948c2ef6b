"""Turtle files to quads: the record as its curators wrote it.

Each file of a data folder belongs to exactly one named graph, told by where it stands:

    registry/*.ttl       graph/registry       catalog.ttl                graph/dataset
    units/*.ttl          graph/units          ontology/vocabulary.ttl    graph/vocabulary
    sources/<slug>.ttl   graph/<slug>
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from loaders import layout, quarantine
from loaders.findings import Finding
from ontology import files
from ontology.iri import IriError, graph
from ontology.namespaces import GRAPH

RESERVED: Final = ("registry", "units", "derived", "vocabulary", "dataset")
"""Names of graphs that no source may have."""

_SYNTAX_PREFIX = re.compile(r"^Parser error at .*?: ")


@dataclass(frozen=True)
class TurtleFile:
    """One file: its `name` as shown in findings, its graph, text, triples in document order, and layout."""

    path: Path
    name: str
    graph: NamedNode
    text: str
    triples: tuple[Triple, ...]

    @cached_property
    def layout(self) -> layout.Layout:
        """Where subjects and comments stand. Of a file that does not parse it is not to be relied on."""
        return layout.read(self.text)

    @cached_property
    def lines(self) -> dict[str, int]:
        """The line on which each subject first begins, by IRI."""
        found: dict[str, int] = {}
        for block in self.layout.blocks:
            found.setdefault(block.subject, block.line)
        return found


@dataclass(frozen=True)
class Record:
    """All files of a data folder, in order of name, with the findings met in reading them."""

    data: Path
    files: tuple[TurtleFile, ...]
    findings: tuple[Finding, ...]

    def quads(self) -> Iterator[Quad]:
        """Every quad as written, file by file."""
        for file in self.files:
            for triple in file.triples:
                yield Quad(triple.subject, triple.predicate, triple.object, file.graph)

    @cached_property
    def _places(self) -> dict[str, list[tuple[TurtleFile, int]]]:
        places: dict[str, list[tuple[TurtleFile, int]]] = {}
        for file in self.files:
            for subject, line in file.lines.items():
                places.setdefault(subject, []).append((file, line))
        return places

    def place(self, subject: str, graph: str | None = None) -> tuple[str, int]:
        """`(file, line)` where a subject begins, in `graph` if it stands there; the data folder if nowhere.

        A part of a thing (`…#selector`) stands where its owner does.
        """
        found = self._places.get(subject) or self._places.get(subject.partition("#")[0]) or []
        for file, line in found:
            if graph in (None, file.graph.value):
                return file.name, line
        return (found[0][0].name, found[0][1]) if found else (str(self.data), 0)


def read(data: Path) -> Record:
    """The record in the folder `data` and the vocabulary. Problems become findings; nothing is raised."""
    found: list[TurtleFile] = []
    findings: list[Finding] = []
    paths = sorted(data.rglob("*.ttl"), key=lambda path: path.relative_to(data).as_posix())
    if not paths:
        findings.append(
            _finding(str(data), "no-record", "no Turtle file here", "name the folder with --data")
        )
    unreadable = quarantine.problems(paths)
    for path in [*paths, files.VOCABULARY]:
        name = _display(path)
        if path in unreadable:
            findings.append(_finding(name, "unreadable", unreadable[path], "leave this file out"))
            continue
        try:
            node = NamedNode(
                graph("vocabulary") if path == files.VOCABULARY else graph_of(path.relative_to(data))
            )
        except IriError as error:
            findings.append(_finding(name, "file-place", str(error), "see docs/adding-a-record.md"))
            continue
        file, problem = read_file(path, name, node)
        found.append(file)
        findings += [problem] if problem else []
    return Record(data, tuple(found), tuple(findings))


def graph_of(path: Path) -> str:
    """The IRI of the graph for a file of the data folder, by its relative path. Raises `IriError`."""
    folder, stem = path.parent.as_posix(), path.stem
    if folder in ("registry", "units"):
        return GRAPH + folder
    if path.as_posix() == "catalog.ttl":
        return GRAPH + "dataset"
    if folder == "sources" and stem not in RESERVED:
        return graph(stem)
    raise IriError(
        f"{path.as_posix()} belongs to no graph: registry/, units/, sources/<slug>.ttl or catalog.ttl"
    )


def read_file(path: Path, name: str, node: NamedNode) -> tuple[TurtleFile, Finding | None]:
    """One file, and the finding where it does not parse (then with the triples before the error)."""
    triples: list[Triple] = []
    text, problem = "", None
    try:
        text = path.read_bytes().decode("utf-8")
        for quad in parse(text, RdfFormat.TURTLE):
            triples.append(quad.triple)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        column = error.start - error.object.rfind(b"\n", 0, error.start)
        problem = _finding(name, "encoding", "not UTF-8", "save the file as UTF-8", line, column)
    except SyntaxError as error:
        message = _SYNTAX_PREFIX.sub("", error.msg)
        problem = _finding(
            name, "syntax", message, "correct the Turtle here", error.lineno or 0, error.offset or 0
        )
    return TurtleFile(path, name, node, text, tuple(triples)), problem


def _finding(file: str, rule: str, message: str, fix: str, line: int = 0, column: int = 0) -> Finding:
    return Finding(file, line, column, rule, "error", "", message, fix)


def _display(path: Path) -> str:
    """The path as the curator would type it: relative to the working folder where it lies within."""
    absolute = path.resolve()
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(path)
