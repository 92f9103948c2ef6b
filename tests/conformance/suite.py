"""The suite as it is collected: where it lies, its cases in groups, and what `known.toml` says of them."""

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from manifest import Case, cases

_HERE: Final = Path(__file__).resolve().parent

GROUPS: Final = {
    "evaluation": ("QueryEvaluationTest", "CSVResultFormatTest"),
    "accepted": ("PositiveSyntaxTest", "PositiveSyntaxTest11"),
    "rejected": ("NegativeSyntaxTest", "NegativeSyntaxTest11"),
    "update": ("UpdateEvaluationTest", "PositiveUpdateSyntaxTest11", "NegativeUpdateSyntaxTest11"),
    "exchange": ("ProtocolTest",),
    "store": ("GraphStoreProtocolTest",),
    "description": ("ServiceDescriptionTest",),
    "federated": (),
}
"""Tests by what is done with them: the name of a test's parameter, and classes of the manifest vocabulary.

`federated` are the tests of the folders that `known.toml` has as refused, whatever their class.
"""


class EngineFailureError(AssertionError):
    """The answer is wrong, and the engine, asked without the service, gives the same wrong answer."""


@cache
def known() -> dict[str, Any]:
    """What `known.toml` says."""
    return tomllib.loads((_HERE / "known.toml").read_text("utf-8"))


def place() -> Path:
    """Where the suite should be: the folder `w3c` of $VNDX_SHARED, which is relative to the repository."""
    return (_HERE.parents[1] / os.environ.get("VNDX_SHARED", "../shared") / "w3c").resolve()


@cache
def collected() -> dict[str, list[Case]]:
    """The cases of each group, those of one dataset together."""
    groups: dict[str, list[Case]] = {name: [] for name in GROUPS}
    left_out = {entry["folder"] for entry in known()["left-out"]}
    for case in cases(place()):
        if case.folder not in left_out:
            groups[_group(case)].append(case)
    for found in groups.values():
        found.sort(key=lambda case: repr(case.data))
    return groups


def _group(case: Case) -> str:
    if any(entry["folder"] == case.folder for entry in known()["refused"]):
        return "federated"
    if case.text is not None and case.text.suffix == ".ru":
        return "update"  # some that must not parse are told as tests of queries
    return next(name for name, kinds in GROUPS.items() if case.kind in kinds)
