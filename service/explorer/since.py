"""What changed of what an address shows, from the release that it was made on to the one in force."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from loaders import history
from ontology.iri import graph
from ontology.namespaces import THING
from service.context import Context
from service.explorer.neighbourhood import Neighbourhood
from service.pages.changes import difference
from visual.relations import Thing, Tie

_DERIVED = graph("derived")


@dataclass(frozen=True)
class Since:
    """What is different now: things and ties in the order in which they are shown; `things` names them all.

    `made` is the release that the address was made on (its digest as far as known, its date or ""), `now` the
    one in force. `state`: `read`, where the older release is what is shown; `busy`, where it is kept, but
    cannot be opened now; `gone`, where it is not kept: of both, what is remembered tells only what `changed`.
    `unknown`, where nothing can be told; `closed`, where that is so of one that cannot be opened now.
    """

    made: str
    date: str
    now: str
    state: Literal["read", "busy", "gone", "unknown", "closed"]
    things: Mapping[str, Thing]
    added: tuple[Thing, ...] = ()
    removed: tuple[Thing, ...] = ()
    changed: tuple[Thing, ...] = ()
    ties_added: tuple[Tie, ...] = ()
    ties_removed: tuple[Tie, ...] = ()
    ties_changed: tuple[Tie, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether all is as it was."""
        return not (
            self.added
            or self.removed
            or self.changed
            or self.ties_added
            or self.ties_removed
            or self.ties_changed
        )


async def since(
    context: Context, made: str, shown: Neighbourhood, redraw: Callable[[], Awaitable[Neighbourhood]]
) -> Since | None:
    """What changed of what is `shown` since release `made`; None where that is the one in force, or none.

    `redraw` gives what the same address shows in the release in force.
    """
    current = context.releases.current().digest
    if not made or not current or current.startswith(made.strip().lower()):
        return None
    if context.serving.digest == current:
        return await _remembered(context, made, shown)
    return await _between(context, shown, await redraw())


async def _between(context: Context, then: Neighbourhood, now: Neighbourhood) -> Since:
    """From the older release that the request reads to the one in force, each with what it shows."""
    older, current = context.release, context.releases.current().release
    before = {spot.thing.id: spot.thing for spot in then.spots}
    after = {spot.thing.id: spot.thing for spot in now.spots}
    was, is_ = ({tie.id: tie for tie in shown.ties} for shown in (then, now))
    found = await asyncio.to_thread(difference, older, current)
    parts = found.parts if found else ()
    names = {one.iri for part in parts if part.graph != _DERIVED for one in part.resources}
    return Since(
        older.digest,
        str(older.manifest.get("date") or ""),
        current.digest,
        "read",
        {**before, **after},
        tuple(thing for name, thing in after.items() if name not in before),
        tuple(thing for name, thing in before.items() if name not in after),
        tuple(thing for name, thing in after.items() if name in before and name in names),
        tuple(tie for name, tie in is_.items() if name not in was),
        tuple(tie for name, tie in was.items() if name not in is_),
        tuple(tie for name, tie in is_.items() if name in was and _differ(tie, was[name], names)),
    )


async def _remembered(context: Context, made: str, now: Neighbourhood) -> Since:
    """From a release that cannot be read: what its folder remembers to have changed of what is shown."""
    current = context.releases.current().release
    things = {spot.thing.id: spot.thing for spot in now.spots}
    entry, changed = await asyncio.to_thread(_looked_up, current.path.parent, made)
    digest, date = (entry.digest, entry.date) if entry else (made, "")
    kept = entry is not None and entry.kept
    if changed is None:
        return Since(digest, date, current.digest, "closed" if kept else "unknown", things)
    names = {THING + name for name in changed}
    return Since(
        digest,
        date,
        current.digest,
        "busy" if kept else "gone",
        things,
        changed=tuple(thing for name, thing in things.items() if name in names),
        ties_changed=tuple(tie for tie in now.ties if names & {event.id for event in tie.events}),
    )


def _looked_up(folder: Path, made: str) -> tuple[history.Entry | None, Collection[str] | None]:
    entry = history.find(folder, made.strip().lower())
    return entry, history.since(folder, entry.digest) if entry else None


def _differ(one: Tie, other: Tie, names: Collection[str]) -> bool:
    """Whether a tie stands for other events, or for one that is told otherwise."""
    held = {event.id for event in one.events}
    return held != {event.id for event in other.events} or not held.isdisjoint(names)
