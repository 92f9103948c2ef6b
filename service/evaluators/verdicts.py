"""Why a query has no answer: as its worker told it, or as its worker's death shows it."""

from typing import Any, Final

from service.evaluators import port

_ERRORS: Final = {
    error.__name__: error for error in (port.QueryFailed, port.QueryTooLarge, port.QueryTimeout)
}


def told(head: dict[str, Any]) -> port.EvaluationError:
    """The error that a worker told of."""
    name, message = head["error"], head["message"]
    if name == "QuerySyntaxError":
        return port.QuerySyntaxError(message, head["line"], head["column"])
    if name == "NotAcceptable":
        return port.NotAcceptable(head["form"])
    if name in _ERRORS:
        return _ERRORS[name](message)
    return port.QueryRefused(message, head["code"])


def death(cause: str, timeout: float) -> port.EvaluationError:
    """What the sender is told when the worker died over the query."""
    if cause == "timeout":
        return port.QueryTimeout(f"The query ran longer than {timeout:g} seconds and was stopped.")
    if cause == "crowded":
        return port.EvaluatorBusy(
            "Too many long queries are running; yours was stopped when it turned long. Try again later.",
            retry_after=30,
        )
    if cause in ("parent", "left"):
        return port.EvaluatorUnavailable("The engine was restarted; please send the query again.")
    return port.QueryRefused(
        f"The query is nested too deeply or needs more memory than it is given ({cause}); "
        "it ended the process that ran it, and nothing else."
    )
