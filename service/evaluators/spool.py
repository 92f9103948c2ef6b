"""Where a worker writes a result: memory while it is small, then an unlinked file; bounded."""

import io
import os
import sys
import tempfile
from typing import Final

SMALL: Final = 64 * 1024
"""Results up to this many bytes travel in the frame itself."""


class SpoolFullError(Exception):
    """The result is larger than allowed. `what` is `bytes` or `rows`."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Spool(io.RawIOBase):
    """A writer that holds at most `limit` bytes, and remembers why it stopped.

    `mark` is a byte string that stands in the result at least once a row (or between any two rows); once it
    was seen `marks` times, writing stops. It may also stand elsewhere, so whoever set it counts the rows
    anew.
    """

    def __init__(self, limit: int, mark: bytes = b"", marks: int = 0) -> None:
        self._limit = limit
        self._mark = mark
        self._marks = marks
        self._tail = b""
        self._parts: list[bytes] = []
        self._file: int | None = None
        self.size = 0
        self.seen = 0
        self.full: SpoolFullError | None = None

    def writable(self) -> bool:
        """True."""
        return True

    def write(self, data: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Take `data`. Raises OSError once the spool is full, which ends the engine's writing."""
        piece = bytes(data)
        self.size += len(piece)
        if self.size > self._limit:
            self._stop("bytes")
        if self._mark:
            # The end of the last piece is looked at again, for a mark that two pieces share.
            window = self._tail + piece
            self.seen += window.count(self._mark)
            self._tail = window[len(window) - len(self._mark) + 1 :]
            if self.seen > self._marks:
                self._stop("rows")
        if self._file is None and self.size > SMALL:
            self._file = _open()
            for part in self._parts:
                _write_all(self._file, part)
            self._parts.clear()
        if self._file is None:
            self._parts.append(piece)
        else:
            _write_all(self._file, piece)
        return len(piece)

    def _stop(self, what: str) -> None:
        self.full = SpoolFullError(what)
        raise OSError(f"the result has too many {what}")

    def take(self) -> tuple[bytes, int | None]:
        """The result: its bytes, or an open file positioned at its start, which the caller closes."""
        if self._file is None:
            return b"".join(self._parts), None
        file, self._file = self._file, None
        os.lseek(file, 0, os.SEEK_SET)
        return b"", file

    def close(self) -> None:
        """Drop the result, if nobody took it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        super().close()


def _open() -> int:
    if sys.platform == "linux":
        return os.memfd_create("vndx-result", os.MFD_CLOEXEC)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
