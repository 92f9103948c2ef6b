"""The worked questions: the list, and each with its query and its live answer."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import language
from service.context import Context
from service.pages import citing
from service.pages.answers import table
from service.pages.questions import KINDS, by_kind, question
from service.pages.response import page
from service.problems import problem
from visual.citation import FORMS as CITATIONS
from visual.words import word


def router(context: Context) -> APIRouter:
    """Routes of the worked questions."""
    routes = APIRouter()

    async def every(request: Request) -> Response:
        kind = request.query_params.get("kind", "")
        if kind and kind not in KINDS:
            raise problem("bad-request", f"There is no kind {kind!r}: the kinds are {', '.join(KINDS)}")
        return page(request, context, "questions.html", kind=kind, kinds=by_kind(), shown=by_kind(kind))

    async def one(request: Request) -> Response:
        slug, _, extension = request.path_params["slug"].partition(".")
        chosen = question(slug)
        if chosen is None or (extension and extension not in CITATIONS):
            raise problem(
                "not-found", f"There is no question {request.path_params['slug']!r}: see /questions"
            )
        spoken = language.choose(request)
        if extension:
            path = f"/questions/{slug}"
            return citing.answer(
                citing.cited(request, context, path, chosen.titles[spoken], spoken), extension
            )
        rows = await context.graph.select(chosen.query)
        variables = [name for name, _ in chosen.columns] or sorted({name for row in rows for name in row})
        answer = await table(
            context.graph,
            rows,
            variables,
            spoken,
            caption=word("questions.answer-caption", spoken),
            heading=lambda name: chosen.heading(name, spoken),
        )
        return page(request, context, "question.html", question=chosen, answer=answer)

    routes.add_route("/questions", every, methods=["GET", "HEAD"], include_in_schema=False)
    routes.add_route("/questions/{slug}", one, methods=["GET", "HEAD"], include_in_schema=False)
    return routes
