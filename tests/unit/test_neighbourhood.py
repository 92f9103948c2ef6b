"""What of many neighbours is drawn: filters act first, and what is left out is counted of what passes."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from ontology.iri import mint
from service.explorer.neighbourhood import Neighbourhood, neighbourhood
from service.explorer.sifting import Mark, Sieve, connections
from service.explorer.ties import MOST, Relatives, trimmed
from visual.relations import Event, Thing, Tie, graph

FOCUS = mint("unit", "focus")
PEOPLE = [mint("person", f"p{number:02}") for number in range(30)]
BODIES = [mint("organization", f"o{number:02}") for number in range(30)]
LATE = PEOPLE[-3:]
EVENTS = {one: mint("act", one.rpartition("/")[2]) for one in (*PEOPLE, *BODIES)}


class Told(Relatives):
    """Thirty people and thirty bodies asked things of a unit, the last three people in another source."""

    def __init__(self) -> None:
        self.listed = [Tie(one, FOCUS, "Request", (Event(EVENTS[one], "", ""),)) for one in EVENTS]

    async def ties(self, thing: str) -> list[Tie]:
        return [tie for tie in self.listed if thing in (tie.source, tie.target)]

    async def things(self, iris: Iterable[str]) -> dict[str, Thing]:
        return {name: Thing(name, name, "", name.split("/")[-2]) for name in iris}

    async def whole(self) -> Any:
        return graph((await self.things([FOCUS, *EVENTS])).values(), self.listed)

    async def once(self, key: tuple[str, ...], ask: Any) -> Any:
        if key[0] != "marks":
            return await ask()
        day = "2020-01-01"
        marks: Mapping[str, Mark] = {
            event: Mark(day, day, frozenset({"late" if one in LATE else "soon"}))
            for one, event in EVENTS.items()
        }
        return marks


def shown(sieve: Sieve) -> Neighbourhood:
    return asyncio.run(neighbourhood(Told(), [FOCUS], sieve=sieve))


def drawn(found: Neighbourhood) -> set[str]:
    return {spot.thing.id for spot in found.spots} - {FOCUS}


def left(found: Neighbourhood) -> int:
    return sum(more.count for more in found.more)


def test_a_filter_acts_before_the_cap() -> None:
    whole = shown(Sieve())
    assert len(drawn(whole)) == MOST
    assert left(whole) == len(EVENTS) - MOST
    assert not drawn(whole) & set(LATE), "the last three are beyond the cap"
    late = shown(Sieve(source="late"))
    assert drawn(late) == set(LATE)
    assert left(late) == 0
    soon = shown(Sieve(source="soon"))
    assert len(drawn(soon)) == MOST
    assert left(soon) == len(EVENTS) - len(LATE) - MOST


def test_sifting_moves_nothing_and_sets_the_rest_aside() -> None:
    places = {spot.thing.id: (spot.x, spot.y) for spot in shown(Sieve()).spots}
    soon = {spot.thing.id: (spot.x, spot.y) for spot in shown(Sieve(source="soon")).spots}
    assert soon == {name: places[name] for name in soon}
    late = {spot.thing.id: (spot.x, spot.y) for spot in shown(Sieve(source="late")).spots}
    assert late[FOCUS] == places[FOCUS]
    assert not set(late.values()) & (set(places.values()) - {places[FOCUS]})


def test_hidden_kinds_take_no_room_among_the_neighbours() -> None:
    found = shown(Sieve(hidden=("person",)))
    bodies = drawn(found) & set(BODIES)
    assert len(bodies) == MOST
    assert left(found) == len(BODIES) - MOST
    assert drawn(found) & set(PEOPLE), "those that stood there can be shown again at once"


def test_without_a_sieve_the_hidden_are_given_as_they_were() -> None:
    listed = asyncio.run(Told().ties(FOCUS))
    assert trimmed(FOCUS, listed).ties == trimmed(FOCUS, listed, ["platform"]).ties


def test_paths_run_over_what_passes_only() -> None:
    told = Told()
    told.listed.append(Tie(PEOPLE[0], LATE[0], "metWith", (Event(EVENTS[LATE[1]], "", ""),), line=True))
    ends = (PEOPLE[0], LATE[0])

    def found(sieve: Sieve) -> list[list[str]]:
        listed = asyncio.run(connections(told, ends, sieve, limit=5))
        return [[tie.relation for tie in path] for path in listed]

    assert found(Sieve()) == [["metWith"], ["Request", "Request"]]
    assert found(Sieve(source="late")) == [["metWith"]]
    assert found(Sieve(without=("metWith",))) == [["Request", "Request"]]
    assert found(Sieve(without=("metWith",), hidden=("unit",))) == []
    assert found(Sieve(since="2021-01-01")) == []
    assert found(Sieve(hidden=("person",))) == [["metWith"], ["Request", "Request"]], "ends stay"
