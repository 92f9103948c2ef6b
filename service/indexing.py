"""The search index of an endpoint that comes without a release: made when the service starts."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, Store

from loaders import search_index
from service.graph import Graph, query, window

Progress = Callable[[str], None]

MOST: Final = 500_000
"""Triples of which an index is made: they are read one and all, and 230 MB of memory hold them meanwhile."""


async def write(graph: Graph, counts: Mapping[str, int], part: int, path: Path, progress: Progress) -> bool:
    """Write the index of what `graph` holds to `path`; False where that is too much or cannot be read whole.

    `counts` are its triples by named graph; `part` of them are asked for at a time. Raises `EvaluationError`.
    """
    counts = dict(counts)
    total = sum(counts.values())
    if not 0 < total <= MOST:
        progress(f"no search: its graphs have {total} triples, and an index is made of up to {MOST}")
        return False
    store = Store()
    for number, (name, count) in enumerate(counts.items(), start=1):
        progress(f"reading the endpoint's graphs for search: {number} of {len(counts)}, {name}")
        for offset in range(0, count, part):
            rows = await graph.select(window(query("quads"), part, offset), graph=NamedNode(name))
            quads = [
                Quad(row["subject"], row["property"], row["value"], NamedNode(name))  # type: ignore[arg-type]
                for row in rows
            ]
            await asyncio.to_thread(store.extend, quads)
    if len(store) != total:
        progress(f"no search: of the endpoint's {total} triples, {len(store)} could be read")
        return False
    await asyncio.to_thread(search_index.write, store, path)
    return True
