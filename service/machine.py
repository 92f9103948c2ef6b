"""What of the machine this process may use: its cores and memory, or what control groups leave it of them.

A container or unit with `--memory`, `--cpus`, `MemoryMax=` or `CPUQuota=` sees the whole machine all the same
(cgroups(7)); who goes by that is killed, or stopped for most of each tenth of a second.
"""

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_GROUPS: Final = Path("/proc/self/cgroup")
_MOUNTED: Final = Path("/sys/fs/cgroup")


def memory(groups: Path = _GROUPS, mounted: Path = _MOUNTED) -> int:
    """Bytes of memory: the machine's, or the least bound of the control groups around this process."""
    least = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for folder in _around("memory", groups, mounted):
        for name in ("memory.max", "memory.limit_in_bytes"):
            least = min([least, *_numbers(folder / name)[:1]])
    return least


def cores(groups: Path = _GROUPS, mounted: Path = _MOUNTED) -> int:
    """Cores that this process may run on, or as many as the least quota of its control groups fills."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    for folder in _around("cpu", groups, mounted):
        quota = _numbers(folder / "cpu.max") or [
            *_numbers(folder / "cpu.cfs_quota_us"),
            *_numbers(folder / "cpu.cfs_period_us"),
        ]
        if len(quota) == 2 and min(quota) > 0:
            found = min(found, math.ceil(quota[0] / quota[1]))
    return found


def _around(controller: str, groups: Path, mounted: Path) -> Iterator[Path]:
    """The folders of this process's group and of those around it, under either version of the hierarchy.

    Within a container the path is often that outside it, where only the last of these folders is there.
    """
    with suppress(OSError):
        for line in groups.read_text(encoding="utf-8").splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers and controller not in controllers.split(","):
                continue
            root = mounted / controller if controllers else mounted
            group = root / path.lstrip("/")
            yield from (folder for folder in (group, *group.parents) if folder.is_relative_to(root))


def _numbers(file: Path) -> list[int]:
    """The numbers in a file; none where it is not there or says that there is no bound (`max`)."""
    try:
        return [int(word) for word in file.read_text(encoding="ascii").split()]
    except (OSError, ValueError):
        return []
