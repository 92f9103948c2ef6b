"""What the tests of every room share: one release of the real record, and the order in which files begin.

A release is the same bytes from the same inputs (`tests/data/test_record.py` proves it of the shared one), so
it is built once and kept in pytest's cache folder until an input changes: for all workers of a run, for the
runs of `make test`, and for the next time at a desk.
"""

import fcntl
import hashlib
import shutil
import sys
import time
from pathlib import Path

import hypothesis
import pytest

from loaders.building import build

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("unhurried", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("unhurried")

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data" / "turtle"
INPUTS = ("data/turtle", "loaders", "ontology", "requirements.txt")
"""What a build reads, and the code that does it."""
_DAY = 24 * 60 * 60


@pytest.fixture(scope="session")
def release(pytestconfig: pytest.Config) -> Path:
    """The folder of releases that `vndx build` made of the real record. Only to be read."""
    assert pytestconfig.cache is not None, "pytest runs without its cache folder"
    shelf = pytestconfig.cache.mkdir("release")
    folder = shelf / inputs()
    with (shelf / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "current").exists():
            for other in shelf.glob("*/"):
                if time.time() - other.stat().st_mtime > _DAY:  # a run that began before may still read it
                    shutil.rmtree(other)
            build(DATA, folder)
    return folder


def inputs() -> str:
    """A digest of everything that a release of the real record depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for name in INPUTS:
        for path in sorted([ROOT / name, *(ROOT / name).rglob("*")]):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a test marked `long` begin first, so that no worker is left alone with one in the end.

    Those of the browser stay last: Playwright keeps an event loop running, where others start their own.
    """
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: (bool(item.get_closest_marker("browser")), item.path not in long))
