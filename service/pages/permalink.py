"""A pinned query as a page and as JSON: what was answered then, what is answered now, how to cite it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from loaders import history
from service import language
from service.context import Context
from service.graph import Graph
from service.pages.answers import table
from service.pages.questions import Question, questions
from service.pages.response import page
from service.permalinks.address import Pin
from service.permalinks.answers import Result, Row, node_text
from service.permalinks.comparing import Compared, known
from service.permalinks.pinning import open_ended
from visual.article import Table
from visual.citation import Citation
from visual.words import Language, word

_SHOWN: Final = 500
"""So many rows of an answer are set on the page; the files have all."""
_DIFFERENCES: Final = 100
"""So many rows that came or went are set on the page; the JSON has all."""
_RESULT_FORMS: Final = {"csv": "CSV", "tsv": "TSV", "srj": "JSON", "xml": "XML"}
_COLUMNS: Final = ("subject", "property", "value", "answer")
"""Columns of triples and of ASK, which have no names of their own."""
_GRAPH_FORMS: Final = {"ttl": "Turtle", "nt": "N-Triples", "jsonld": "JSON-LD", "rdf": "RDF/XML"}


async def permalink(request: Request, context: Context, told: Compared) -> Response:
    """The page. Its status is that of the problem where the release at hand gives no answer."""
    spoken = language.choose(request)
    shown = told.now or told.then
    removed_from = told.older.graph if told.older else context.graph
    heading = partial(_heading, _asked(told.pin), spoken)
    return page(
        request,
        context,
        "permalink.html",
        status=told.problem.status if told.problem else 200,
        told=told,
        pin=told.pin,
        titled=title(told.pin, spoken),
        in_force=context.releases.current().release.manifest,
        compared=context.release.manifest,
        successor=_successor(context, told),
        answer=await _table(context.graph, shown, shown.rows, spoken, heading) if shown else None,
        added=await _table(context.graph, shown, told.added, spoken, heading, "permalink.added-rows"),
        removed=await _table(removed_from, shown, told.removed, spoken, heading, "permalink.removed-rows"),
        open_ended=told.now is not None and open_ended(told.pin.query, context.settings),
        forms=_GRAPH_FORMS if shown and shown.form == "graph" else _RESULT_FORMS,
    )


def value(request: Request, context: Context, told: Compared) -> bytes:
    """The same as JSON. Terms are written as N-Triples; `digest`s are of the answers' canonical form."""
    pin, now = told.pin, told.now
    root = str(request.base_url).rstrip("/")
    said = told.added or told.removed or told.verdict in ("same", "reordered")
    body = {
        "id": pin.id,
        "address": root + pin.address,
        "query": pin.query,
        "pinned": {
            "release": told.release,
            "date": pin.date,
            "kept": told.kept,
            "successor": _successor(context, told),
            "digest": pin.result,
            "rows": pin.rows,
        },
        "compared": None
        if now is None
        else {
            "release": context.release.digest,
            "date": context.release.manifest.get("date", ""),
            "digest": now.digest,
            "rows": len(now.lines),
        },
        "verdict": told.verdict,
        "problem": told.problem.code if told.problem else None,
        "added": _rows(told.added) if said else None,
        "removed": _rows(told.removed) if said else None,
    }
    return orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE)


def cited(request: Request, context: Context, pin: Pin, spoken: Language) -> Citation:
    """The citation of the answer in the release that it is pinned to."""
    entry = known(context, pin)
    digest = entry.digest if entry else pin.release
    said = word("permalink.cited", spoken, rows=pin.rows, digest=pin.result)
    return Citation(
        key=f"vndx-q-{pin.result[:12]}",
        kind="entry",
        title=title(pin, spoken),
        container=word("site.subtitle", spoken),
        date=pin.date,
        digest=digest,
        address=str(request.base_url).rstrip("/") + pin.address,
        language=spoken,
        note=f"{said} {word('cite.licence', spoken, digest=digest)}",
    )


def title(pin: Pin, spoken: Language) -> str:
    """The title of the worked question that asks the same; else what it is, by the digest of its answer."""
    found = _asked(pin)
    return found.titles[spoken] if found else word("permalink.untitled", spoken, digest=pin.result[:8])


def _asked(pin: Pin) -> Question | None:
    """The worked question that asks the same."""
    return next((one for one in questions() if one.query.strip() == pin.query), None)


def _heading(question: Question | None, spoken: Language, name: str) -> str:
    """The heading of a column: the worked question's, else what the page calls it."""
    if question:
        return question.heading(name, spoken)
    return word(f"permalink.column-{name}", spoken) if name in _COLUMNS else name


def _successor(context: Context, told: Compared) -> str | None:
    """The release that took the place of the pinned one, where that is gone."""
    if told.kept or not told.entry:
        return None
    after = history.successor(context.release.path.parent, told.entry.digest)
    return after.digest if after else context.releases.current().digest


async def _table(
    graph: Graph,
    result: Result | None,
    rows: Sequence[Row],
    spoken: Language,
    heading: Callable[[str], str],
    caption: str = "",
) -> Table | None:
    if result is None or (caption and not rows):
        return None
    most = _DIFFERENCES if caption else _SHOWN
    said = word(caption or "permalink.answer-rows", spoken)
    if len(rows) > most:
        said = word("sparql.first-rows", spoken, n=most, all=len(rows))
    return await table(graph, rows[:most], result.columns, spoken, caption=said, heading=heading)


def _rows(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "count": len(rows),
        "rows": [{name: node_text(term) for name, term in row.items()} for row in rows],
    }
