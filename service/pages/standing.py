"""Whether units stood on the day that a page is as of, and what a page says where they did not."""

from collections.abc import Collection, Mapping
from typing import Final, Literal

from pyoxigraph import Literal as Value
from pyoxigraph import NamedNode

from service.asof import Attested
from service.graph import Graph, Term, query
from service.pages.describing import named
from visual import reading
from visual.addresses import local
from visual.article import Cell, Link, Piece, Text
from visual.description import kind_of
from visual.words import Language, word

Standing = Literal["not-yet", "no-longer"]
_SPACE: Final = Text(" ")


async def standing(graph: Graph, units: Collection[str], day: str) -> dict[str, tuple[Standing, str]]:
    """The units that did not stand on `day` (ISO): whether not yet or no longer, and since or until when."""
    found = [NamedNode(iri) for iri in units if kind_of(iri) == "unit"]
    rows = await graph.select(query("unit-validity"), unit=found) if found else []
    told: dict[str, tuple[Standing, str]] = {}
    for row in rows:
        first, last = _day(row, "from"), _day(row, "until")
        if first > day:
            told[_iri(row["unit"])] = ("not-yet", first)
        elif last and last < day:
            told[_iri(row["unit"])] = ("no-longer", last)
    return told


async def notices(graph: Attested, iri: str, attested: bool, language: Language) -> list[Cell]:
    """What the page of a thing says first of the day that it is as of.

    A unit that did not stand names those that did; where nothing is `attested`, it says since when.
    """
    told = await _unit(graph, iri, language) if kind_of(iri) == "unit" else []
    if attested:
        return told
    said = [word("asof.nothing", language)]
    first = graph.whole.attested.get(iri, "")
    if first > graph.day:
        said.append(word("asof.first", language, day=reading.date(first, "day", language)))
    earliest = await graph.whole.select(query("first-source"))
    if earliest and (day := _day(earliest[0], "date")) > graph.day:
        said.append(word("asof.earliest", language, day=reading.date(day, "day", language)))
    return [*told, (Text(" ".join(said)),)]


async def _unit(graph: Attested, iri: str, language: Language) -> list[Cell]:
    told = (await standing(graph.whole, [iri], graph.day)).get(iri)
    if told is None:
        return []
    state, day = told
    pieces: list[Piece] = [Text(word(f"asof.{state}", language, day=reading.date(day, "day", language)))]
    kin = await graph.whole.select(query("unit-kin"), unit=NamedNode(iri))
    then = [_iri(row["other"]) for row in kin if _stood(row, graph.day)]
    if then:
        of = await named(graph.whole, then)
        links = sorted(
            (Link(of.label(other, language), local(other)) for other in then), key=lambda link: link.text
        )
        pieces += [_SPACE, Text(word("asof.then", language)), _SPACE]
        for number, link in enumerate(links):
            pieces += [Text(", "), link] if number else [link]
    return [tuple(pieces)]


def _stood(row: Mapping[str, Term], day: str) -> bool:
    first, last = _day(row, "from"), _day(row, "until")
    return first <= day and (not last or last >= day)


def _day(row: Mapping[str, Term], name: str) -> str:
    term = row.get(name)
    return term.value if isinstance(term, Value) else ""


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else ""
