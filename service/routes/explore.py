"""The explorer: a neighbourhood that grows, as a picture and as tables, the whole state in its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import asof, language
from service.context import Context
from service.explorer import taking
from service.explorer.explaining import Explanation, Passage, explain
from service.explorer.neighbourhood import Neighbourhood, neighbourhood, walk, without_kinds
from service.explorer.neighbourhood import value as shown
from service.explorer.offering import choices, legend, starts
from service.explorer.sifting import connections
from service.explorer.since import since
from service.explorer.state import State, read, short
from service.explorer.ties import More, Relatives
from service.pages.finding import find
from service.pages.gone import Gone
from service.pages.response import frame, page
from service.routes.views import file_of
from service.verifying import status
from service.views.networks import FORMS
from visual import looks
from visual.network import kind_word
from visual.picture import LICENCE
from visual.relations import Relation, Thing, Tie
from visual.signs import sign
from visual.words import Language, word

_FOUND: Final = 8
_KEPT: Final = ("lang", "format", "release", "asOf")
"""Parameters of an address that stay when it moves."""
_MOST_PATHS: Final = 5
_SAID: Final = (
    "page", "edges", "selected-node", "explore.expand", "explore.collapse", "explore.explain",
    "explore.loading", "explore.failed", "explore.grown", "explore.results", "paths.from-here",
    "paths.to-here", "png-made",
)  # fmt: skip
"""What the page's script says, by key under `pictures`."""


@dataclass(frozen=True)
class _Drawn:
    """What a state shows, and the paths between its ends, best first."""

    found: Neighbourhood
    chains: tuple[tuple[Tie, ...], ...]


def router(context: Context) -> APIRouter:
    """`/explore?focus=…&expanded=…&explain=…~…&from=…&to=…`, with filters; `format=` gives a file."""
    routes = APIRouter()
    relatives = Relatives(lambda: context.graph)
    in_force = Relatives(lambda: asof.of(context.releases.current().graph))
    gone = Gone(context)

    async def explore(request: Request) -> Response:
        spoken = language.choose(request)

        def meant(text: str) -> str | None:
            matches = find(context.release, text, spoken, limit=_FOUND)
            return next((match.id for match in matches if match.kind in looks.LOOKS), None)

        asked, unknown, taken = await read(request.query_params, relatives.known, meant)
        if elsewhere := await gone.merged(asked.opened):
            kept = {name: value for name in _KEPT if (value := request.query_params.get(name))}
            address = asked.moved(elsewhere).address(**kept)
            return RedirectResponse(address, 301, {"Cache-Control": "no-cache"})
        drawn = await _draw(asked, relatives)
        things = {spot.thing.id: spot.thing for spot in drawn.found.spots}
        things |= await relatives.things([*(asked.explained or ()), *asked.opened, *taken.values()])
        if extension := request.query_params.get("format"):
            return await _file(asked, drawn, things, extension, spoken, relatives, context)
        told = await explain(relatives, context.graph, *asked.explained) if asked.explained else []
        text = request.query_params.get("q", "").strip()
        matches = find(context.release, text, spoken, limit=_FOUND) if text else []
        values = await _values(asked, drawn, things, told, relatives, context, spoken)
        changed = await since(context, asked.release, drawn.found, partial(_found, asked, in_force))
        return page(
            request,
            context,
            "explore.html",
            status=404 if unknown and not asked.opened else 200,
            **values,
            since=changed,
            unknown=unknown,
            taken=taken,
            text=text,
            wanted=(request.query_params.get("from", ""), request.query_params.get("to", "")),
            matches=matches,
            starts=[] if asked.opened else await starts(relatives),
            lasting=frame(request).root
            + asked.address(lang=spoken, release=context.release.digest[:12], **context.graph.parameters),
        )

    routes.add_route("/explore", explore, methods=["GET", "HEAD"], include_in_schema=False)
    return routes


async def _found(asked: State, relatives: Relatives) -> Neighbourhood:
    return (await _draw(asked, relatives)).found


async def _draw(asked: State, relatives: Relatives) -> _Drawn:
    chains: tuple[tuple[Tie, ...], ...] = ()
    if asked.ends:
        found = await connections(relatives, asked.ends, asked.sieve, limit=_MOST_PATHS)
        chains = tuple(map(tuple, found))
    start = asked.ends[0] if asked.ends else ""
    shown = await neighbourhood(relatives, asked.focus, asked.expanded, chains, start, asked.sieve)
    return _Drawn(shown, chains)


async def _file(
    asked: State,
    drawn: _Drawn,
    things: Mapping[str, Thing],
    extension: str,
    spoken: Language,
    relatives: Relatives,
    context: Context,
) -> Response:
    """The picture in a format, without the kinds that are hidden."""
    found = without_kinds(drawn.found, asked.sieve.hidden)
    made = await taking.picture(context.graph, relatives, asked, found, things)
    return await file_of(context.graph, made, extension, spoken, None)


