"""What readers take away: the picture that the explorer shows, as a value that formats are written from."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from service.explorer.neighbourhood import Neighbourhood
from service.explorer.state import State
from service.explorer.ties import Relatives
from service.graph import Graph, bind, query
from service.views.networks import data_date, events_told
from visual.picture import Origin, Picture, placed
from visual.relations import Thing
from visual.words import Language, word


async def picture(
    graph: Graph, relatives: Relatives, state: State, found: Neighbourhood, things: Mapping[str, Thing]
) -> Picture:
    """What the explorer shows in `state` as a picture, with its address as what was asked."""
    told = await events_told(graph, found.ties)
    ties = [replace(tie, events=tuple(told[event.id] for event in tie.events)) for tie in found.ties]
    spots = ((spot.thing, spot.x, spot.y) for spot in found.spots)
    return placed(await origin(graph, state, things), spots, ties, await relatives.words())


async def origin(graph: Graph, state: State, things: Mapping[str, Thing]) -> Origin:
    """Where what the explorer shows in `state` comes from; the address is what was asked."""
    return Origin(
        name="explore",
        title=title(state, things, "vi"),
        title_en=title(state, things, "en"),
        about=word("pictures.explore.about", "vi"),
        about_en=word("pictures.explore.about", "en"),
        query=state.address(**graph.parameters),
        date=await data_date(graph),
        digest=graph.digest,
    )


def title(state: State, things: Mapping[str, Thing], language: Language) -> str:
    """What a picture in `state` is called."""
    if state.ends:
        one, other = (things[iri].named(language)[:120] for iri in state.ends)
        return word("pictures.paths.between", language, a=one, b=other)
    names = [things[iri].named(language)[:120] for iri in state.focus]
    return ", ".join(names) or word("pictures.explore.title", language)


def in_editor(text: str) -> str:
    """The address of the SPARQL page with this query."""
    return "/sparql?" + urlencode({"query": text})


def question(things: Iterable[str]) -> str:
    """The query that asks in SPARQL what these things are tied to."""
    return bind(query("picture-open"), {"thing": [NamedNode(name) for name in things]})
