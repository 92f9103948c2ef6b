"""The picture of a neighbourhood that grows: focus things, what they are tied to, what was expanded since.

The same focus and expansions give the same picture, to the pixel; one more leaves every place as it is.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from service.explorer.sifting import Sieve, around
from service.explorer.ties import Around, More, Relatives
from visual import layout, looks
from visual.columns import columns
from visual.relations import Relation, Thing, Tie, in_words, merge

_OPEN: Final = Sieve()


@dataclass(frozen=True)
class Spot:
    """A thing in its place (pixels); `opened` where its neighbours are shown, `ties` how many it has here."""

    thing: Thing
    x: int
    y: int
    opened: bool
    ties: int


@dataclass(frozen=True)
class Neighbourhood:
    """What is shown, in order: things by kind and label, ties by their ends; and what was left out."""

    spots: tuple[Spot, ...]
    ties: tuple[Tie, ...]
    more: tuple[More, ...]

    @property
    def kinds(self) -> list[str]:
        """The kinds shown, in the order of legends."""
        return sorted({spot.thing.kind for spot in self.spots}, key=lambda kind: (looks.rank(kind), kind))

    def spot(self, iri: str) -> Spot | None:
        """The spot of a thing, or None where it is not shown."""
        return next((spot for spot in self.spots if spot.thing.id == iri), None)


async def neighbourhood(
    relatives: Relatives,
    focus: Sequence[str],
    expanded: Sequence[str] = (),
    chains: Sequence[Sequence[Tie]] = (),
    start: str = "",
    sieve: Sieve = _OPEN,
) -> Neighbourhood:
    """What `sieve` lets through of the neighbourhood of `focus`, each of `expanded` opened in turn.

    What is not shown by its turn is not opened. `chains` are paths from `start`, all to the same thing; they
    come first, from left to right. Sifting moves no node: places are those of the whole neighbourhood, and
    what only sifting brings in (of many neighbours others come first) is set beside them.
    """
    paths = merge(tie for chain in chains for tie in chain)
    asked = dict.fromkeys([*focus, *expanded])
    # The layout of what is open is remembered for the release; of paths also what they were sifted by.
    named = (*asked, "", *focus, "", start, *(tie.id for tie in paths), repr(sieve) if chains else "")
    grown = await relatives.once(
        ("layout", *named), lambda: _grow(relatives.around, asked, focus, paths, _chained(chains, start))
    )
    if sieve != _OPEN:
        sifted = partial(_sifted, relatives, sieve)
        grown = await _grow(sifted, asked, focus, paths, grown.places)
    shown = dict.fromkeys([*grown.opened, *(end for tie in grown.ties for end in (tie.source, tie.target))])
    things = await relatives.things(name for name in grown.places if name in shown)
    return _arranged(grown, things)


async def _sifted(relatives: Relatives, sieve: Sieve, thing: str) -> Around:
    return await around(relatives, thing, sieve)


@dataclass(frozen=True)
class _Grown:
    """A neighbourhood before it is put in order: places (of more than what is shown), ties, what is open."""

    places: dict[str, layout.Point]
    ties: list[Tie]
    more: list[More]
    opened: list[str]


async def _grow(
    look: Callable[[str], Awaitable[Around]],
    asked: Iterable[str],
    focus: Collection[str],
    paths: list[Tie],
    places: dict[str, layout.Point],
) -> _Grown:
    """Open each of `asked` that is in `focus` or shown by then; what has a place keeps it."""
    shown, more, opened = paths, list[More](), list[str]()
    for thing in asked:
        if thing not in focus and not any(thing in (tie.source, tie.target) for tie in shown):
            continue
        found = await look(thing)
        opened.append(thing)
        shown = merge([*shown, *found.ties])
        more += found.more
        ends = [end for tie in found.ties for end in (tie.source, tie.target)]
        nodes = list(dict.fromkeys([*places, thing, *sorted(ends, key=_by_kind)]))
        if len(nodes) > len(places):
            pairs = [(tie.source, tie.target) for tie in shown]
            if thing not in places:
                places = {**places, thing: layout.beside(places, len(nodes) - len(places))}
            places = layout.place(nodes, pairs, fixed=places)
    return _Grown(places, shown, more, opened)


def walk(chain: Sequence[Tie], start: str) -> list[str]:
    """The things that a path passes, from `start` on."""
    passed = [start]
    for tie in chain:
        passed.append(tie.target if tie.source == passed[-1] else tie.source)
    return passed


def _chained(chains: Sequence[Sequence[Tie]], start: str) -> dict[str, layout.Point]:
    """Places of the things on paths from `start`: those as many steps away in one column."""
    if not chains:
        return {}
    steps: dict[str, int] = {}
    for chain in chains:
        for step, name in enumerate(walk(chain, start)):
            steps.setdefault(name, step)
    last = walk(chains[0], start)[-1]
    steps[last] = max(steps.values()) + (list(steps.values()).count(max(steps.values())) > 1)
    listed = [[name for name in steps if steps[name] == step] for step in range(max(steps.values()) + 1)]
    pairs = [(tie.source, tie.target) for chain in chains for tie in chain]
    places = columns([column for column in listed if column], pairs)
    # Ties within a column would run through what stands between: every other node steps aside.
    aside: dict[str, layout.Point] = {}
    for column in listed:
        for number, name in enumerate(sorted(column, key=lambda name: places[name][1])):
            x, y = places[name]
            aside[name] = (
                (x + (number % 2 * 2 - 1) * layout.SPACING * 2 // 3, y) if len(column) > 1 else (x, y)
            )
    return aside


def _by_kind(iri: str) -> tuple[int, str]:
    """So that neighbours of one kind stand together."""
    kind = iri.rsplit("/", 2)[-2]
    return looks.rank(kind), iri


def _arranged(grown: _Grown, things: Mapping[str, Thing]) -> Neighbourhood:
    count = _counted(grown.ties)
    spots = sorted(
        (
            Spot(thing, *grown.places[name], name in grown.opened, count[name])
            for name, thing in things.items()
        ),
        key=lambda spot: (looks.rank(spot.thing.kind), spot.thing.label.casefold(), spot.thing.id),
    )
    number = {spot.thing.id: index for index, spot in enumerate(spots)}
    ties = sorted(grown.ties, key=lambda tie: (number[tie.source], number[tie.target], tie.relation))
    return Neighbourhood(tuple(spots), tuple(ties), tuple(grown.more))


def without_kinds(found: Neighbourhood, hidden: Collection[str]) -> Neighbourhood:
    """`found` without the things of these kinds and their ties: what a file of the picture holds."""
    gone = {spot.thing.id for spot in found.spots if spot.thing.kind in hidden}
    ties = tuple(tie for tie in found.ties if not {tie.source, tie.target} & gone)
    count = _counted(ties)
    spots = (replace(spot, ties=count[spot.thing.id]) for spot in found.spots if spot.thing.id not in gone)
    return Neighbourhood(tuple(spots), ties, found.more)


def _counted(ties: Iterable[Tie]) -> Counter[str]:
    """How many ties each thing has."""
    return Counter(end for tie in ties for end in (tie.source, tie.target))


def value(shown: Neighbourhood, words: Mapping[str, Relation]) -> dict[str, Any]:
    """The neighbourhood as plain values: the contract's `nodes` and `edges`, and `more`."""
    return {
        "nodes": [
            {
                "id": spot.thing.id,
                "label": spot.thing.label,
                "label_en": spot.thing.label_en,
                "kind": spot.thing.kind,
                "x": spot.x,
                "y": spot.y,
                "expanded": spot.opened,
            }
            for spot in shown.spots
        ],
        "edges": [tie_value(tie, words) for tie in shown.ties],
        "more": [
            {"id": left.id, "relation": left.relation, "backwards": left.backwards, "count": left.count}
            for left in shown.more
        ],
    }


def tie_value(tie: Tie, words: Mapping[str, Relation]) -> dict[str, Any]:
    """One tie as plain values; `events` is how many events it stands for, 0 for a recorded relation."""
    word = in_words(words, tie.relation)
    return {
        "id": tie.id,
        "source": tie.source,
        "target": tie.target,
        "relation": tie.relation,
        "events": len(tie.events),
        "line": tie.line,
        "label": word.label,
        "label_en": word.label_en,
        "inverse": word.named("vi", backwards=True),
        "inverse_en": word.named("en", backwards=True),
        "dashes": list(looks.dashes(tuple(event.quality for event in tie.events))),
    }
