"""That the suite is there, whole, and that `known.toml` speaks of it."""

import os

import pytest
from suite import collected, known, place


@pytest.fixture(autouse=True)
def there() -> None:
    if not place().is_dir():
        missing = f"the W3C suite is not at {place()}: set VNDX_SHARED to the folder that holds `w3c`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)


def test_nothing_is_missing() -> None:
    assert {group: len(found) for group, found in collected().items()} == known()["tests"]


def test_names_are_unique() -> None:
    names = [case.id for found in collected().values() for case in found]
    assert len(names) == len(set(names))


def test_known_failures_are_tests() -> None:
    assert set(known()["engine"]) <= {case.id for found in collected().values() for case in found}


@pytest.mark.parametrize(
    "entry", [*known()["left-out"], *known()["refused"]], ids=lambda entry: entry["folder"]
)
def test_folders_are_in_the_suite(entry: dict[str, str]) -> None:
    assert (place() / entry["folder"] / "manifest.ttl").is_file()
    assert entry["reason"]
