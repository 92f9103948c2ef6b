"""Strategy: each test of the W3C's SPARQL suites is one test here, through HTTP and the production code.

The suite lies in the folder `w3c` of $VNDX_SHARED (by default `../shared`). Where it is absent nothing is
collected, and one test says so: skipped on a desk, failed where CI is set. `known.toml` says which categories
are not asked of a reading service, and which tests the engine itself fails: those must fail, and by the
engine's own doing.
"""

import os
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from manifest import Case, cases
from stage import Stage

REPOSITORY: Final = Path(__file__).resolve().parents[2]

GROUPS: Final = {
    "evaluation": ("QueryEvaluationTest", "CSVResultFormatTest"),
    "accepted": ("PositiveSyntaxTest", "PositiveSyntaxTest11"),
    "rejected": ("NegativeSyntaxTest", "NegativeSyntaxTest11"),
    "update": (
        "UpdateEvaluationTest",
        "PositiveUpdateSyntaxTest11",
        "NegativeUpdateSyntaxTest11",
    ),
    "exchange": ("ProtocolTest",),
    "store": ("GraphStoreProtocolTest",),
    "description": ("ServiceDescriptionTest",),
}
"""Tests by what is done with them: the name of a parameter, and the classes of the manifest vocabulary."""


class EngineFailure(AssertionError):
    """The answer is wrong, and the engine, asked without the service, gives the same wrong answer."""


@cache
def known() -> dict[str, Any]:
    """What `known.toml` says."""
    return tomllib.loads((Path(__file__).parent / "known.toml").read_text("utf-8"))


def suite() -> Path:
    """Where the suite should be."""
    return (REPOSITORY / os.environ.get("VNDX_SHARED", "../shared") / "w3c").resolve()


@cache
def collected() -> dict[str, list[Case]]:
    """The cases of each group, those of one dataset together; `federated` are those that need SERVICE."""
    groups: dict[str, list[Case]] = {name: [] for name in (*GROUPS, "federated")}
    left_out = {entry["folder"] for entry in known()["left-out"]}
    refused = {entry["folder"] for entry in known()["refused"]}
    for case in cases(suite()):
        if case.folder in left_out:
            continue
        group = next(name for name, kinds in GROUPS.items() if case.kind in kinds)
        if case.folder in refused:
            group = "federated"
        elif case.text is not None and case.text.suffix == ".ru":
            group = "update"
        groups[group].append(case)
    for found in groups.values():
        found.sort(key=lambda case: repr(case.data))
    return groups


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for a group the cases of that group."""
    failures: dict[str, str] = known()["engine"]
    for group, found in collected().items():
        if group in metafunc.fixturenames:
            metafunc.parametrize(group, [_parameter(case, failures) for case in found])


def _parameter(case: Case, failures: dict[str, str]) -> Any:
    marks = []
    if case.id in failures:
        marks.append(pytest.mark.xfail(reason=failures[case.id], raises=EngineFailure, strict=True))
    return pytest.param(case, id=case.id, marks=marks)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The service under test, on no dataset yet."""
    stage = Stage(tmp_path_factory.mktemp("datasets"))
    stage.start()
    yield stage
    stage.stop()
