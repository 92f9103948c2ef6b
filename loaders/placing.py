"""The folder of releases: a finished one takes its place, the link turns to it, leftovers go.

What is unfinished has a name that begins with a point. Everything is brought to the disk before it is linked.
"""

import ctypes
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from loaders.release import STATEMENTS, ReleaseError, open_release
from loaders.statements import Statements

UNFINISHED: Final = ".building"
"""The beginning of the name of whatever is not finished."""
_ASIDE: Final = "-aside"
_HERE: Final = -100  # AT_FDCWD
_RENAME_EXCHANGE: Final = 2


def place(folder: Path, target: Path) -> Path:
    """Give the finished `folder` its name. An equal release that stands there already is kept.

    The same quads may come with another index, other dumps or more files, after a change of the program, and
    what stands there may have been cut, or be of another release: then the new folder takes its place.
    """
    if target.exists():
        manifest = target / "manifest.json"
        alike = manifest.is_file() and manifest.read_bytes() == (folder / "manifest.json").read_bytes()
        if alike and _files(target) == _files(folder) and _tells(target):
            return target
        _exchange(folder, target)
    else:
        folder.rename(target)
    return target


def _files(folder: Path) -> set[tuple[str, int]]:
    """What stands in `folder`: names, with the sizes of files."""
    return {(path.name, path.stat().st_size if path.is_file() else 0) for path in folder.iterdir()}


def _tells(folder: Path) -> bool:
    """Whether the statements in the folder of a release are said to be that one's."""
    try:
        Statements(folder / STATEMENTS, folder.name).close()
    except OSError:
        return False
    return True


def _exchange(one: Path, other: Path) -> None:
    """Let two folders exchange names: in one step where the system has it (renameat2(2), Linux)."""
    if hasattr(rename := ctypes.CDLL(None, use_errno=True), "renameat2"):
        names = os.fsencode(one.absolute()), os.fsencode(other.absolute())
        if rename.renameat2(_HERE, names[0], _HERE, names[1], _RENAME_EXCHANGE) == 0:
            return
    aside = one.with_name(one.name + _ASIDE)
    other.rename(aside)
    one.rename(other)
    aside.rename(one)


def link(out: Path, digest: str) -> None:
    """Point `current` to `digest` in one step."""
    link = out / f"{UNFINISHED}-link"
    link.symlink_to(digest, target_is_directory=True)
    link.replace(out / "current")
    sync(out)


def sweep(out: Path) -> None:
    """Remove what a killed build left behind, and put back the release that it had just put aside."""
    for path in out.glob(f"{UNFINISHED}*{_ASIDE}"):
        with suppress(ReleaseError, OSError):
            path.rename(out / open_release(path).digest)  # fails where a release of that name stands
    for path in out.glob(f"{UNFINISHED}*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def sync(path: Path) -> None:
    """Bring a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system drops with the process."""
    with (out / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
