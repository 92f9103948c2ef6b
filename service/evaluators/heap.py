"""A worker's heap: which of it is the worker's own, and what it keeps of the memory that it once had.

A fork shares its parent's memory until one of them writes to a page, which the kernel then copies (fork(2)).
The engine counts references in the very quads that it reads, so a worker comes to own a copy of every page of
the graph that its queries touch. All this is for Linux and the GNU C library; elsewhere nothing is done.
"""

import ctypes
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Final

KEPT: Final = 64 * 1024 * 1024
"""Bytes that a worker keeps when a query is done with them; a CONSTRUCT of 50,000 triples takes a third."""

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_LARGEST: Final = 32 * 1024 * 1024
"""The largest piece that mallopt(3) lets come from the heap."""
_MADV_POPULATE_WRITE: Final = 23
_STEP: Final = 512 * 1024
"""Bytes that are copied at once, in a quarter of a millisecond."""
_GRAIN: Final = 32 * 1024 * 1024
"""Bytes that a process may have taken between two looks at what it owns."""
_LOOK: Final = 16
"""Steps between looks at the machine's memory."""


def keep() -> None:
    """Have what is freed stay with this process, which needs as much for its next query (mallopt(3)).

    Giving it back after each large query, and taking it again page by page, costs a tenth of the query.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_TRIM_THRESHOLD, KEPT)
        mallopt(_M_MMAP_THRESHOLD, _LARGEST)


def copying(free: int) -> Iterator[int]:
    """Copy the parent's heap, where the graph is, to have done with it before queries come: step by step, so
    that nobody waits for it, and while `free` bytes of the machine's memory are left. Gives the bytes copied
    so far.

    A page in the midst of a query costs twice as much as one of many (MADV_POPULATE_WRITE of madvise(2)).
    """
    begin, end = _heap()
    advise = getattr(ctypes.CDLL(None), "madvise", None)
    for number, start in enumerate(range(begin, end, _STEP)):
        if advise is None or (number % _LOOK == 0 and available() < free):
            return
        size = min(_STEP, end - start)
        if advise(ctypes.c_void_p(start), ctypes.c_size_t(size), _MADV_POPULATE_WRITE):
            return
        yield start + size - begin


class Growth:
    """Whether this process has come to own more than `most` bytes since it was forked."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._page = resource.getpagesize()
        self._look = most // self._page

    def over(self) -> bool:
        """Whether it has; to be asked after each query.

        Pages come by faults, which the kernel counts anyway; only where there were as many is it asked how
        much memory is owned, for which it has to look at each page.
        """
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        if faults < self._look:
            return False
        left = self._most - own()
        self._look = faults + max(left, _GRAIN) // self._page
        return left < 0


def own() -> int:
    """Bytes of memory that this process shares with no other; 0 where /proc does not say."""
    try:
        lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Private_"))


def available() -> int:
    """Bytes of the machine's memory that processes may still take; 0 where /proc does not say."""
    try:
        with Path("/proc/meminfo").open() as lines:
            found = next((line for line in lines if line.startswith("MemAvailable:")), "")
    except OSError:
        return 0
    return 1024 * int(found.split()[1]) if found else 0


def _heap() -> tuple[int, int]:
    """Where the heap begins and ends; 0, 0 where /proc does not say."""
    try:
        with Path("/proc/self/maps").open() as lines:
            found = next((line for line in lines if line.rstrip().endswith("[heap]")), "")
    except OSError:
        return 0, 0
    begin, _, end = found.partition(" ")[0].partition("-")
    return int(begin or "0", 16), int(end or "0", 16)
