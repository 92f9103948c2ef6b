"""A build that is killed, or finds no room: the old release stays in force, and what is left is swept up."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import minirecord
import pytest

from loaders.building import build
from loaders.release import ReleaseError, open_release

_BUILD = """
import os, signal, sys
from pathlib import Path
from loaders import building, placing

moment, data, out = sys.argv[1:]
def die(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)
def after(function):
    def run(*arguments, **options):
        function(*arguments, **options)
        die()
    return run
def home(name):
    return next((module for module in (building, placing) if hasattr(module, name)), None)
if home(moment):
    setattr(home(moment), moment, die)
elif moment.startswith("after "):
    name = moment.removeprefix("after ")
    setattr(home(name), name, after(getattr(home(name), name)))
elif moment == "rename":
    Path.rename = after(Path.rename)
elif moment == "replace":
    Path.replace = die
building.build(Path(data), Path(out), progress=lambda said: said.startswith(moment) and die())
"""
MOMENTS = [
    "reading", "checking", "deriving", "writing dumps", "indexing", "loading the store", "_write_store",
    "after _write_store", "after sync", "place", "rename", "after place", "link", "replace", "after link",
    "release ",
]  # fmt: skip


@pytest.fixture
def record(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    minirecord.write(data)
    return data


def change(data: Path) -> None:
    """Another label, so that the next release has another digest."""
    path = data / "registry" / "things.ttl"
    path = path if path.exists() else next((data / "registry").glob("*.ttl"))
    path.write_text(
        path.read_text(encoding="utf-8").replace('"Ministry"@en', '"The Ministry"@en'), encoding="utf-8"
    )


def leftovers(out: Path, *kept: str) -> list[str]:
    return sorted({path.name for path in out.iterdir()} - {"current", ".lock", "history.json", *kept})


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_build_killed_at_any_moment(record: Path, out: Path, moment: str) -> None:
    old = open_release(out)
    change(record)
    killed = subprocess.run(
        [sys.executable, "-c", _BUILD, moment, str(record), str(out)], check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    # Whole, and one of the two: the link is moved in one step.
    found = open_release(out)
    assert (found.path / "quads.nq").stat().st_size > 0
    assert (found.digest == old.digest) is (moment not in ("replaced", "after link", "release "))
    new = build(record, out)
    assert new.digest != old.digest
    assert open_release(out) == new
    assert leftovers(out, old.digest, new.digest) == []


@pytest.mark.parametrize("moment", ["rename", "exchange"])
def test_a_rebuild_of_the_same_quads_killed_as_it_takes_their_place(
    record: Path, out: Path, tmp_path: Path, moment: str
) -> None:
    """In one step where the system has it; else the next build puts back what was put aside."""
    old = open_release(out)
    manifest = (old.path / "manifest.json").read_text(encoding="utf-8")
    (old.path / "manifest.json").write_text(manifest + "\n", encoding="utf-8")
    code = _BUILD if moment == "exchange" else "import ctypes; ctypes.CDLL = lambda *a, **b: None\n" + _BUILD
    moment = "after _exchange" if moment == "exchange" else moment
    killed = subprocess.run([sys.executable, "-c", code, moment, str(record), str(out)], check=False)
    assert killed.returncode == -signal.SIGKILL
    if moment != "rename":
        assert open_release(out).digest == old.digest
    record.rename(tmp_path / "gone")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReleaseError):
        build(tmp_path / "empty", out)  # fails, and sweeps up before
    assert open_release(out).digest == old.digest
    assert leftovers(out, old.digest) == []


def test_no_room_for_a_file(record: Path, out: Path) -> None:
    """Any write that fails, the store's own included: one line, the old release, nothing left behind."""
    old = open_release(out)
    change(record)
    code = "import sys; from service.cli import main; sys.exit(main(sys.argv[1:]))"
    sizes = sorted({path.stat().st_size for path in old.path.rglob("*") if path.is_file()})
    for size in (0, sizes[len(sizes) // 2], sizes[-1] - 1):
        done = subprocess.run(
            [sys.executable, "-c", code, "build", "--data", str(record), "--out", str(out)],
            check=False, capture_output=True, text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),  # noqa: B023
        )  # fmt: skip
        assert done.returncode == 2, (size, done.stderr)
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "the release that was current still is" in done.stderr
        assert open_release(out) == old
        assert leftovers(out, old.digest) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk(record: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        old = build(record, disk / "release")
        change(record)
        free = shutil.disk_usage(disk).free
        code = "import sys; from service.cli import main; sys.exit(main(sys.argv[1:]))"
        for left in (0, 10_000, 200_000):
            (disk / "ballast").write_bytes(bytes(free - left))
            done = subprocess.run(
                [sys.executable, "-c", code, "build", "--data", str(record), "--out", str(disk / "release")],
                check=False, capture_output=True, text=True,
            )  # fmt: skip
            (disk / "ballast").unlink()
            assert done.returncode == 2, (left, done.stderr)
            assert "the release that was current still is" in done.stderr
            assert "Traceback" not in done.stderr
            assert open_release(disk / "release") == old
        assert build(record, disk / "release").digest != old.digest
    finally:
        subprocess.run(["umount", str(disk)], check=False)
