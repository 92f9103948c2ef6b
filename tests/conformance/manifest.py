"""The W3C manifests as cases: what to send, to which data, and what should come of it.

Every file of the suite goes by the address at which it is published, so that relative IRIs in data, queries
and results mean the same as there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple

PUBLISHED: Final = "https://w3c.github.io/rdf-tests/sparql/"
"""The address under which the suite's folders `sparql10` and `sparql11` are published."""

_FOLDERS: Final = ("sparql10", "sparql11")
_MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_QT: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_UT: Final = "http://www.w3.org/2009/sparql/tests/test-update#"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LABEL: Final = "http://www.w3.org/2000/01/rdf-schema#label"
_FROM: Final = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)

Node = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class Data:
    """A dataset: files of the default graph, and pairs of a graph's name and its file."""

    default: tuple[Path, ...] = ()
    named: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True)
class Case:
    """One test.

    `id` is its manifest's folder and the fragment of its name, as in `sparql11/bind#bind01`; `kind` its class
    in the manifest vocabulary. `text` is the file with the query or update; `request` an entry of a manifest
    of HTTP exchanges, to be read with `Manifest`.
    """

    id: str
    folder: str
    kind: str
    text: Path | None
    data: Data
    result: Path | None
    reduced: bool
    source: Path
    node: Node

    @property
    def base(self) -> str:
        """The published address of the query, against which its relative IRIs are resolved."""
        assert self.text is not None
        return published(self.text)


class Manifest:
    """One manifest file, read into triples."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._store = Store()
        self._store.load(path=file, format=RdfFormat.TURTLE, base_iri=published(file))

    def all(self, node: Node | None, predicate: str) -> list[Node]:
        """The objects of `predicate` at `node`."""
        if node is None or isinstance(node, Literal | Triple):
            return []
        return [quad.object for quad in self._store.quads_for_pattern(node, NamedNode(predicate), None)]

    def one(self, node: Node | None, *predicates: str) -> Node | None:
        """The first object of the first of `predicates` that `node` has."""
        for predicate in predicates:
            for found in self.all(node, predicate):
                return found
        return None

    def members(self, node: Node | None) -> list[Node]:
        """The members of an RDF list, in order."""
        members = []
        while node is not None and (first := self.one(node, _RDF + "first")) is not None:
            members.append(first)
            node = self.one(node, _RDF + "rest")
        return members

    def entries(self) -> list[Node]:
        """The tests of this manifest, in order."""
        return self.members(self.one(NamedNode(published(self.file)), _MF + "entries"))

    def cases(self) -> Iterator[Case]:
        """The tests of this manifest, in order."""
        folder = self.file.parent.relative_to(_root(self.file)).as_posix()
        for node in self.entries():
            action = self.one(node, _MF + "action")
            text = self.one(action, _QT + "query", _UT + "request") or action
            file = _file(self.file, text) if isinstance(text, NamedNode) else None
            result = self.one(node, _MF + "result")
            yield Case(
                f"{folder}#{_fragment(node)}",
                folder,
                _fragment(self.one(node, _RDF + "type")),
                file,
                self._data(node, action, file),
                _file(self.file, result) if isinstance(result, NamedNode) else None,
                _fragment(self.one(node, _MF + "resultCardinality")) == "LaxCardinality",
                self.file,
                node,
            )

    def _data(self, node: Node, action: Node | None, text: Path | None) -> Data:
        """The dataset that an entry names; where it leaves that to the query, what the query has FROM."""
        default = [_file(self.file, found) for found in self.all(action or node, _QT + "data")]
        named = []
        for found in [*self.all(action or node, _QT + "graphData"), *self.all(node, _UT + "graphData")]:
            file = self.one(found, _QT + "graph", _UT + "graph") or found
            label = self.one(found, _LABEL)
            named.append((label.value if isinstance(label, Literal) else _iri(file), _file(self.file, file)))
        if not default and not named and text is not None and text.suffix == ".rq":
            for relative in dict.fromkeys(_FROM.findall(text.read_text("utf-8", "replace"))):
                file_ = text.parent / relative
                if file_.is_file():
                    named.append((published(file_), file_))
        return Data(tuple(default), tuple(named))


@cache
def cases(root: Path) -> tuple[Case, ...]:
    """Every test of every manifest under `root`, manifest by manifest."""
    files = [file for folder in _FOLDERS for file in sorted((root / folder).glob("*/manifest*.ttl"))]
    return tuple(case for file in files for case in Manifest(file).cases())


def published(file: Path) -> str:
    """The address at which a file of the suite is published."""
    return PUBLISHED + file.relative_to(_root(file)).as_posix()


def _root(file: Path) -> Path:
    """The folder that holds the suite's folders."""
    return next(parent.parent for parent in file.parents if parent.name in _FOLDERS)


def _file(manifest: Path, node: Node) -> Path:
    return _root(manifest) / _iri(node).removeprefix(PUBLISHED)


def _iri(node: Node) -> str:
    assert isinstance(node, NamedNode), f"{node} is no file"
    return node.value


def _fragment(node: Node | None) -> str:
    return node.value.rpartition("#")[2] if isinstance(node, NamedNode) else ""
