"""The map and the timeline as sheets: what their files are written from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ontology.namespaces import VOCABULARY
from service.explorer.names import describe
from service.graph import Graph
from service.views.charting import Charted, charted
from service.views.chronicle import Entry, chronicle
from service.views.networks import NotSetUpError, data_date
from visual import sheet
from visual.picture import Origin, with_parameter
from visual.scale import sample, strip
from visual.sheet import Sheet
from visual.words import Language, word

MAP_CREDIT: Final = "@svg-maps/vietnam, Stephen Truong, CC BY 4.0"


@dataclass(frozen=True)
class Form:
    """A format of sheets: its extension, media type, and how it is written."""

    extension: str
    title: str
    media_type: str
    write: Callable[[Sheet, Language], bytes]


FORMS: Final = {
    form.extension: form
    for form in (
        Form("html", "HTML", "text/html; charset=utf-8", sheet.html),
        Form("svg", "SVG", "image/svg+xml", sheet.svg),
        Form("csv", "CSV", "text/csv; charset=utf-8", sheet.csv_rows),
    )
}
"""Every format of the map and the timeline by extension."""


async def map_sheet(graph: Graph, by: str, at: str, spoken: Language) -> Sheet:
    """The map of the day `at`, shaded `by`. Raises `NotSetUpError` where the map's file is not installed."""
    found = await charted(graph, by, at, spoken)
    if found.drawing is None:
        raise NotSetUpError(
            "the map is not installed: run `make serve`, or `npm ci` and `python -m visual.vendor`"
        )
    rows, events = [], []
    for place in found.shown:
        unit = [place.thing.id, place.thing.named(spoken), f"{place.number:g}" if place.number else ""]
        for event in place.events:
            events.append(event.id)
            rows.append((*unit, event.id, event.named(spoken), event.date, event.precision, "", ""))
        for figure in place.figures:
            events.append(figure.event.id)
            told = (figure.event.id, figure.event.named(spoken), figure.event.date, figure.event.precision)
            rows.append(
                (*unit, *told, f"{figure.text} {found.words.get(figure.unit, '')}".strip(), figure.kind)
            )
    names = (
        "map.unit",
        "map.unit",
        "map.number",
        "events",
        "events",
        "date",
        "precision",
        "map.figure",
        "kind",
    )
    return Sheet(
        await map_origin(graph, found),
        found.drawing,
        found.legend,
        ("unit", "unit_label", "number", "event", "event_label", "date", "date_precision", "figure", "kind"),
        _heads(names, spoken),
        tuple(rows),
        tuple(place.thing.id for place in found.places),
        tuple(dict.fromkeys(events)),
        f"{word('pictures.map.credit', spoken)} {MAP_CREDIT}. {word('pictures.map.altered', spoken)}",
    )


async def map_origin(graph: Graph, found: Charted) -> Origin:
    """Where the map comes from; its address is what was asked."""
    return await _origin(graph, "map", found.what, f"/views/map?by={found.by}&at={found.at}")


async def timeline(graph: Graph, since: str, until: str) -> list[Entry]:
    """What happened or is due between two days (ISO or "", inclusive); with neither also what is undated."""
    return [entry for entry in await chronicle(graph) if _within(entry, since, until)]


async def timeline_sheet(graph: Graph, since: str, until: str, spoken: Language) -> Sheet:
    """What happened or is due between two days (ISO or "", inclusive), with all that was said in meetings."""
    listed = await timeline(graph, since, until)
    kinds = await kind_words(graph, listed, spoken)
    rows = [_row(one, kinds, spoken) for entry in listed for one in (entry, *entry.acts)]
    days = days_of(listed)
    names = ("date", "precision", "due-day", "kind", "events", "events")
    return Sheet(
        await timeline_origin(graph, since, until),
        strip(days, word("pictures.timeline.strip", spoken, n=len(days))),
        (
            (sample(due=False), word("pictures.timeline.happened", spoken)),
            (sample(due=True), word("pictures.timeline.target", spoken)),
        ),
        ("date", "date_precision", "due", "class", "event", "event_label"),
        _heads(names, spoken),
        tuple(rows),
        (),
        tuple(dict.fromkeys(row[4] for row in rows)),
    )


async def timeline_origin(graph: Graph, since: str, until: str) -> Origin:
    """Where the timeline comes from; its address is what was asked."""
    asked = "&".join(f"{name}={day}" for name, day in (("since", since), ("until", until)) if day)
    return await _origin(graph, "timeline", "", f"/views/timeline{'?' * bool(asked)}{asked}")


async def kind_words(graph: Graph, listed: Iterable[Entry], spoken: Language) -> dict[str, str]:
    """The classes of entries and of what was said in them, by local name, in words."""
    kinds = sorted({one.kind for entry in listed for one in (entry, *entry.acts)})
    named = await describe(graph, (VOCABULARY + kind for kind in kinds))
    return {iri.removeprefix(VOCABULARY): thing.named(spoken) for iri, thing in named.items()}


def days_of(listed: Iterable[Entry]) -> list[tuple[str, bool]]:
    """The days of the entries that have one, with whether something is due then."""
    return [(entry.event.date, entry.due) for entry in listed if len(entry.event.date) == 10]


def _row(entry: Entry, kinds: dict[str, str], spoken: Language) -> tuple[str, ...]:
    event = entry.event
    due = word("pictures.timeline.due", spoken) if entry.due else ""
    return event.date, event.precision, due, kinds.get(entry.kind, entry.kind), event.id, event.named(spoken)


def _within(entry: Entry, since: str, until: str) -> bool:
    date = entry.event.date
    if not date:
        return not since and not until
    return (not since or date >= since) and (not until or date <= until)


def _heads(names: Iterable[str], spoken: Language) -> tuple[str, ...]:
    made, before = [], ""
    for name in names:
        # Of two columns of one name the first is the address, the second the label.
        made.append(
            "IRI" if name in ("map.unit", "events") and before != name else word(f"pictures.{name}", spoken)
        )
        before = name
    return tuple(made)


def _with(asked: str, parameters: Mapping[str, str]) -> str:
    """The address with what it needs so as to be answered from the same graph."""
    for name, value in parameters.items():
        asked = with_parameter(asked, name, value)
    return asked


async def _origin(graph: Graph, name: str, what: str, asked: str) -> Origin:
    titles = [
        word(f"pictures.{name}.title", language) + (f": {what}" if what else "") for language in ("vi", "en")
    ]
    return Origin(
        name=name,
        title=titles[0],
        title_en=titles[1],
        about=word(f"pictures.{name}.about", "vi"),
        about_en=word(f"pictures.{name}.about", "en"),
        query=_with(asked, graph.parameters),
        date=await data_date(graph),
        digest=graph.digest,
    )
