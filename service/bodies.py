"""Bodies of requests, read no further and for no longer than they may."""

import asyncio
import contextlib
from typing import Final

from starlette.requests import ClientDisconnect, Request

from service.problems import problem
from service.protocol import FORM, QUERY, Asked, fields, media_type, whole
from service.settings import Settings

WHOLE: Final = "vndx.whole"
"""In the state of a request's scope: its body had come before anybody asked for it."""
_SLACK: Final = 64 * 1024


async def read(request: Request, settings: Settings) -> Asked:
    """What `request` asks. Raises `Problem` for an update, an unknown media type, a body too long or slow."""
    address = request.scope["query_string"]
    if request.method != "POST":
        return whole(request.method, address, "", b"")
    content_type = request.headers.get("content-type", "")
    limit = settings.max_query if media_type(content_type) == QUERY else 3 * settings.max_query + _SLACK
    return whole("POST", address, content_type, await _body(request, limit, settings.body_seconds))


async def form(request: Request, limit: int, seconds: float) -> dict[str, str]:
    """The fields of the address and, of a POST, of its form; the first of each name. Raises `Problem`."""
    named = fields(request.scope["query_string"])
    if request.method == "POST":
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != FORM:
            raise problem(
                "unsupported-media-type",
                f"This is posted as {FORM}, not as {kind or 'a body without a type'}.",
                headers={"Accept-Post": FORM},
            )
        named = [*fields(await _body(request, limit, seconds)), *named]
    return dict(reversed(named))


async def _body(request: Request, limit: int, seconds: float) -> bytes:
    """The body, read no further than `limit` bytes and for no longer than `seconds`."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > limit:
        raise _too_long(limit)
    body = bytearray()
    try:
        there = WHOLE in request.scope.get("state", ())  # a time limit costs as much as reading
        async with contextlib.nullcontext() if there else asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise _too_long(limit)
    except ClientDisconnect as error:
        raise problem("bad-request", "The client left before the body was there.") from error
    except TimeoutError as error:
        raise problem("request-timeout", f"The body took longer than {seconds:g} seconds.") from error
    return bytes(body)


def _too_long(limit: int) -> Exception:
    return problem("query-too-long", f"The body is longer than {limit} bytes.")
