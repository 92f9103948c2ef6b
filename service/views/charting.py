"""The map of one day, ready to be shown: what it is shaded by, its places, its drawing and its legend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from pyoxigraph import NamedNode

from ontology.iri import mint
from ontology.namespaces import VOCABULARY
from service.explorer.names import describe
from service.graph import Graph, bind, query
from service.views.atlas import COUNTED, Place, Units, counted, indicators, reported, units
from visual import reading
from visual.addresses import local
from visual.atlas import Mapped, atlas, step, steps, swatch
from visual.provinces import MapMissingError, shapes
from visual.relations import Thing
from visual.words import Language, word

DEFAULT: Final = "meetings"


@dataclass(frozen=True)
class Charted:
    """The map of a day in one language.

    `by` is a key of `COUNTED` or an indicator's slug, with its words in `what`; `offered` are the indicators
    there are; `words` names units of measure and kinds of figures; `drawing` is None where the map's file is
    not installed; `legend` pairs a swatch with its range; `query` is what finds the numbers, in SPARQL.
    """

    by: str
    at: str
    what: str
    indicator: Thing | None
    offered: tuple[Thing, ...]
    places: tuple[Place, ...]
    words: Mapping[str, str]
    ranges: tuple[tuple[float, float], ...]
    drawing: Markup | None
    legend: tuple[tuple[Markup, str], ...]
    query: str

    @property
    def shown(self) -> list[Place]:
        """The places of which there is something to show."""
        return [place for place in self.places if place.number or place.figures]


async def charted(graph: Graph, by: str, at: str, spoken: Language) -> Charted:
    """The map of the day `at` (ISO), shaded `by`; by meetings where that names nothing."""
    known = await units(graph)
    offered = await indicators(graph)
    indicator = next((thing for thing in offered if thing.id.rpartition("/")[2] == by), None)
    if indicator:
        places = await reported(graph, known, indicator.id, at)
        asked = bind(query("map-figures"), {"indicator": NamedNode(indicator.id)})
    else:
        by = by if by in COUNTED else DEFAULT
        places = await counted(graph, known, by, at)
        classes, properties = ([NamedNode(VOCABULARY + name) for name in names] for names in COUNTED[by])
        asked = bind(query("map-events"), {"class": classes, "named": properties})
    used = {figure.unit for place in places for figure in place.figures if figure.unit}
    kinds = {mint("concept", figure.kind) for place in places for figure in place.figures}
    named = await describe(graph, [*used, *kinds])
    what = indicator.named(spoken) if indicator else word(f"pictures.map.by.{by}", spoken)
    ranges = steps(place.number for place in places if place.number)
    legend = [(swatch(at_step), _range(pair, spoken)) for at_step, pair in enumerate(ranges, 1)]
    legend.append((swatch(0), word("pictures.map.nothing", spoken)))
    return Charted(
        by,
        at,
        what,
        indicator,
        tuple(offered),
        tuple(places),
        {iri: thing.named(spoken) for iri, thing in named.items()},
        tuple(ranges),
        _drawing(places, known, at, ranges, what, spoken),
        tuple(legend),
        asked,
    )


def _drawing(
    places: Sequence[Place],
    known: Units,
    at: str,
    ranges: Sequence[tuple[float, float]],
    what: str,
    spoken: Language,
) -> Markup | None:
    """The map; None where its file is not installed."""
    try:
        drawn = shapes()
    except MapMissingError:
        return None
    by_unit: dict[str, list[str]] = {}
    for slug in dict.fromkeys(shape.slug for shape in drawn):
        by_unit.setdefault(known.became(mint("unit", slug), at), []).append(slug)
    mapped = []
    for place in places:
        brief = "" if place.number is None else _brief(place.number, spoken)
        said = number(place.number, spoken) if place.number else word("pictures.map.nothing", spoken)
        covered = tuple(by_unit.get(place.thing.id, ()))
        named = f"{place.thing.named(spoken)[:120]}: {said}"
        mapped.append(Mapped(covered, local(place.thing.id), named, step(place.number, ranges), brief))
    told = reading.date(at, "day", spoken)
    return atlas(mapped, drawn, spoken, word("pictures.map.label", spoken, what=what, date=told))


def _range(pair: tuple[float, float], spoken: Language) -> str:
    first, last = (number(value, spoken) for value in pair)
    return first if first == last else f"{first} – {last}"


def _brief(value: float, spoken: Language) -> str:
    """A number short enough for the map."""
    if value >= 1_000_000:
        return reading.number(f"{value / 1_000_000:.1f}", spoken) + (" tr" if spoken == "vi" else "M")
    return number(value, spoken) if value < 10_000 else f"{value / 1000:.0f}k"


def number(value: float, spoken: Language) -> str:
    """A number of the map in words."""
    return reading.number(f"{value:g}" if value < 1_000_000 else f"{value:.0f}", spoken)
