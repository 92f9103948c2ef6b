"""How long a thread of ours runs before the next one does: short where somebody waits, long for heavy work.

Linux (6.12 and newer) lets who has the shorter slice go before who has the longer one as soon as it wakes;
else it may wait for the next tick, 4 ms, each time that a request passes from one process to another. The
slice is `sched_runtime` of sched_setattr(2), for which the C library has no function; older systems take no
notice.
"""

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Callable
from functools import cache
from typing import Final

SHORT: Final = 500_000
"""Nanoseconds: a small query fits into one; the least there is, 100,000, would cut it in pieces."""
MEDIUM: Final = 2_000_000
"""For who makes pages and passes large answers on: before heavy queries, and after lookups."""
LONG: Final = 20_000_000

_NUMBERS: Final = {"x86_64": 314, "aarch64": 274, "riscv64": 274}
_ATTRIBUTES: Final = struct.Struct("IIQiIQQQ")


def give(thread: int, nanoseconds: int) -> None:
    """Give `thread` (0: the calling one) slices of that length. Where that cannot be had, nothing changes."""
    number, syscall = _call()
    if number:
        syscall(number, thread, _attributes(nanoseconds), 0)


@cache
def _call() -> tuple[int, Callable[..., int]]:
    """The number of sched_setattr(2), 0 where it is not known, and how a system call is made."""
    number = _NUMBERS.get(platform.machine(), 0) if sys.platform == "linux" else 0
    return number, ctypes.CDLL(None).syscall if number else lambda *arguments: -1


@cache
def _attributes(nanoseconds: int) -> bytes:
    """What the system call takes. All threads of the service are as nice as this one was when it began."""
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    return _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, 0, nice, 0, nanoseconds, 0, 0)
