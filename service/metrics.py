"""Counts of what the service did, in Prometheus' text format."""

from collections import Counter
from collections.abc import Iterable, Mapping

from service.front.control import Front


class Metrics:
    """Requests by status and outcome since the start; how many of them were answered promptly, and how.

    `remembered` are the bytes of answers that are kept for requests that come again. What the `front`, if
    there is one, answered is counted there.
    """

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()
        self.prompt: Counter[str] = Counter({"lookup": 0, "repeat": 0})
        self.remembered = 0
        self.front: Front | None = None

    def count(self, status: int, outcome: str) -> None:
        """Count one answer; `outcome` is `ok` or a problem's code."""
        self.requests[str(status), outcome] += 1


def lines(name: str, kind: str, help: str, values: Iterable[tuple[Mapping[str, str], float]]) -> str:
    """One metric family: HELP, TYPE and a sample for each labelled value."""
    samples = [f"{name}{_labels(labels)} {value:.15g}" for labels, value in values]
    return "\n".join([f"# HELP {name} {help}", f"# TYPE {name} {kind}", *samples]) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    inner = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items())
    return "{" + inner + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
