"""Where a worker writes a result: memory while it is small, then an unlinked file; bounded."""

import os
import sys
import tempfile
from collections.abc import Sequence
from typing import Final

from service.evaluators.port import CHUNK

SMALL: Final = CHUNK
"""Results up to this many bytes travel in the frame itself."""


class SpoolFullError(Exception):
    """The result is larger than allowed. `what` is `bytes` or `rows`."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Spool:
    """A file to the engine's writers, which holds at most `limit` bytes and remembers why it stopped.

    `mark` is a byte string that stands in the result at least once a row (or between any two rows); once it
    was seen more than `marks` times, writing stops. It may also stand elsewhere, so whoever set it counts
    the rows anew. Looking for it takes longer than all else here, so nobody does while the result is too
    small to hold so many.
    """

    def __init__(self, limit: int, mark: bytes = b"", marks: int = 0) -> None:
        self._limit = limit
        self._mark = mark
        self._marks = marks
        self._carefree = min(limit, (marks + 1) * len(mark) - 1) if mark else limit
        self._parts: list[bytes] = []
        self._held = 0
        self._counted = 0
        self._tail = b""
        self._seen = 0
        self._file: int | None = None
        self.size = 0
        self.full: SpoolFullError | None = None

    def __del__(self) -> None:
        self.close()

    @property
    def seen(self) -> int:
        """How often the mark stands in what was written."""
        self._count()
        return self._seen

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Take `data`. Raises OSError once the spool is full, which ends the engine's writing."""
        size = len(data)
        self.size += size
        self._held += size
        self._parts.append(bytes(data))
        if self.size > self._carefree:
            self._check()
        if self._held > SMALL:
            self._put_away()
        return size

    def flush(self) -> None:
        """Called when all is written: what is not small is in its file then."""
        if self._file is not None:
            self._put_away()

    def take(self) -> tuple[bytes, int | None]:
        """The result: its bytes, or an open file positioned at its start, which the caller closes."""
        if self._file is None:
            return b"".join(self._parts), None
        self.flush()
        file, self._file = self._file, None
        os.lseek(file, 0, os.SEEK_SET)
        return b"", file

    def close(self) -> None:
        """Drop the result, if nobody took it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _check(self) -> None:
        if self.size > self._limit:
            what = "bytes"
        elif self._mark and self.seen > self._marks:
            what = "rows"
        else:
            return
        self.full = SpoolFullError(what)
        raise OSError(f"the result has too many {what}")

    def _count(self) -> None:
        """Look for the mark in what is in memory and was not looked at."""
        if self._mark and self._counted < len(self._parts):
            # The end of what was looked at before is looked at again, for a mark that two pieces share.
            window = b"".join((self._tail, *self._parts[self._counted :]))
            self._counted = len(self._parts)
            self._seen += window.count(self._mark)
            self._tail = window[len(window) - len(self._mark) + 1 :]

    def _put_away(self) -> None:
        """Move what is in memory to the file."""
        self._count()
        if self._file is None:
            self._file = _open()
        _write_all(self._file, self._parts)
        self._parts.clear()
        self._held = self._counted = 0


def _open() -> int:
    if sys.platform == "linux":
        return os.memfd_create("vndx-result", os.MFD_CLOEXEC)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _write_all(file: int, parts: Sequence[bytes]) -> None:
    view = memoryview(b"".join(parts))
    while view:
        view = view[os.write(file, view) :]
