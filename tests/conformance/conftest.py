"""Strategy: each test of the W3C's SPARQL suites is one test here, through HTTP and the production code.

The suite lies in the folder `w3c` of $VNDX_SHARED (by default `../shared`). Where it is absent nothing is
collected, and `test_w3c_known` says so: skipped on a desk, failed where CI is set. `known.toml` says which
categories are not asked of a reading service, and which tests the engine itself fails: those must fail, and
by the engine's own doing.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from manifest import Case
from stage import Stage
from suite import EngineFailureError, collected, known


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for a group the cases of that group."""
    for group, found in collected().items():
        if group in metafunc.fixturenames:
            metafunc.parametrize(group, [_parameter(case) for case in found])


def _parameter(case: Case) -> Any:
    reason = known()["engine"].get(case.id)
    marks = [pytest.mark.xfail(reason=reason, raises=EngineFailureError, strict=True)] if reason else []
    return pytest.param(case, id=case.id, marks=marks)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The service under test, on no dataset yet."""
    stage = Stage(tmp_path_factory.mktemp("datasets"))
    stage.start()
    yield stage
    stage.stop()
