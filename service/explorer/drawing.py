"""What a state of the explorer shows: its neighbourhood, and the paths between its ends."""

from dataclasses import dataclass
from typing import Final

from service.explorer.neighbourhood import Neighbourhood, neighbourhood
from service.explorer.sifting import connections
from service.explorer.state import State
from service.explorer.ties import Relatives
from visual.relations import Tie

MOST_PATHS: Final = 5
"""So many paths between two things are shown."""


@dataclass(frozen=True)
class Drawn:
    """What a state shows, and the paths between its ends, best first."""

    found: Neighbourhood
    chains: tuple[tuple[Tie, ...], ...]


async def draw(asked: State, relatives: Relatives) -> Drawn:
    """What `asked` shows. Raises what the graph raises."""
    chains: tuple[tuple[Tie, ...], ...] = ()
    if asked.ends:
        found = await connections(relatives, asked.ends, asked.sieve, limit=MOST_PATHS)
        chains = tuple(map(tuple, found))
    start = asked.ends[0] if asked.ends else ""
    shown = await neighbourhood(relatives, asked.focus, asked.expanded, chains, start, asked.sieve)
    return Drawn(shown, chains)
