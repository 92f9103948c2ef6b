"""A picture of relations, complete: what is drawn, where, what is measured, and what it rests on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from visual import layout, looks, reading
from visual.columns import columns as in_columns
from visual.relations import Measured, Relation, Thing, Tie, graph, in_words, measure, merge

LICENCE_NAME: Final = "CC BY 4.0"
HOME: Final = "https://w3id.org/vndx/"

_PARTED: Final = 30
"""Pictures of so many nodes are also shown group by group."""


@dataclass(frozen=True)
class Origin:
    """What a picture shows and where it comes from, so that a copy of it can be checked and cited.

    `query` is what was asked (`/views/meetings`); `date` that of the data (ISO); `digest` the release's.
    """

    name: str
    title: str
    title_en: str
    about: str
    about_en: str
    query: str
    date: str
    digest: str

    def titled(self, language: str) -> str:
        """The title in `language`."""
        return self.title if language == "vi" else self.title_en

    def told(self, language: str) -> str:
        """The description in `language`."""
        return self.about if language == "vi" else self.about_en

    def citation(self, language: str) -> str:
        """How to cite the picture."""
        if language == "vi":
            day = reading.date(self.date, "day", "vi")
            dated = f"dữ liệu đến {day}" if self.date else "dữ liệu không ghi ngày"
            return f"vndx, “{self.title}”, {dated}, bản phát hành {self.digest[:12]}, {HOME}, {LICENCE_NAME}."
        day = reading.date(self.date, "day", "en")
        dated = f"data up to {day}" if self.date else "data not dated"
        return f"vndx, “{self.title_en}”, {dated}, release {self.digest[:12]}, {HOME}, {LICENCE_NAME}."


@dataclass(frozen=True)
class Node:
    """A thing in its place (pixels) with its measures.

    `side` (`left` or `right`) is where its label goes best; "" where that does not matter.
    """

    thing: Thing
    x: int
    y: int
    measured: Measured
    side: str = ""


@dataclass(frozen=True)
class Picture:
    """Nodes and ties in the order in which tables show them, and the words of each relation by its name."""

    origin: Origin
    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    words: Mapping[str, Relation] = field(default_factory=dict)

    def thing(self, iri: str) -> Thing:
        """The thing of a node. Raises `KeyError`."""
        for node in self.nodes:
            if node.thing.id == iri:
                return node.thing
        raise KeyError(iri)

    def word(self, tie: Tie, language: str) -> str:
        """The relation of `tie` in words; its name where there are none."""
        return in_words(self.words, tie.relation).named(language)

    @property
    def kinds(self) -> list[str]:
        """The kinds that are drawn, in the order of legends."""
        return sorted({node.thing.kind for node in self.nodes}, key=lambda kind: (looks.rank(kind), kind))


def compose(
    origin: Origin,
    things: Iterable[Thing],
    ties: Iterable[Tie],
    words: Mapping[str, Relation],
    *,
    columns: tuple[str, ...] = (),
) -> Picture:
    """A picture of `things` and `ties`: merged, measured, ordered and set in place.

    Nodes go by kind, then by the number of others they are tied to, then by label; ties by their ends.
    With `columns` (kinds) the nodes stand in columns, the first kind in the first, all others in the last;
    else where the forces between them put them. `ValueError` where a tie names a thing that is not given.
    """
    listed, merged = list(things), merge(ties)
    relations = graph(listed, merged)
    measured = measure(relations)

    def position(thing: Thing) -> tuple[int, int, str, str]:
        return looks.rank(thing.kind), -measured[thing.id].degree, thing.label.casefold(), thing.id

    ordered = sorted(listed, key=position)
    number = {thing.id: index for index, thing in enumerate(ordered)}
    merged.sort(key=lambda tie: (number[tie.source], number[tie.target], tie.relation))
    pairs = [(tie.source, tie.target) for tie in merged]
    if columns:
        places = in_columns(_in_columns(ordered, columns), pairs)
    else:
        places = layout.place([thing.id for thing in ordered], pairs)
    nodes = tuple(
        Node(thing, *places[thing.id], measured[thing.id], _side(places[thing.id], bool(columns)))
        for thing in ordered
    )
    used = {tie.relation for tie in merged}
    return Picture(origin, nodes, tuple(merged), {name: words[name] for name in sorted(used & set(words))})


def placed(
    origin: Origin,
    things: Iterable[tuple[Thing, int, int]],
    ties: Iterable[Tie],
    words: Mapping[str, Relation],
) -> Picture:
    """A picture of things that have their places already (pixels), in the order given, and measured."""
    listed, merged = list(things), list(ties)
    measured = measure(graph((thing for thing, _, _ in listed), merged))
    nodes = tuple(Node(thing, x, y, measured[thing.id]) for thing, x, y in listed)
    used = {tie.relation for tie in merged}
    return Picture(origin, nodes, tuple(merged), {name: words[name] for name in sorted(used & set(words))})


def groups(picture: Picture, *, least: int = 3, most: int = 12) -> list[int]:
    """The groups of at least so many nodes, largest first; none where it is small or in one piece."""
    sizes = Counter(node.measured.community for node in picture.nodes)
    found = [number for number in sorted(sizes) if sizes[number] >= least]
    return found[:most] if len(found) > 1 and len(picture.nodes) >= _PARTED else []


def group(picture: Picture, number: int) -> Picture | None:
    """One group by itself, its places and measures as in the whole picture; None where there is no such."""
    nodes = tuple(node for node in picture.nodes if node.measured.community == number)
    if not nodes:
        return None
    names = {node.thing.id for node in nodes}
    ties = tuple(tie for tie in picture.ties if {tie.source, tie.target} <= names)
    asked = with_parameter(picture.origin.query, "group", number)
    return replace(picture, origin=replace(picture.origin, query=asked), nodes=nodes, ties=ties)


def with_parameter(address: str, name: str, value: object) -> str:
    """The address with one parameter more; both are plain words."""
    return f"{address}{'&' if '?' in address else '?'}{name}={value}"


def _side(place: layout.Point, columned: bool) -> str:
    """Labels of columns stand on the outer side, where no tie is."""
    return ("left" if place[0] < 0 else "right") if columned else ""


def _in_columns(things: Iterable[Thing], kinds: tuple[str, ...]) -> list[list[str]]:
    made: list[list[str]] = [[] for _ in range(len(kinds) + 1)]
    for thing in things:
        made[kinds.index(thing.kind) if thing.kind in kinds else -1].append(thing.id)
    return [column for column in made if column]
