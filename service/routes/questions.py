"""The worked questions: the list, and each with its query and its live answer."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import language
from service.context import Context
from service.pages.answers import table
from service.pages.questions import question, questions
from service.pages.response import page
from service.problems import problem
from visual.words import word


def router(context: Context) -> APIRouter:
    """Routes of the worked questions."""
    routes = APIRouter()

    async def every(request: Request) -> Response:
        return page(request, context, "questions.html", questions=questions())

    async def one(request: Request) -> Response:
        chosen = question(request.path_params["slug"])
        if chosen is None:
            raise problem(
                "not-found", f"There is no question {request.path_params['slug']!r}: see /questions"
            )
        spoken = language.choose(request)
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
