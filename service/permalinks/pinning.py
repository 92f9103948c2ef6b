"""Pinning a query: it is asked once, and what it was answered by goes into its address."""

import asyncio
from typing import Final

from service.evaluators.hatchery import limits
from service.evaluators.port import QueryRequest
from service.limits import Scan, check
from service.permalinks.address import AddressError, Pin
from service.permalinks.answers import NoLastingFormError, Result, read
from service.problems import Problem, problem
from service.releases import Serving
from service.settings import MIB, Settings

MOST_ROWS: Final = 10_000
"""Solutions or triples that a pinned answer may have: it is compared each time its address is opened."""
_MOST_BYTES: Final = 8 * MIB


async def pin(serving: Serving, query: str, settings: Settings) -> Pin:
    """The query pinned to the release that `serving` serves. Raises `Problem` and `EvaluationError`.

    Forms send line ends as CR LF; the same query has one address whichever way it came.
    """
    query = query.replace("\r\n", "\n").strip()
    result = await answered(serving, query, settings)
    made = Pin(
        query,
        serving.digest[:12],
        result.digest[:32],
        str(serving.release.manifest.get("date") or ""),
        len(result.lines),
    )
    try:
        made.id  # noqa: B018 - whether it has an address
    except AddressError as error:
        raise problem("query-too-long", f"This query cannot be pinned: {error}.") from error
    return made


async def answered(serving: Serving, query: str, settings: Settings) -> Result:
    """What the release answers. Raises `Problem` where that cannot be pinned, and `EvaluationError`."""
    scanned = check(query, limits(settings))
    if scanned.fresh:
        raise _refused(f"{', '.join(sorted(scanned.fresh))} gives something else each time")
    if not serving.digest:
        raise _refused("what is served here is no release, and may change at any time")
    answer = await serving.evaluate(QueryRequest(query, "json", "nt"))
    if answer.size > _MOST_BYTES:
        answer.close()
        raise _too_large(f"{_MOST_BYTES} bytes")
    try:
        result = await asyncio.to_thread(read, answer, ordered=ordered(scanned))
    except NoLastingFormError as error:
        raise _refused(str(error)) from error
    if len(result.lines) > MOST_ROWS:
        raise _too_large(f"{MOST_ROWS} rows")
    return result


def ordered(scanned: Scan) -> bool:
    """Whether the order of rows is part of what the query asks for."""
    return "ORDER" in scanned.modifiers


def open_ended(query: str, settings: Settings) -> bool:
    """Whether the query takes some rows of many without saying which: LIMIT or OFFSET without ORDER BY."""
    scanned = check(query, limits(settings))
    return bool(scanned.modifiers & {"LIMIT", "OFFSET"}) and not ordered(scanned)


def _refused(why: str) -> Problem:
    return problem("cannot-be-pinned", f"This query cannot be pinned: {why}.")


def _too_large(most: str) -> Problem:
    return problem(
        "result-too-large",
        f"An answer of more than {most} is not pinned: count, group or ask for less, or cite the release.",
    )
