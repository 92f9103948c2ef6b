"""The views: ready questions about relations, each answered by a picture that has its equal in text."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from ontology.iri import mint
from service.explorer.names import dates, describe, text, words
from service.explorer.ties import Row, ties
from service.graph import Graph, query
from visual import exports, reading
from visual.network import LibraryMissingError, offline
from visual.picture import Origin, Picture, compose
from visual.relations import Event, Thing, Tie
from visual.svg import svg
from visual.words import Language, word


@dataclass(frozen=True)
class View:
    """A view: its name in addresses, and the kinds of its columns where it is drawn in columns."""

    name: str
    columns: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The text of the query that finds its ties."""
        return query(f"view-{self.name}")


VIEWS: Final = {
    view.name: view
    for view in (
        View("meetings"),
        View("recommendations", ("platform",)),
        View("participation"),
        View("commitments"),
        View("uses", ("platform",)),
        View("programmes", ("programme",)),
        View("posts", ("person", "post")),
    )
}
"""Every view by name, in the order of the index."""


class ViewError(Exception):
    """A view that cannot be drawn; the message says why and what to do."""


class UnknownViewError(ViewError):
    """There is no view of that name; the message lists those there are."""


class UnknownFormatError(ViewError):
    """No picture is written in that format; the message lists those there are."""


class NotSetUpError(ViewError):
    """What the format needs is not installed; the message says what to run."""


@dataclass(frozen=True)
class Form:
    """A format of pictures: its extension, media type, and how it is written."""

    extension: str
    title: str
    media_type: str
    write: Callable[[Picture, Language], bytes]


def _html(picture: Picture, language: Language) -> bytes:
    return offline(picture, language).encode()


FORMS: Final = {
    form.extension: form
    for form in (
        Form("html", "HTML", "text/html; charset=utf-8", _html),
        Form("svg", "SVG", "image/svg+xml", svg),
        Form("graphml", "GraphML", "application/graphml+xml", exports.graphml),
        Form("gexf", "GEXF", "application/gexf+xml", exports.gexf),
        Form("csv", "CSV", "text/csv; charset=utf-8", exports.csv_rows),
        Form("json", "JSON", "application/json", exports.json),
    )
}
"""Every format by extension, in the order in which pages offer them."""


async def view(graph: Graph, name: str) -> Picture:
    """The picture of the view `name`. Raises `UnknownViewError`, and what the graph raises."""
    if name not in VIEWS:
        raise UnknownViewError(f"there is no view {name!r}: the views are {', '.join(VIEWS)}")
    chosen = VIEWS[name]
    rows = await graph.select(chosen.query)
    found = ties(rows)
    told = await events_told(graph, found, rows)
    found = [replace(tie, events=tuple(told[event.id] for event in tie.events)) for tie in found]
    things = await describe(graph, (end for tie in found for end in (tie.source, tie.target)))
    origin = Origin(
        name=name,
        title=word(f"pictures.view.{name}.title", "vi"),
        title_en=word(f"pictures.view.{name}.title", "en"),
        about=word(f"pictures.view.{name}.about", "vi"),
        about_en=word(f"pictures.view.{name}.about", "en"),
        query=f"/views/{name}" + (f"?{urlencode(graph.parameters)}" if graph.parameters else ""),
        date=await data_date(graph),
        digest=graph.digest,
    )
    return compose(origin, things.values(), found, await words(graph), columns=chosen.columns)


def written(picture: Picture, extension: str, language: Language) -> bytes:
    """The bytes of the picture in a format. Raises `UnknownFormatError` and `NotSetUpError`."""
    form = FORMS.get(extension.lower())
    if form is None:
        listed = ", ".join(f".{name}" for name in FORMS)
        raise UnknownFormatError(
            f"no picture is written as {extension or 'a file without suffix'!r}: use {listed}"
        )
    try:
        return form.write(picture, language)
    except LibraryMissingError as error:
        raise NotSetUpError(str(error)) from error


async def data_date(graph: Graph) -> str:
    """The last day that a source of the data is of (ISO), or "" where none is dated."""
    rows = await graph.select(query("picture-date"))
    return text(rows[0]["date"]) if rows and "date" in rows[0] else ""


async def events_told(graph: Graph, found: Iterable[Tie], rows: Iterable[Row] = ()) -> Mapping[str, Event]:
    """Each event with labels, date and a remark: strength, and what the rows say (who spoke, by when)."""
    qualities = {event.id: event.quality for tie in found for event in tie.events}
    names = list(qualities)
    strengths = {name: (mint("concept", quality),) for name, quality in qualities.items() if quality}
    remarks = {name: _Remark(strengths.get(name, ())) for name in names} | _remarks(rows)
    things = await describe(graph, [*names, *(iri for parts in remarks.values() for iri in parts.things)])
    days = await dates(graph, names)
    return {
        name: Event(
            id=name,
            label=things[name].label,
            label_en=things[name].label_en,
            date=days.get(name, ("", ""))[0],
            precision=days.get(name, ("", "day"))[1],
            remark=_remark(remarks[name], things, "vi"),
            remark_en=_remark(remarks[name], things, "en"),
            quality=quality,
        )
        for name, quality in qualities.items()
    }


@dataclass(frozen=True)
class _Remark:
    """What a view's rows say of an event beside its ends: things (strength, speaker) and a due date."""

    things: tuple[str, ...] = ()
    due: str = ""
    precision: str = "day"


def _remarks(rows: Iterable[Row]) -> dict[str, _Remark]:
    found: dict[str, _Remark] = {}
    for row in rows:
        if "event" not in row:
            continue
        event = text(row["event"])
        held = found.get(event, _Remark())
        new = [text(row[name]) for name in ("quality", "by") if name in row]
        found[event] = _Remark(
            tuple(dict.fromkeys([*held.things, *new])),
            text(row["due"]) if "due" in row else held.due,
            text(row["precision"]) if "precision" in row else held.precision,
        )
    return found


def _remark(remark: _Remark, things: Mapping[str, Thing], language: Language) -> str:
    parts = [things[iri].named(language) for iri in remark.things]
    if remark.due:
        told = reading.date(remark.due, remark.precision, language)
        parts.append(word("pictures.due", language, date=told))
    return " · ".join(parts)
