"""SPARQL in a browser: an editor, and answers as a page for readers without scripts."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Literal
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ontology.namespaces import KINDS, PREFIXES
from service import language
from service.context import Context
from service.evaluators.hatchery import limits
from service.evaluators.port import Answer, EvaluationError, NotAcceptable, QueryRequest
from service.explorer.state import State
from service.graph import Graph
from service.limits import check
from service.pages.answers import table
from service.pages.drawn import drawn
from service.pages.questions import questions
from service.pages.response import page
from service.problems import Problem, from_evaluation
from service.protocol import Asked
from service.views import answers
from service.views.answers import TRIPLE
from visual import looks
from visual.article import Table
from visual.network import kind_word
from visual.picture import Picture
from visual.signs import sign
from visual.svg import svg
from visual.words import Language, word

_MOST: Final = 500
"""So many rows are set on the page; downloads have all of them."""

_OPEN: Final = 12
"""So many things of an answer are opened in the explorer."""


async def editor(request: Request, context: Context, asked: Asked) -> HTMLResponse:
    """The editor; with a query also its answer as a table, so that it works without scripts.

    The answer is that of the dataset which the address names (SPARQL 1.1 Protocol, section 2.1.4), and
    neither cached nor tagged where it is another each time. What goes wrong with the query stands on the
    page, with the status of the problem.
    """
    query = asked.query
    if not query or not query.strip():
        return _page(request, context, questions()[0].query, None, None)
    try:
        made = _page(request, context, query, await _answer(request, context, query, asked), None)
        if check(query, limits(context.settings)).fresh:
            made.headers["Cache-Control"] = "no-store"
        return made
    except EvaluationError as error:
        return _page(request, context, query, None, from_evaluation(error))


@dataclass(frozen=True)
class _Answered:
    """An answer as a table, and the things in it as a picture; None where no two of them stand together."""

    table: Table
    picture: Picture | None


async def _answer(request: Request, context: Context, query: str, asked: Asked) -> _Answered:
    """The solutions, the triples, or the one word, that a query is answered by."""
    spoken = language.choose(request)
    named = _named(context.graph, asked)
    unnamed = True
    try:
        rows = await named.select(query)
        unnamed = False
    except NotAcceptable:
        triples = await named.construct(query)
        rows = [{"subject": t.subject, "property": t.predicate, "value": t.object} for t in triples[:_MOST]]
    except ValueError:
        rows = [{"answer": Literal(await named.ask(query))}]
    # A row names only what is bound in it, so the order of columns is that in which the query names them.
    variables = list(dict.fromkeys(name for row in rows for name in row))
    if tuple(variables) != TRIPLE:
        variables.sort(key=lambda name: query.find(f"?{name}"))
    caption = word("questions.answer-caption", spoken)
    if len(rows) > _MOST:
        caption = word("sparql.first-rows", spoken, n=_MOST, all=len(rows))
    # Triples and ASK have no names of their own for their columns.
    names = {name: word(f"permalink.column-{name}", spoken) for name in variables} if unnamed else {}
    shown = await table(
        context.graph,
        rows[:_MOST],
        variables,
        spoken,
        caption=caption,
        heading=lambda name: names.get(name, name),
    )
    return _Answered(shown, await answers.picture(context.graph, query, rows[:_MOST], variables))


def _named(graph: Graph, asked: Asked) -> Graph:
    """`graph`, or the dataset of it that the address names, for a reader's query."""

    async def evaluate(request: QueryRequest) -> Answer:
        default, named = asked.default_graphs, asked.named_graphs
        return await graph.evaluate(request._replace(default_graphs=default, named_graphs=named))

    return Graph(evaluate, graph.digest, steady=graph.steady, own=False)


def _page(
    request: Request, context: Context, query: str, shown: _Answered | None, problem: Problem | None
) -> HTMLResponse:
    spoken = language.choose(request)
    wanted = request.query_params.get("show") == "graph"
    picture = shown.picture if shown else None
    return page(
        request,
        context,
        "sparql.html",
        status=problem.status if problem else 200,
        query=query,
        answer=shown.table if shown else None,
        problem=problem,
        graph=answers.address(query) if picture and not wanted else "",
        drawn=_drawn(picture, spoken) if picture and wanted else None,
        nothing_drawn=wanted and shown is not None and picture is None,
        questions=questions(),
        sign=sign,
        named_kinds={kind: kind_word(kind, spoken) for kind in looks.LOOKS},
        settings=_settings(spoken),
    )


def _drawn(picture: Picture, spoken: Language) -> Mapping[str, Any]:
    """What the picture of an answer is made of: the same as that of a view."""
    image = base64.b64encode(svg(picture, spoken)).decode()
    return {
        **drawn(picture, spoken),
        "image": "data:image/svg+xml;base64," + image,
        "explore": State(tuple(node.thing.id for node in picture.nodes[:_OPEN])).address(),
    }


def _settings(spoken: Language) -> Mapping[str, Any]:
    """What the script of the editor is told: our endpoint, our prefixes, the worked questions."""
    return {
        "endpoint": "/sparql",
        "prefixes": PREFIXES,
        "kinds": KINDS,
        "examples": [{"title": item.titles[spoken], "query": item.query} for item in questions()],
    }
