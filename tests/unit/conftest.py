"""What unit tests share: the release of the smallest record, built once and copied by whoever changes it."""

import shutil
from pathlib import Path

import minirecord
import pytest

from loaders.building import build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of releases that a build of the smallest record made. Only to be read."""
    folder = tmp_path_factory.mktemp("smallest")
    build(minirecord.write(folder / "data"), folder / "release")
    return folder / "release"


@pytest.fixture
def out(built: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(built, tmp_path / "release", symlinks=True))
