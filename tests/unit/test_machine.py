"""What a container or unit leaves of the machine: the least bound of its control groups, of both versions."""

from pathlib import Path

import pytest

from service import machine

GROUP = "app.slice/vndx.service"


def mounted(folder: Path, files: dict[str, str]) -> tuple[Path, Path]:
    """A list of this process's groups and the folder where they are mounted, with these files."""
    for name, text in files.items():
        (folder / "mounted" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "mounted" / name).write_text(text + "\n", encoding="ascii")
    groups = folder / "cgroup"
    groups.write_text(f"4:memory:/{GROUP}\n2:cpu,cpuacct:/{GROUP}\n1:name=systemd:/x\n0::/{GROUP}\n")
    return groups, folder / "mounted"


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> int:
    """Bytes of the machine, on which 8 cores may be used."""
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: set(range(8)), raising=False)
    return machine.memory(Path("/nowhere"), Path("/nowhere"))


@pytest.mark.parametrize(
    ("files", "memory"),
    [
        ({}, None),
        ({f"{GROUP}/memory.max": "max"}, None),
        ({f"{GROUP}/memory.max": "400000000"}, 400_000_000),
        ({f"{GROUP}/memory.max": "max", "app.slice/memory.max": "300000000"}, 300_000_000),
        ({f"{GROUP}/memory.max": "400000000", "app.slice/memory.max": "300000000"}, 300_000_000),
        ({f"memory/{GROUP}/memory.limit_in_bytes": "200000000"}, 200_000_000),
        ({"memory/memory.limit_in_bytes": "100000000"}, 100_000_000),
        ({"memory/memory.limit_in_bytes": "9223372036854771712"}, None),
        ({"memory.max": "500000000"}, 500_000_000),
        ({"other.slice/memory.max": "1"}, None),
        ({"memory.max": ""}, None),
    ],
)
def test_memory_is_the_least_bound_around(
    tmp_path: Path, whole: int, files: dict[str, str], memory: int | None
) -> None:
    assert machine.memory(*mounted(tmp_path, files)) == (memory or whole)


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({}, 8),
        ({f"{GROUP}/cpu.max": "max 100000"}, 8),
        ({f"{GROUP}/cpu.max": "200000 100000"}, 2),
        ({f"{GROUP}/cpu.max": "150000 100000"}, 2),
        ({f"{GROUP}/cpu.max": "10000 100000"}, 1),
        ({f"{GROUP}/cpu.max": "1600000 100000"}, 8),
        ({f"{GROUP}/cpu.max": "max 100000", "app.slice/cpu.max": "300000 100000"}, 3),
        ({f"cpu/{GROUP}/cpu.cfs_quota_us": "400000", f"cpu/{GROUP}/cpu.cfs_period_us": "100000"}, 4),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 8),
        ({"cpu/cpu.cfs_quota_us": "100000"}, 8),
    ],
)
@pytest.mark.usefixtures("whole")
def test_cores_are_as_many_as_the_least_quota_fills(
    tmp_path: Path, files: dict[str, str], cores: int
) -> None:
    assert machine.cores(*mounted(tmp_path, files)) == cores
