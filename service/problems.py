"""Errors as the service tells them: `application/problem+json` (RFC 9457) with a closed set of codes.

A code, once published, keeps its meaning. Handlers raise `Problem`; one handler in `app.py` turns it into the
body, or into a page for browsers.
"""

# `Problem` is the word of RFC 9457.
# ruff: noqa: N818

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import orjson

from ontology.namespaces import BASE
from service.evaluators.port import (
    EvaluationError,
    EvaluatorBusy,
    QuerySyntaxError,
    QueryTimeout,
)

MEDIA_TYPE: Final = "application/problem+json"

CODES: Final[Mapping[str, tuple[int, str]]] = MappingProxyType(
    {
        "bad-request": (400, "The request cannot be understood"),
        "query-syntax": (400, "The query is not SPARQL 1.1"),
        "query-too-complex": (400, "The query is nested too deeply or has too many parts"),
        "query-failed": (400, "The query could not be evaluated"),
        "service-refused": (400, "SERVICE is not available here"),
        "update-refused": (403, "This service is read-only"),
        "cannot-be-pinned": (400, "This query cannot be pinned"),
        "not-found": (404, "There is nothing at this address"),
        "method-not-allowed": (405, "The method is not allowed here"),
        "not-acceptable": (406, "None of the accepted formats is available"),
        "release-gone": (410, "This release is no longer kept"),
        "thing-gone": (410, "This thing is no longer described"),
        "request-timeout": (408, "The request was too slow"),
        "query-too-long": (413, "The query text is too long"),
        "result-too-large": (413, "The result is larger than this service gives"),
        "address-too-long": (414, "The address is too long"),
        "unsupported-media-type": (415, "The body's media type is not supported"),
        "too-many-requests": (429, "Too many queries of yours are waiting"),
        "headers-too-large": (431, "The request's headers are too large"),
        "internal-error": (500, "Something broke on our side"),
        "bad-endpoint": (502, "The endpoint behind this service did not answer properly"),
        "busy": (503, "The service is busy"),
        "query-timeout": (503, "The query took too long"),
        "not-ready": (503, "The service is not ready"),
    }
)
"""Code to HTTP status and English title."""


class Problem(Exception):
    """A refusal that the client is told of. `extra` members are added to the body as they are."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail or title)
        if code not in CODES:
            raise ValueError(f"unknown problem code {code!r}: add it to service.problems.CODES")
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})
        self.extra = extra

    def body(self) -> bytes:
        """The problem as JSON: type, title, status, code, detail and the extra members."""
        return orjson.dumps(
            {
                "type": f"{BASE}problem/{self.code}",
                "title": self.title,
                "status": self.status,
                "code": self.code,
                "detail": self.detail,
                **self.extra,
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )


def problem(
    code: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **extra: Any
) -> Problem:
    """The problem of that code, with the status and title of the table."""
    status, title = CODES[code]
    return Problem(status, code, title, detail, headers=headers, **extra)


def from_evaluation(error: EvaluationError) -> Problem:
    """The problem that an evaluator's refusal is told as."""
    extra: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if isinstance(error, QuerySyntaxError):
        extra = {"line": error.line, "column": error.column}
    if isinstance(error, EvaluatorBusy):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, QueryTimeout):
        headers["Retry-After"] = "60"
    return problem(error.code, str(error), headers=headers, **extra)