async def _values(
    asked: State,
    drawn: _Drawn,
    things: Mapping[str, Thing],
    told: Sequence[Explanation],
    relatives: Relatives,
    context: Context,
    spoken: Language,
) -> Mapping[str, Any]:
    words = await relatives.words()
    found, opened = drawn.found, _opened(drawn, asked)
    data = shown(found, words)
    origin = await taking.origin(context.graph, asked, things)
    number = {spot.thing.id: spot.ties for spot in found.spots}
    for node in data["nodes"]:
        node["main"] = node["id"] in asked.focus or node["id"] in (asked.ends or ())
        node["ties"] = number[node["id"]]
        node["kind_label"] = kind_word(node["kind"], spoken)
    return {
        "state": asked,
        "found": found,
        "things": things,
        "words": words,
        "relation": lambda name: words.get(name) or Relation(name, name),
        "told": told,
        "lead": lambda explanation: _lead(explanation, things, words, spoken),
        "firmness": looks.firmness,
        "kinds": [(kind, kind_word(kind, spoken)) for kind in await legend(relatives, asked, found.kinds)],
        "kind_word": lambda kind: kind_word(kind, spoken),
        "sign": sign,
        "more": [_more(left, things, words, spoken) for left in found.more],
        "data": {**data, "language": spoken, "looks": outlines(), "tie_count": len(found.ties)},
        "drawn": {kind: kind_word(kind, spoken) for kind in looks.LOOKS},
        "said": {name: word(f"pictures.{name}", spoken) for name in _SAID},
        "short": short,
        "choices": await choices(relatives, opened, asked.sieve, words, spoken),
        "chains": await _chains(asked, drawn, relatives, context),
        "verdict": _statuses(context.settings.sources),
        "in_editor": taking.in_editor(taking.question(_shown_first(asked, drawn))) if found.spots else "",
        "titled": taking.title(asked, things, spoken),
        "citation": origin.citation(spoken),
        "date": origin.date,
        "forms": list(FORMS.values()),
        "licence": LICENCE,
    }


def _shown_first(asked: State, drawn: _Drawn) -> list[str]:
    """The things that a query on the picture is about."""
    passed = [end for chain in drawn.chains for tie in chain for end in (tie.source, tie.target)]
    return list(dict.fromkeys([*asked.opened, *passed]))


def _statuses(sources: Path | None) -> Any:
    """Says of a passage whether its digest holds in the copy of its source here; "" where there are none."""

    def of(passage: Passage) -> str:
        return status(passage, sources) if sources else ""

    return of


async def _chains(
    asked: State, drawn: _Drawn, relatives: Relatives, context: Context
) -> list[tuple[list[str], list[Explanation]]]:
    """Each path: the things that it passes, and what stands behind each of its steps."""
    if not asked.ends:
        return []
    told: dict[str, Explanation] = {}
    for tie in dict.fromkeys(tie for chain in drawn.chains for tie in chain):
        for explanation in await explain(relatives, context.graph, tie.source, tie.target):
            told[explanation.tie.id] = explanation
    return [
        (walk(chain, asked.ends[0]), [told[tie.id] for tie in chain if tie.id in told])
        for chain in drawn.chains
    ]


def _opened(drawn: _Drawn, asked: State) -> list[str]:
    """The things whose ties are looked at: those that are open, and those on paths."""
    opened = [spot.thing.id for spot in drawn.found.spots if spot.opened or spot.thing.id in asked.opened]
    opened += [end for chain in drawn.chains for tie in chain for end in (tie.source, tie.target)]
    return list(dict.fromkeys(opened))


def outlines() -> dict[str, dict[str, looks.Outline]]:
    """The outline of each kind, for the script that draws."""
    shapes = {kind: {"outline": look.outline} for kind, look in looks.LOOKS.items()}
    return {**shapes, "other": {"outline": looks.OTHER.outline}}


def _lead(
    explanation: Explanation, things: Mapping[str, Thing], words: Mapping[str, Relation], spoken: Language
) -> str:
    """One sentence that says what the tie means."""
    tie = explanation.tie
    a, b = things[tie.source].named(spoken), things[tie.target].named(spoken)
    try:
        return word(f"pictures.told.{tie.relation}", spoken, a=a, b=b)
    except KeyError:
        relation = (words.get(tie.relation) or Relation(tie.relation, tie.relation)).named(spoken)
        return word("pictures.told.other", spoken, a=a, b=b, relation=relation)


def _more(
    left: More, things: Mapping[str, Thing], words: Mapping[str, Relation], spoken: Language
) -> tuple[Thing, str]:
    """Of what, and how many by which relation, was not drawn."""
    relation = words.get(left.relation) or Relation(left.relation, left.relation)
    read = relation.named(spoken, backwards=left.backwards)
    return things[left.id], word("pictures.explore.more", spoken, n=left.count, relation=read)
