"""`/health`, `/ready` and `/metrics`: for those who run the service."""

import asyncio
from typing import Final

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.context import Context
from service.evaluators.port import EvaluationError, QueryRequest
from service.evaluators.sandbox import resident
from service.metrics import lines
from service.problems import problem

_PATIENCE: Final = 5.0
_UNCACHED: Final = {"Cache-Control": "no-store"}


def router(context: Context) -> APIRouter:
    """Routes of operations."""
    routes = APIRouter()

    async def health(request: Request) -> Response:
        return _json({"status": "ok"})

    async def ready(request: Request) -> Response:
        try:
            async with asyncio.timeout(_PATIENCE):
                # Past the cache: a worker has to say so itself.
                answer = await context.serving.evaluator.evaluate(QueryRequest("ASK {}"))
        except (EvaluationError, TimeoutError) as error:
            raise problem("not-ready", str(error), headers={"Retry-After": "5"}) from error
        answer.close()
        return _json({"status": "ready", "release": context.serving.digest})

    async def metrics(request: Request) -> Response:
        return Response(_metrics(context), 200, _UNCACHED, "text/plain; version=0.0.4; charset=utf-8")

    routes.add_route("/health", health, methods=["GET"], include_in_schema=False)
    routes.add_route("/ready", ready, methods=["GET"], include_in_schema=False)
    routes.add_route("/metrics", metrics, methods=["GET"], include_in_schema=False)
    return routes


def _json(value: dict[str, str]) -> Response:
    return Response(orjson.dumps(value), 200, _UNCACHED, "application/json")


def _metrics(context: Context) -> str:
    serving, cache = context.serving, context.releases.cache
    status = serving.evaluator.status()
    release = {"digest": serving.digest, "version": str(serving.release.manifest.get("version", ""))}
    requests = [
        ({"status": code, "outcome": outcome}, float(count))
        for (code, outcome), count in sorted(context.metrics.requests.items())
    ]
    memory = [({"process": "http"}, float(resident()))]
    memory += [({"process": name}, float(size)) for name, size in status.memory]
    kills = [({"cause": cause}, float(count)) for cause, count in status.kills]
    return "".join(
        (
            lines("vndx_requests_total", "counter", "Answers by status and outcome.", requests),
            lines("vndx_worker_deaths_total", "counter", "Workers that ended, by cause.", kills),
            lines("vndx_queries_waiting", "gauge", "Queries in the queue.", [({}, status.waiting)]),
            lines("vndx_queries_running", "gauge", "Queries at a worker.", [({}, status.running)]),
            lines("vndx_process_resident_bytes", "gauge", "Memory by process.", memory),
            lines("vndx_cache_bytes", "gauge", "Bytes in the result cache.", [({}, cache.size)]),
            lines("vndx_cache_hits_total", "counter", "Answers from the cache.", [({}, cache.hits)]),
            lines("vndx_cache_misses_total", "counter", "Answers not in the cache.", [({}, cache.misses)]),
            lines("vndx_release_info", "gauge", "The release in force.", [(release, 1)]),
            lines(
                "vndx_release_quads",
                "gauge",
                "Quads of the release in force.",
                [({}, float(serving.release.manifest.get("quads") or 0))],
            ),
        )
    )
