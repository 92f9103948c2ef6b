"""What one release says and another does not: statements added, removed, changed, by source and resource."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from loaders import history
from loaders.release import Release, ReleaseError, open_release
from ontology.iri import graph as graph_iri
from ontology.iri import term
from ontology.namespaces import GRAPH, STANDARD, THING

Value: TypeAlias = NamedNode | Literal
Label: TypeAlias = Mapping[str, str]
Precisions: TypeAlias = Mapping[tuple[str, str], str]

_LABEL: Final = NamedNode(STANDARD["rdfs"] + "label")
_PRECISIONS: Final = ("datePrecision", "fromPrecision", "duePrecision", "periodPrecision")
_TITLE: Final = NamedNode(STANDARD["dcterms"] + "title")


@dataclass(frozen=True)
class Statement:
    """One property of a resource (or of its part `subject`) that differs: its values before and after.

    Added where there is nothing before, removed where there is nothing after, else changed. Both are sorted,
    and hold only the values that differ.
    """

    subject: str
    predicate: str
    before: tuple[Value, ...]
    after: tuple[Value, ...]

    @property
    def kind(self) -> str:
        """`added`, `removed` or `changed`."""
        return "changed" if self.before and self.after else "added" if self.after else "removed"


@dataclass(frozen=True)
class Resource:
    """A resource of which something differs: whether it is `added`, `removed` or `changed` in its graph."""

    iri: str
    label: Label
    kind: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Part:
    """A named graph in which something differs; its label is the source's, or the catalogue's title."""

    graph: str
    label: Label
    resources: tuple[Resource, ...]


@dataclass(frozen=True)
class Difference:
    """From one release to another: graphs in order, those of sources first, what is derived last.

    `added`, `removed` and `changed` count statements; `labels` name the resources that values lead to.
    `precisions` say of each release how exact the dates of what differs are, by subject and local name of the
    property that says so (`datePrecision`).
    """

    before: Release
    after: Release
    parts: tuple[Part, ...]
    labels: Mapping[str, Label]
    precisions: tuple[Precisions, Precisions]

    def count(self, kind: str) -> int:
        """How many statements are `added`, `removed` or `changed`."""
        return sum(
            statement.kind == kind
            for part in self.parts
            for resource in part.resources
            for statement in resource.statements
        )


def find(out: Path, name: str) -> Release:
    """The release that `name` means: a folder, `current`, or a digest (8 digits will do) in the folder `out`.

    Raises `ReleaseError`, which for a release that is gone names what took its place.
    """
    if (Path(name) / "manifest.json").is_file() or (Path(name) / "current").exists():
        return open_release(Path(name))
    if name == "current":
        return open_release(out)
    entry = history.find(out, name.lower())
    if entry is None:
        known = ", ".join(one.digest[:12] for one in history.read(out) if one.kept)
        raise ReleaseError(
            f"{name} is no folder of a release, and no digest in {out}, nor its first 8 digits or more"
            f" (there: {known or 'none'})"
        )
    if not entry.kept:
        after = history.successor(out, entry.digest)
        follows = f"; {after.digest} came after it" if after else ""
        raise ReleaseError(f"release {entry.digest} is no longer kept{follows}")
    return open_release(out / entry.digest)


def compare(before: Release, after: Release) -> Difference:
    """What differs from `before` to `after`. Raises OSError where quads cannot be read."""
    old, new = _lines(before), _lines(after)
    removed, added = _quads(old - new), _quads(new - old)
    names = _Names((before, after), [*removed, *added])
    graphs: dict[str, dict[str, list[Quad]]] = defaultdict(lambda: defaultdict(list))
    gone = set(removed)
    for quad in (*removed, *added):
        graphs[_iri(quad.graph_name)][_iri(quad.subject).partition("#")[0] or _iri(quad.subject)].append(quad)
    parts = tuple(
        Part(
            graph,
            names.graph(graph),
            tuple(_resource(iri, found, gone, names, graph) for iri, found in sorted(resources.items())),
        )
        for graph, resources in sorted(graphs.items(), key=lambda item: _rank(item[0]))
    )
    return Difference(before, after, parts, names.labels, names.precisions)


def _resource(iri: str, quads: Iterable[Quad], gone: set[Quad], names: "_Names", graph: str) -> Resource:
    sides: dict[tuple[str, str, str], tuple[list[Value], list[Value]]] = defaultdict(lambda: ([], []))
    for quad in quads:
        # Each language of a text is a statement of its own.
        language = (quad.object.language or "") if isinstance(quad.object, Literal) else ""
        key = (_iri(quad.subject), quad.predicate.value, language)
        sides[key][quad not in gone].append(quad.object)  # type: ignore[arg-type]
    statements = tuple(
        Statement(subject, property, tuple(sorted(before, key=str)), tuple(sorted(after, key=str)))
        for (subject, property, _), (before, after) in sorted(sides.items())
    )
    was, is_ = names.stands(iri, graph)
    kind = "changed" if was and is_ else "added" if is_ else "removed"
    return Resource(iri, names.labels.get(iri, {}), kind, statements)


class _Names:
    """Labels of what differs, from the newer release where it has them, and what stood in which graph."""

    def __init__(self, releases: tuple[Release, Release], quads: Sequence[Quad]) -> None:
        wanted = {f"<{_iri(term)}>" for quad in quads for term in (*quad.triple, quad.graph_name)}
        wanted |= {f"<{THING}source/{_iri(quad.graph_name).removeprefix(GRAPH)}>" for quad in quads}
        wanted |= {name.partition("#")[0] + ">" for name in wanted if "#" in name}
        self.labels: dict[str, dict[str, str]] = {}
        self._titles: dict[str, dict[str, str]] = {}
        self._stood: list[set[tuple[str, str]]] = []
        self.precisions: tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]] = ({}, {})
        for release, precisions in zip(releases, self.precisions, strict=True):
            store = Store()
            lines = (line for line in _text(release) if line.partition(" ")[0] in wanted)
            store.load("\n".join(lines).encode(), RdfFormat.N_QUADS)
            self._stood.append({(_iri(quad.subject), _iri(quad.graph_name)) for quad in store})
            for name in _PRECISIONS:
                for iri, literal in _literals(store, NamedNode(term(name))):
                    precisions[iri, name] = literal.value
            for predicate, found in ((_LABEL, self.labels), (_TITLE, self._titles)):
                for iri, literal in _literals(store, predicate):
                    if literal.language:
                        found.setdefault(iri, {})[literal.language] = literal.value

    def stands(self, iri: str, graph: str) -> tuple[bool, bool]:
        """Whether a resource has statements in a graph, in the older and in the newer release."""
        was, is_ = self._stood
        return (iri, graph) in was, (iri, graph) in is_

    def graph(self, graph: str) -> Label:
        """What a graph is called: as its source, else as the catalogue has it."""
        source = THING + "source/" + graph.removeprefix(GRAPH)
        return self.labels.get(source) or self._titles.get(graph) or {}


def _literals(store: Store, predicate: NamedNode) -> Iterator[tuple[str, Literal]]:
    """Each literal of a property, with the IRI of what has it."""
    for quad in store.quads_for_pattern(None, predicate, None):
        if isinstance(quad.object, Literal):
            yield _iri(quad.subject), quad.object


def _rank(graph: str) -> tuple[int, str]:
    """Sources first, then registry and units, then what is made from them."""
    last = [graph_iri(name) for name in ("registry", "units", "vocabulary", "dataset", "derived")]
    return (last.index(graph) + 1 if graph in last else 0), graph


def _lines(release: Release) -> set[bytes]:
    return set(release.quads.read_bytes().splitlines())


def _text(release: Release) -> Iterator[str]:
    with release.quads.open(encoding="utf-8", newline="\n") as file:
        yield from file


def _quads(lines: Iterable[bytes]) -> list[Quad]:
    return sorted(parse(b"\n".join(sorted(lines)), RdfFormat.N_QUADS), key=str)


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
