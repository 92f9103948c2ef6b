"""What a worker may not do: reach the network, grow without end, dump core, outlive its parent.

Everything here is for a worker just forked, and cannot be undone in it.
"""

import contextlib
import ctypes
import errno
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def confine(memory: int) -> bool:
    """Confine this process for good: `memory` bytes of address space above what it maps now, no core, no
    network.

    Returns whether the network is closed; where seccomp is missing (no Linux, no libseccomp) it is not.
    """
    die_with_parent()
    _die_first()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_AS, mapped() + memory)
    return close_network()


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends (prctl(2), Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _die_first() -> None:
    """Have the kernel choose this process when the machine is out of memory (proc(5), Linux only)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def limit_file_size(size: int) -> None:
    """Let no file that this process writes, a memfd included, grow beyond `size` bytes (EFBIG)."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _limit(resource.RLIMIT_FSIZE, size)


def close_network() -> bool:
    """Refuse new sockets of every family but AF_UNIX (seccomp(2)) and test that it holds."""
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError):
        return False
    try:
        rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
        refuse = pyseccomp.ERRNO(errno.EACCES)
        rules.add_rule(refuse, "socket", pyseccomp.Arg(0, pyseccomp.NE, int(socket.AF_UNIX)))
        # A ring can open sockets and connect without the system calls that are filtered here.
        rules.add_rule(refuse, "io_uring_setup")
        rules.load()
    except (OSError, RuntimeError, ValueError):
        return False
    return _network_is_closed()


def _network_is_closed() -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.socket(family, socket.SOCK_STREAM).close()
        except PermissionError:
            continue
        except OSError:
            continue  # the machine has no such family: nothing to close
        return False
    return True


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def mapped() -> int:
    """Bytes of address space that this process maps; 0 where /proc does not say."""
    return _pages(0)


def resident(pid: int | str = "self") -> int:
    """Bytes of memory that process `pid` holds; 0 where /proc does not say."""
    return _pages(1, pid)


def _pages(field: int, pid: int | str = "self") -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[field]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0
