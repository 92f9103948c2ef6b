"""SPARQL in a browser: an editor, and answers as a page for readers without scripts."""

from collections.abc import Mapping
from typing import Any, Final

from pyoxigraph import Literal
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ontology.namespaces import PREFIXES
from service import language
from service.context import Context
from service.evaluators.port import EvaluationError, NotAcceptable
from service.pages.answers import table
from service.pages.questions import questions
from service.pages.response import page
from service.problems import Problem, from_evaluation
from visual.article import Table
from visual.words import Language, word

_MOST: Final = 500
"""So many rows are set on the page; downloads have all of them."""


async def editor(request: Request, context: Context, query: str | None) -> HTMLResponse:
    """The editor; with a query also its answer as a table, so that it works without scripts.

    What goes wrong with the query stands on the page, with the status of the problem.
    """
    if not query or not query.strip():
        return _page(request, context, questions()[0].query, None, None)
    try:
        return _page(request, context, query, await _answer(request, context, query), None)
    except EvaluationError as error:
        return _page(request, context, query, None, from_evaluation(error))


async def _answer(request: Request, context: Context, query: str) -> Table:
    """The solutions, the triples, or the one word, that a query is answered by."""
    spoken = language.choose(request)
    try:
        rows = await context.graph.select(query)
    except NotAcceptable:
        triples = await context.graph.construct(query)
        rows = [{"subject": t.subject, "property": t.predicate, "value": t.object} for t in triples[:_MOST]]
    except ValueError:
        rows = [{"answer": Literal(await context.graph.ask(query))}]
    # A row names only what is bound in it, so the order of columns is that in which the query names them.
    variables = sorted({name for row in rows for name in row}, key=lambda name: query.find(f"?{name}"))
    caption = word("questions.answer-caption", spoken)
    if len(rows) > _MOST:
        caption = word("sparql.first-rows", spoken, n=_MOST, all=len(rows))
    return await table(context.graph, rows[:_MOST], variables, spoken, caption=caption)


def _page(
    request: Request, context: Context, query: str, shown: Table | None, problem: Problem | None
) -> HTMLResponse:
    spoken = language.choose(request)
    return page(
        request,
        context,
        "sparql.html",
        status=problem.status if problem else 200,
        query=query,
        answer=shown,
        problem=problem,
        questions=questions(),
        settings=_settings(spoken),
    )


def _settings(spoken: Language) -> Mapping[str, Any]:
    """What the script of the editor is told: our endpoint, our prefixes, the worked questions."""
    return {
        "endpoint": "/sparql",
        "prefixes": PREFIXES,
        "examples": [{"title": item.titles[spoken], "query": item.query} for item in questions()],
    }
