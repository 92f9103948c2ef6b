"""Provinces on the map: which there were on a day, and what the record counts or reports of each.

Statements keep the unit as it then was. A unit of 2025 shows the count of its own and of those that it was
made of, along the record's change events; figures of an indicator are never added up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ontology.namespaces import VOCABULARY
from service.explorer.names import dates, describe, local_name, text
from service.graph import Graph, query
from visual.relations import Event, Thing

COUNTED: Final = {
    "meetings": (("Meeting",), ("party", "place")),
    "recommendations": (("Recommendation",), ("addressee",)),
    "commitments": (("Commitment",), ("speaker", "onBehalfOf", "addressee")),
    "statements": (
        ("Recommendation", "Request", "Commitment", "Agreement", "PlatformStatement", "Observation", "Claim"),
        ("speaker", "onBehalfOf", "addressee", "party", "area", "about", "agent", "reportedBy"),
    ),
}
"""What can be counted: the classes of events, and the properties that place one of them."""

CHANGED: Final = "2025-07-01"
"""The day on which the 63 provinces became 34."""


@dataclass(frozen=True)
class Units:
    """Every province there has been: the days between which each stood (ISO, or ""), and what became what."""

    spans: Mapping[str, tuple[str, str]]
    changes: tuple[tuple[str, str, str], ...]

    def on(self, day: str) -> list[str]:
        """The units that there were on `day`."""
        return [
            unit
            for unit, (first, last) in self.spans.items()
            if (not first or first <= day) and (not last or day <= last)
        ]

    def became(self, unit: str, day: str) -> str:
        """What `unit` had become by `day`, along the change events."""
        seen = {unit}
        while step := next((a for b, a, when in self.changes if b == unit and when <= day), ""):
            if step in seen:
                break
            seen.add(step)
            unit = step
        return unit

    def made_of(self, unit: str) -> list[str]:
        """The units that `unit` was made of, all the way back."""
        found: list[str] = []
        waiting = [unit]
        while waiting:
            before = [b for b, a, _ in self.changes if a == waiting[0] and b not in found and b != unit]
            found += before
            waiting = waiting[1:] + before
        return found


@dataclass(frozen=True)
class Figure:
    """A reported value with its unit and kind (slugs), and the observation as an event."""

    value: float
    text: str
    unit: str
    kind: str
    event: Event


@dataclass(frozen=True)
class Place:
    """A province on the map.

    `number` is what it is coloured by, None where the record has nothing; `events` or `figures` are what that
    rests on; `parts` are the units it was made of, with what of it they have.
    """

    thing: Thing
    number: float | None
    events: tuple[Event, ...]
    figures: tuple[Figure, ...]
    parts: tuple[Thing, ...]


async def units(graph: Graph) -> Units:
    """The provinces through time."""
    spans: dict[str, tuple[str, str]] = {}
    changes: dict[tuple[str, str, str], None] = {}
    for row in await graph.select(query("map-units")):
        told = {name: text(term) for name, term in row.items()}
        spans[told["unit"]] = (told.get("from", ""), told.get("until", ""))
        if "after" in told:
            changes[told["unit"], told["after"], told["day"]] = None
    return Units(spans, tuple(sorted(changes)))


async def indicators(graph: Graph) -> list[Thing]:
    """Indicators of which there are figures on more than one province, those on most first."""
    rows = await graph.select(query("map-indicators"))
    return list((await describe(graph, (text(row["indicator"]) for row in rows))).values())


async def counted(graph: Graph, known: Units, by: str, day: str) -> list[Place]:
    """Each province of `day` with the events of `by` (a key of `COUNTED`), most first, then by name."""
    classes, properties = COUNTED[by]
    rows = await graph.select(query("map-events"), **{"class": _terms(classes), "named": _terms(properties)})
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(text(row["unit"]), {})[text(row["event"])] = None
    events = await _events(graph, (event for listed in found.values() for event in listed))
    made = []
    things = await describe(graph, known.spans)
    for unit in known.on(day):
        parts = known.made_of(unit)
        names = dict.fromkeys(event for one in (unit, *parts) for event in found.get(one, ()))
        listed = sorted((events[name] for name in names), key=lambda event: (event.date or "9999", event.id))
        held = tuple(things[part] for part in parts)
        made.append(Place(things[unit], len(listed) or None, tuple(listed), (), held))
    return _ordered(made)


async def reported(graph: Graph, known: Units, indicator: str, day: str) -> list[Place]:
    """Each province of `day` with its own figures of `indicator`, highest first; its number is the latest
    measured one, or the latest of any kind. Those of the units it was made of are listed, not added."""
    rows = await graph.select(query("map-figures"), indicator=NamedNode(indicator))
    events = await _events(graph, (text(row["event"]) for row in rows))
    found: dict[str, list[Figure]] = {}
    for row in rows:
        event = events[text(row["event"])]
        unit = text(row["in"]) if "in" in row else ""
        value = text(row["value"])
        figure = Figure(float(value), value, unit, local_name(text(row["kind"])), event)
        found.setdefault(text(row["unit"]), []).append(figure)
    things = await describe(graph, known.spans)
    made = []
    for name in known.on(day):
        parts = known.made_of(name)
        own = sorted(
            found.get(name, ()), key=lambda figure: (figure.kind != "kind-measured", figure.event.date)
        )
        measured = [figure for figure in own if figure.kind == "kind-measured"] or own
        listed = (*own, *(figure for part in parts for figure in found.get(part, ())))
        held = tuple(things[part] for part in parts)
        made.append(Place(things[name], measured[-1].value if measured else None, (), listed, held))
    return _ordered(made)


def _ordered(places: Iterable[Place]) -> list[Place]:
    return sorted(
        places,
        key=lambda place: (-(place.number or 0), not place.figures, place.thing.label.partition(" ")[2]),
    )


async def _events(graph: Graph, names: Iterable[str]) -> dict[str, Event]:
    listed = list(dict.fromkeys(names))
    things = await describe(graph, listed)
    days = await dates(graph, listed)
    return {
        name: Event(name, thing.label, thing.label_en, *days.get(name, ("", "day")))
        for name, thing in things.items()
    }


def _terms(names: Iterable[str]) -> list[NamedNode]:
    return [NamedNode(VOCABULARY + name) for name in names]
