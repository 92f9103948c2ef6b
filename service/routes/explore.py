"""The explorer: a neighbourhood that grows, as a picture and as tables, the whole state in its address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ontology.iri import IriError, mint, parse
from service import language
from service.context import Context
from service.explaining import Explanation, explain
from service.neighbourhood import Neighbourhood, neighbourhood
from service.neighbourhood import value as shown
from service.pages.finding import find
from service.pages.response import page
from service.ties import More, Relatives
from visual import looks
from visual.network import kind_word
from visual.relations import Relation, Thing
from visual.signs import sign
from visual.words import Language, word

_MOST_OPEN: Final = 60
_SUGGESTED: Final = ("person", "platform", "unit", "meeting")
_SUGGESTED_EACH: Final = 5
_FOUND: Final = 8
_SAID: Final = (
    "page", "edges", "selected-node", "explore.expand", "explore.collapse", "explore.explain",
    "explore.loading", "explore.failed", "explore.grown", "explore.results",
)  # fmt: skip
"""What the page's script says, by key under `pictures`."""


@dataclass(frozen=True)
class State:
    """What is explored: focus things and what was expanded since (IRIs, in order), and the tie to explain.

    In addresses a thing is its full IRI or, shorter, `kind/slug`.
    """

    focus: tuple[str, ...] = ()
    expanded: tuple[str, ...] = ()
    explained: tuple[str, str] | None = None

    def address(self, *, explained: tuple[str, str] | None = None) -> str:
        """The address of this state, with the tie between two things explained where `explained`."""
        pairs = [("focus", short(iri)) for iri in self.focus]
        pairs += [("expanded", short(iri)) for iri in self.expanded]
        if explained:
            pairs.append(("explain", "~".join(short(iri) for iri in explained)))
        return "/explore" + (f"?{urlencode(pairs, safe='/~')}" if pairs else "")

    def adding(self, iri: str) -> str:
        """The address with `iri` in focus too."""
        return State((*(one for one in self.focus if one != iri), iri), self.expanded).address()

    def expanding(self, iri: str) -> str:
        """The address with `iri` expanded too."""
        return State(self.focus, (*(one for one in self.expanded if one != iri), iri)).address()

    def closing(self, iri: str) -> str:
        """The address without `iri` in focus or expanded."""
        focus = tuple(one for one in self.focus if one != iri)
        return State(focus, tuple(one for one in self.expanded if one != iri)).address()

    def explaining(self, one: str, other: str) -> str:
        """The address that explains the tie between two things."""
        return self.address(explained=(one, other))


def router(context: Context) -> APIRouter:
    """`/explore?focus=…&expanded=…&explain=…~…`."""
    routes = APIRouter()
    relatives = Relatives(lambda: context.graph)

    async def explore(request: Request) -> Response:
        asked, unknown = await _state(request, relatives)
        spoken = language.choose(request)
        found = await neighbourhood(relatives, asked.focus, asked.expanded)
        told = await _told(asked, relatives, context) if asked.explained else []
        text = request.query_params.get("q", "").strip()
        matches = find(context.release, text, spoken, limit=_FOUND) if text else []
        return page(
            request,
            context,
            "explore.html",
            status=404 if unknown and not asked.focus else 200,
            **await _values(asked, found, told, relatives, spoken),
            unknown=unknown,
            text=text,
            matches=matches,
            starts=await _starts(relatives) if not asked.focus else [],
        )

    routes.add_route("/explore", explore, methods=["GET", "HEAD"], include_in_schema=False)
    return routes


def short(iri: str) -> str:
    """`kind/slug` of a thing."""
    return parse(iri).path


def full(value: str) -> str:
    """The IRI that `value` names in full or as `kind/slug`. Raises `IriError`."""
    if "://" in value:
        return parse(value).iri
    kind, _, slug = value.partition("/")
    return mint(kind, slug)


async def _state(request: Request, relatives: Relatives) -> tuple[State, list[str]]:
    """What the address asks for, and those of its names of which nothing is known."""
    unknown: list[str] = []

    async def named(values: Iterable[str]) -> tuple[str, ...]:
        kept: list[str] = []
        for value in values:
            try:
                iri = full(value)
            except IriError:
                unknown.append(value)
                continue
            if await relatives.known(iri):
                kept.append(iri)
            else:
                unknown.append(value)
        return tuple(dict.fromkeys(kept))

    focus = (await named(request.query_params.getlist("focus")))[:_MOST_OPEN]
    expanded = (await named(request.query_params.getlist("expanded")))[: _MOST_OPEN - len(focus)]
    ends = await named(request.query_params.get("explain", "~").split("~", 1))
    unknown = [value for value in unknown if value]
    return State(focus, expanded, (ends[0], ends[1]) if len(ends) == 2 else None), unknown


async def _told(asked: State, relatives: Relatives, context: Context) -> list[Explanation]:
    one, other = asked.explained or ("", "")
    return await explain(relatives, context.graph, one, other)


async def _values(
    asked: State, found: Neighbourhood, told: Sequence[Explanation], relatives: Relatives, spoken: Language
) -> Mapping[str, Any]:
    words = await relatives.words()
    things = {spot.thing.id: spot.thing for spot in found.spots}
    things |= await relatives.things(asked.explained or ())
    data = shown(found, words)
    for node in data["nodes"]:
        node["main"] = node["id"] in asked.focus
        node["ties"] = next(spot.ties for spot in found.spots if spot.thing.id == node["id"])
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
        "kinds": [(kind, kind_word(kind, spoken)) for kind in found.kinds],
        "kind_word": lambda kind: kind_word(kind, spoken),
        "sign": sign,
        "more": [_more(left, things, words, spoken) for left in found.more],
        "data": {**data, "language": spoken, "looks": outlines(), "tie_count": len(found.ties)},
        "drawn": {kind: kind_word(kind, spoken) for kind in looks.LOOKS},
        "said": {name: word(f"pictures.{name}", spoken) for name in _SAID},
        "short": short,
    }


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


async def _starts(relatives: Relatives) -> list[tuple[str, list[tuple[Thing, int]]]]:
    """By kind, the things that are tied to most others."""
    relations = await relatives.whole()
    found = []
    for kind in _SUGGESTED:
        listed = [
            (data["thing"], len(set(relations.successors(name)) | set(relations.predecessors(name))))
            for name, data in relations.nodes(data=True)
            if data["thing"].kind == kind
        ]
        listed.sort(key=lambda entry: (-entry[1], entry[0].label, entry[0].id))
        if listed:
            found.append((kind, listed[:_SUGGESTED_EACH]))
    return found
