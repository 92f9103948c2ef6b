"""What stands behind a tie: its events as recorded, each with the passages that it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import Literal, NamedNode

from service.explorer.names import dates, describe, kind, local_name, text
from service.explorer.ties import Relatives
from service.graph import Graph, Term, query
from visual import looks, reading
from visual.relations import Thing, Tie

FACTS: Final = (
    "speaker", "speakerCarriedOver", "onBehalfOf", "addressee", "party", "strength", "platform",
    "role", "agent", "alternativeTo", "sector", "measure", "purpose", "condition", "from", "due", "about",
    "programme", "document", "area", "indicator", "value", "valueUpTo", "unit", "kind",
    "approximation", "reportedBy", "reporterCarriedOver", "asRead", "mode", "place", "person", "post",
    "side", "before", "after", "legalBasis", "meeting", "note",
)  # fmt: skip
"""The properties that explain an event, in the order in which they are told."""


@dataclass(frozen=True)
class Told:
    """A value in both languages: a thing (with its IRI) or words, a date or a number (with "")."""

    id: str
    label: str
    label_en: str

    def named(self, language: str) -> str:
        """The words in `language`, or the other ones, or the IRI; days in them as a person reads them."""
        return _words(self, language)


@dataclass(frozen=True)
class Passage:
    """An evidence: where in which source, with the digest of the words; or the public document that says it.

    `start` (inclusive) and `end` (exclusive) are Unicode code points of the source's file; numbers are ""
    where a document is cited by `locator` instead.
    """

    id: str
    source: Told | None
    paragraph: str
    start: str
    end: str
    sha256: str
    document: Told | None
    locator: str
    consulted: str


@dataclass(frozen=True)
class Happening:
    """An event: what it is, when, what is recorded of it by property, and its passages.

    `rivals` are figures of the same thing at the same time that say otherwise: sources disagree.
    """

    id: str
    label: str
    label_en: str
    kind: str
    date: str
    precision: str
    facts: Mapping[str, tuple[Told, ...]]
    evidence: tuple[Passage, ...]
    rivals: tuple["Happening", ...] = ()

    def named(self, language: str) -> str:
        """The label in `language`, or the other one, or the IRI; days in it as a person reads them."""
        return _words(self, language)


@dataclass(frozen=True)
class Explanation:
    """A tie with what it stands for; `evidence` is of the relation itself where there is no event."""

    tie: Tie
    events: tuple[Happening, ...]
    evidence: tuple[Passage, ...] = ()


async def explain(relatives: Relatives, graph: Graph, one: str, other: str) -> list[Explanation]:
    """Every tie between two things with its events in order of date; empty where there is none."""
    found, vias = await relatives.between(one, other)
    events = list(dict.fromkeys(event.id for tie in found for event in tie.events))
    rivals = await _rivals(graph, events)
    others = [rival for listed in rivals.values() for rival in listed]
    parts = [part for listed in vias.values() for part in listed]
    bare = [tie.source for tie in found if not tie.events and tie.id not in vias]
    passages = await _passages(graph, [*events, *others, *parts, *bare])
    happenings = await _happenings(graph, list(dict.fromkeys([*events, *others])), passages)
    made = []
    for tie in found:
        behind = [
            replace(happenings[event.id], rivals=tuple(happenings[one] for one in rivals.get(event.id, ())))
            for event in tie.events
        ]
        own = vias.get(tie.id) or ([] if tie.events else [tie.source])
        evidence = _once(passage for part in own for passage in passages.get(part, ()))
        behind.sort(key=lambda event: (event.date or "9999", event.id))
        made.append(Explanation(tie, tuple(behind), evidence))
    return made


async def _rivals(graph: Graph, events: Sequence[str]) -> dict[str, list[str]]:
    """The figures that say otherwise, by the figure that they contradict."""
    figures = [NamedNode(event) for event in events if kind(event) == "observation"]
    found: dict[str, list[str]] = {}
    if figures:
        for row in await graph.select(query("event-rivals"), event=figures):
            found.setdefault(text(row["event"]), []).append(text(row["rival"]))
    return found


async def _happenings(
    graph: Graph, events: Sequence[str], passages: Mapping[str, list[Passage]]
) -> dict[str, Happening]:
    if not events:
        return {}
    nodes = [NamedNode(event) for event in events]
    facts: dict[str, dict[str, list[tuple[Term, str, str]]]] = {event: {} for event in events}
    for row in await graph.select(query("event-facts"), event=nodes):
        label = row.get("label")
        words = (label.value, label.language or "") if isinstance(label, Literal) else ("", "")
        held = facts[text(row["event"])].setdefault(local_name(text(row["property"])), [])
        held.append((row["value"], *words))
    days = await dates(graph, events)
    return {
        event: _happening(event, facts[event], days.get(event, ("", "day")), passages.get(event, []))
        for event in events
    }


def _happening(
    event: str,
    facts: Mapping[str, list[tuple[Term, str, str]]],
    date: tuple[str, str],
    passages: Iterable[Passage],
) -> Happening:
    told = {name: _told(facts[name]) for name in FACTS if name in facts}
    names = _told(facts.get("label", []))
    label, label_en = (names[0].label, names[0].label_en) if names else ("", "")
    return Happening(event, label, label_en, kind(event), *date, told, _once(passages))


def _told(values: Iterable[tuple[Term, str, str]]) -> tuple[Told, ...]:
    """Values with their labels put together: things one each, words of two languages as one value."""
    things: dict[str, dict[str, str]] = {}
    words: dict[str, str] = {}
    plain: list[Told] = []
    for value, label, language in values:
        if isinstance(value, NamedNode):
            things.setdefault(value.value, {})[language] = label
        elif isinstance(value, Literal) and value.language:
            words[value.language] = value.value
        elif isinstance(value, Literal):
            plain.append(Told("", value.value, value.value))
    made = [Told(name, found.get("vi", ""), found.get("en", "")) for name, found in things.items()]
    made.sort(key=lambda told: (looks.rank(kind(told.id)), told.label.casefold(), told.id))
    if words:
        made.append(Told("", words.get("vi", ""), words.get("en", "")))
    return (*made, *plain)


async def _passages(graph: Graph, statements: Sequence[str]) -> dict[str, list[Passage]]:
    if not statements:
        return {}
    nodes = [NamedNode(name) for name in dict.fromkeys(statements)]
    rows = await graph.select(query("event-evidence"), statement=nodes)
    named = [text(row[name]) for row in rows for name in ("source", "document") if name in row]
    things = await describe(graph, named)
    found: dict[str, list[Passage]] = {}
    for row in rows:
        found.setdefault(text(row["statement"]), []).append(_passage(row, things))
    return found


def _passage(row: Mapping[str, Term], things: Mapping[str, Thing]) -> Passage:
    def plain(name: str) -> str:
        return text(row[name]) if name in row else ""

    def thing(name: str) -> Told | None:
        if name not in row:
            return None
        found = things[text(row[name])]
        return Told(found.id, found.label, found.label_en)

    return Passage(
        plain("evidence"),
        thing("source"),
        plain("paragraph"),
        plain("start"),
        plain("end"),
        plain("sha256"),
        thing("document"),
        plain("locator"),
        plain("consulted"),
    )


def _once(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    return tuple({passage.id: passage for passage in passages}.values())


def _words(of: Told | Happening, language: str) -> str:
    """The label of a value or event in `language`, as `Event.named` gives it."""
    first, second = (of.label, of.label_en) if language == "vi" else (of.label_en, of.label)
    return reading.days(first or second, "vi" if language == "vi" else "en") or of.id
