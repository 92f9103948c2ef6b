"""What a preview shows of a thing: its name, one line, and the facts by which it is told from others."""

from dataclasses import dataclass
from typing import Final

from loaders.search import Match
from service.graph import Graph
from service.reconciliation.asked import Wanted
from service.reconciliation.extension import values
from service.reconciliation.properties import Properties, name
from service.reconciliation.values import fetch
from visual import reading
from visual.words import Language

_SHOWN: Final = {
    "person": ("heldPost", "meeting"),
    "organization": ("partOf", "jurisdiction", "altLabel"),
    "unit": ("partOf", "validFrom", "validUntil", "before", "after"),
    "platform": ("operatedBy", "recommendedTo", "altLabel"),
    "programme": ("partOf", "area"),
    "document": ("number", "date", "issuedBy"),
    "post": ("organization",),
    "meeting": ("date", "place", "party"),
    "source": ("date", "publisher"),
    "change": ("date", "before", "after", "legalBasis"),
}
_MOST: Final = 4


@dataclass(frozen=True)
class Preview:
    """A thing in few words. `facts` are labels of properties with their values, in order."""

    iri: str
    title: str
    other: str
    kind: str
    description: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]


async def preview(match: Match, graph: Graph, properties: Properties, language: Language) -> Preview:
    """What to show of the thing found."""
    wanted = [found for id_ in _SHOWN.get(match.kind, ()) if (found := properties.find(id_))]
    known = await fetch(graph, [match.id], wanted)
    facts = []
    for property_ in wanted:
        written = values(known.of(match.id, property_), known, Wanted(property_.id), language)
        said = [_said(value, language) for value in written]
        if said:
            more = (f"+ {len(said) - _MOST}",) if len(said) > _MOST else ()
            facts.append((name(property_, language), (*said[:_MOST], *more)))
    titles = (match.label, match.label_en) if language == "vi" else (match.label_en, match.label)
    return Preview(match.id, titles[0], titles[1], match.kind, match.description, tuple(facts))


def _said(value: dict[str, object], language: Language) -> str:
    """A value of the API in words."""
    if "date" in value:
        return reading.date(str(value["date"])[:10], "day", language)
    return str(value.get("name") or next(iter(value.values())))
