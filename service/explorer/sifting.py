"""What is let through: ties sifted by relation, source, sector, strength and time, before any is left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from service.explorer.names import kind, local_name, text
from service.explorer.ties import Around, Relatives, trimmed
from service.graph import Graph, batches, query
from visual.paths import paths
from visual.relations import Tie


@dataclass(frozen=True)
class Mark:
    """What an event can be sifted by: its first and last possible day (ISO, or ""), and slugs."""

    first: str = ""
    last: str = ""
    sources: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    strengths: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sieve:
    """What a reader wants to see; the empty one lets everything through.

    `hidden` are kinds, `without` relations; `source`, `sector` and `strength` are slugs, of the last two
    without what all their kind begin with; `since` and `until` ISO days, both inclusive; `dated` leaves out
    what carries no day.
    """

    hidden: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    source: str = ""
    sector: str = ""
    strength: str = ""
    since: str = ""
    until: str = ""
    dated: bool = False

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The sieve as parameters of an address."""
        made = [("hide", name) for name in self.hidden] + [("without", name) for name in self.without]
        for name in ("source", "sector", "strength", "since", "until"):
            if value := getattr(self, name):
                made.append((name, value))
        return [*made, ("undated", "no")] if self.dated else made

    @property
    def sifts(self) -> bool:
        """Whether ties are left out, beside those of hidden kinds."""
        return self != Sieve(hidden=self.hidden)

    def passes(self, mark: Mark) -> bool:
        """Whether an event of this mark is shown. One known by month or year passes where it may fit."""
        for wanted, held in (
            (self.source, mark.sources),
            (self.sector, mark.sectors),
            (self.strength, mark.strengths),
        ):
            if wanted and wanted not in held:
                return False
        if not mark.first:
            return not self.dated
        return (not self.since or mark.last >= self.since) and (not self.until or mark.first <= self.until)


def marked(tie: Tie) -> list[str]:
    """The IRIs whose marks tell of `tie`: its events, or where it has none its source end."""
    return [event.id for event in tie.events] or [tie.source]


async def marks(graph: Graph, ties: Iterable[Tie]) -> dict[str, Mark]:
    """The mark of each event behind `ties`, by IRI."""
    names = list(dict.fromkeys(name for tie in ties for name in marked(tie)))
    found: dict[str, Mark] = {}
    for some in batches(names):
        for row in await graph.select(query("event-marks"), event=some):
            name = text(row["event"])
            held = found.get(name, Mark())
            told = {key: text(term) for key, term in row.items() if key != "event"}
            found[name] = Mark(
                told.get("date", held.first),
                _last(told["date"], told.get("precision", "day")) if "date" in told else held.last,
                held.sources | _slugs(told, "source", ""),
                held.sectors | _slugs(told, "sector", "sector-"),
                held.strengths | _slugs(told, "strength", "strength-"),
            )
    for name in names:
        if kind(name) == "source":
            held = found.get(name, Mark())
            found[name] = replace(held, sources=held.sources | {local_name(name)})
    return found


def passing(listed: Iterable[Tie], sieve: Sieve, told: Mapping[str, Mark]) -> list[Tie]:
    """The ties that `sieve` lets through, each with those of its events that pass.

    Hidden kinds are not touched: pages hide them, so that a reader can show them again at once.
    """
    if not sieve.sifts:
        return list(listed)
    made = []
    for tie in listed:
        kept = {name for name in marked(tie) if sieve.passes(told.get(name, Mark()))}
        if tie.relation not in sieve.without and kept:
            made.append(replace(tie, events=tuple(event for event in tie.events if event.id in kept)))
    return made


async def around(relatives: Relatives, thing: str, sieve: Sieve) -> Around:
    """What `thing` is tied to by ties that pass, at most so many a relation; and how many more pass."""
    listed = await relatives.ties(thing)
    return trimmed(thing, passing(listed, sieve, await marks_of(relatives, thing)), sieve.hidden)


async def marks_of(relatives: Relatives, thing: str) -> Mapping[str, Mark]:
    """The marks of all that ties `thing` to others."""
    listed = await relatives.ties(thing)
    return await relatives.once(("marks", thing), lambda: marks(relatives.graph, listed))


async def connections(
    relatives: Relatives, ends: tuple[str, str], sieve: Sieve, *, limit: int
) -> list[list[Tie]]:
    """Up to `limit` paths between two things over what `sieve` lets through, best first.

    Where the graph is too large to be searched whole, those in the surroundings of both ends.
    """
    relations = await relatives.whole()
    near = relations is None
    if relations is None:
        relations = await relatives.near(ends)
    if not all(end in relations for end in ends):
        return []
    told: Mapping[str, Mark] = {}
    if sieve.sifts:
        listed = [data["tie"] for _, _, data in relations.edges(data=True)]
        key = ("marks", *ends) if near else ("marks",)
        told = await relatives.once(key, lambda: marks(relatives.graph, listed))
    veiled = {name for name in relations if kind(name) in sieve.hidden and name not in ends}

    def admits(tie: Tie) -> Tie | None:
        if {tie.source, tie.target} & veiled:
            return None
        return next(iter(passing((tie,), sieve, told)), None)

    return paths(relations, *ends, limit=limit, admits=admits)


def day(value: str) -> str:
    """`value` if it is an ISO day, else ""."""
    try:
        return date.fromisoformat(value).isoformat() if len(value) == 10 else ""
    except ValueError:
        return ""


def _last(first: str, precision: str) -> str:
    """The last day that a date of this precision can mean; days are compared as text, so day 31 will do."""
    if precision == "year":
        return f"{first[:4]}-12-31"
    if precision == "quarter":
        return f"{first[:5]}{int(first[5:7]) + 2:02}-31"
    return f"{first[:7]}-31" if precision == "month" else first


def _slugs(told: Mapping[str, str], name: str, common: str) -> frozenset[str]:
    return frozenset({local_name(told[name]).removeprefix(common)} if name in told else ())
