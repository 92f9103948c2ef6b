"""`/health`, `/ready` and `/metrics`: for those who run the service."""

import asyncio
import time
from collections import Counter
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
from service.releases import Serving

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
                answer = await context.serving.evaluator.evaluate(QueryRequest("ASK {}", own=True))
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


def _age(serving: Serving) -> list[tuple[dict[str, str], float]]:
    """The age of a release, by the clock of the file system; nothing for what is no release."""
    try:
        return [({}, max(0.0, time.time() - (serving.release.path / "manifest.json").stat().st_mtime))]
    except OSError:
        return []


def _metrics(context: Context) -> str:
    serving, cache = context.serving, context.releases.cache
    opened = context.releases.opened()
    statuses = [one.evaluator.status() for one in opened]
    release = {"digest": serving.digest, "version": str(serving.release.manifest.get("version", ""))}
    metrics, front = context.metrics, context.metrics.front
    at_front = front.answered if front is not None else 0
    answered = metrics.requests + Counter({("200", "ok"): at_front})
    requests = [
        ({"status": code, "outcome": outcome}, float(count))
        for (code, outcome), count in sorted(answered.items())
    ]
    prompt = metrics.prompt + Counter(lookup=at_front)
    memory = [({"process": "http"}, float(resident()))]
    if front is not None:
        memory.append(({"process": "front"}, float(front.memory())))
    for one, status in zip(opened, statuses, strict=True):
        older = "" if one is context.releases.current() else f"{one.digest[:12]}-"
        memory += [({"process": older + name}, float(size)) for name, size in status.memory]
    deaths = sum((Counter(dict(status.kills)) for status in statuses), Counter[str]())
    kills = [({"cause": cause}, float(count)) for cause, count in sorted(deaths.items())]
    waiting = float(sum(status.waiting for status in statuses))
    running = float(sum(status.running for status in statuses))
    return "".join(
        (
            lines("vndx_requests_total", "counter", "Answers by status and outcome.", requests),
            lines("vndx_worker_deaths_total", "counter", "Workers that ended, by cause.", kills),
            lines("vndx_queries_waiting", "gauge", "Queries in the queue.", [({}, waiting)]),
            lines("vndx_queries_running", "gauge", "Queries at a worker.", [({}, running)]),
            lines("vndx_process_resident_bytes", "gauge", "Memory by process.", memory),
            lines("vndx_cache_bytes", "gauge", "Bytes in the result cache.", [({}, cache.size)]),
            lines("vndx_cache_hits_total", "counter", "Answers from the cache.", [({}, cache.hits)]),
            lines("vndx_cache_misses_total", "counter", "Answers not in the cache.", [({}, cache.misses)]),
            lines(
                "vndx_prompt_answers_total",
                "counter",
                "Answers given before a task was made.",
                [({"kind": kind}, float(prompt[kind])) for kind in metrics.prompt],
            ),
            lines(
                "vndx_repeats_bytes",
                "gauge",
                "Bytes of answers kept by the bytes of their requests.",
                [({}, float(metrics.remembered))],
            ),
            lines("vndx_releases_open", "gauge", "Releases in memory.", [({}, float(len(opened)))]),
            lines("vndx_release_info", "gauge", "The release in force.", [(release, 1)]),
            lines("vndx_release_age_seconds", "gauge", "Seconds since it was written.", _age(serving)),
            lines(
                "vndx_release_quads",
                "gauge",
                "Quads of the release in force.",
                [({}, float(serving.release.manifest.get("quads") or 0))],
            ),
        )
    )
