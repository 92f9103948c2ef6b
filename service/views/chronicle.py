"""Meetings and acts in the order of their days, with what is due by when."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from service.explorer.names import describe, local_name, text
from service.graph import Graph, query
from visual.relations import Event


@dataclass(frozen=True)
class Entry:
    """Something on a day: an event of a class (local name), or where `due` what an event promises by then.

    `acts` are what was said in a meeting, in order; of other entries there are none.
    """

    event: Event
    kind: str
    due: bool = False
    acts: tuple["Entry", ...] = ()

    @property
    def year(self) -> str:
        """The year, or "" where no day is known."""
        return self.event.date[:4]


async def chronicle(graph: Graph) -> list[Entry]:
    """Every meeting with its acts, every act without a meeting, every due day; by day, undated ones last."""
    rows = [{name: text(term) for name, term in row.items()} for row in await graph.select(query("timeline"))]
    things = await describe(graph, (row["event"] for row in rows))
    alone: dict[str, Entry] = {}
    said: dict[str, dict[str, Entry]] = {}
    due: dict[tuple[str, str], Entry] = {}
    for row in rows:
        thing = things[row["event"]]
        event = Event(thing.id, thing.label, thing.label_en, row.get("date", ""), row["precision"])
        entry = Entry(event, local_name(row["class"]))
        if "meeting" in row:
            said.setdefault(row["meeting"], {})[thing.id] = entry
        else:
            alone[thing.id] = entry
        if "due" in row:
            until = replace(event, date=row["due"], precision=row.get("duePrecision", "day"))
            due[thing.id, row["due"]] = Entry(until, entry.kind, due=True)
    for meeting, acts in said.items():
        if meeting in alone:
            alone[meeting] = replace(alone[meeting], acts=tuple(_ordered(acts.values())))
        else:
            alone |= acts
    return _ordered([*alone.values(), *due.values()])


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.event.date or "9999", entry.due, entry.event.id))
