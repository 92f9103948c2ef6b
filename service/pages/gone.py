"""Things that are described no longer: where a merged one went, and which release knew one last."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from loaders import history, vanished
from service.asof import PARAMETER
from service.context import Context
from service.graph import Graph, query
from service.problems import Problem, problem
from service.releases import Serving
from visual.addresses import local

_RELEASES: Final = 4
_MINUTE: Final = 60.0
"""Entries of an endpoint without a release are believed so long, after which they may have changed."""


@dataclass
class Retired:
    """An entry of the record on a retired address.

    What took its place (IRIs); what the thing was called, and why it went, by language.
    """

    successors: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


class Gone:
    """What is known of things that a release does not describe.

    Entries of the record are kept by release; of an endpoint without one, from minute to minute.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[str, Mapping[str, Retired]] = {}

    async def retired(self, iri: str) -> Retired | None:
        """The record's entry on a retired address."""
        serving = self._context.serving
        key = serving.digest or str(time.monotonic() // _MINUTE)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = await _read(serving)
            while len(self._known) > _RELEASES:
                self._known.pop(next(iter(self._known)))
        return known.get(iri)

    async def merged(self, iris: Iterable[str]) -> dict[str, str]:
        """For those of `iris` that were merged into one other thing, that thing."""
        entries = {iri: await self.retired(iri) for iri in iris}
        return {
            iri: entry.successors[0] for iri, entry in entries.items() if entry and len(entry.successors) == 1
        }

    def moved(self, request: Request, entry: Retired, extension: str) -> Response:
        """A redirection to what took the place of a merged thing."""
        kept = {
            name: value
            for name in ("release", PARAMETER, "lang")
            if (value := request.query_params.get(name))
        }
        address = local(entry.successors[0]) + extension + ("?" + urlencode(kept) if kept else "")
        return RedirectResponse(address, 301, {"Cache-Control": "no-cache"})

    def told(self, iri: str, entry: Retired | None = None) -> Problem | None:
        """That a thing is gone: by its entry, or by the folder's memory; None for what never was."""
        folder = self._context.release.path.parent
        last = vanished.read(folder).get(iri) if self._context.release.digest else None
        if entry is None and last is None:
            return None
        found = history.find(folder, last) if last else None
        address = f"{local(iri)}?release={last}"
        links = [f'<{address}>; rel="predecessor-version"'] if found and found.kept else []
        links += [f'<{local(to)}>; rel="successor-version"' for to in entry.successors] if entry else []
        return problem(
            "thing-gone",
            f"{iri} is no longer described." + (f" Release {last} was the last to do so." if last else ""),
            headers={"Link": ", ".join(links)} if links else None,
            iri=iri,
            names=entry.names if entry else {},
            notes=entry.notes if entry else {},
            successors=entry.successors if entry else [],
            release=last or "",
            date=found.date if found else "",
            kept=bool(found and found.kept),
        )


async def _read(serving: Serving) -> Mapping[str, Retired]:
    graph: Graph = serving.graph
    found: dict[str, Retired] = {}
    for row in await graph.select(query("retired")):
        entry = found.setdefault(_text(row["this"]), Retired())
        if (to := _text(row.get("to"))) and to not in entry.successors:
            entry.successors.append(to)
        for texts, text in ((entry.names, row.get("name")), (entry.notes, row["note"])):
            if isinstance(text, Literal):
                texts[text.language or ""] = text.value
    return found


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""
