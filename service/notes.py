"""Lines on stderr: who reads them may have gone, or may have stopped reading, which is no reason to stop.

What serves requests calls `queue_stderr` first: from then on a thread of its own waits for the reader. So
does `logging.handlers.QueueListener`, but at the end it waits for as long as the reader likes, and what finds
no room in its queue is told on stderr.
"""

import atexit
import contextlib
import io
import os
import select
import sys
import threading
from collections import deque
from typing import Final, TextIO, cast

MOST: Final = 1 << 20
"""Bytes that wait at most, some 5,000 lines of the access log; what comes beyond that is dropped."""
_REST: Final = 0.02
"""Seconds between two rounds of writing: a thread that wakes for each line is in the way of who writes."""
_LAST: Final = 1.0
"""Seconds that the reader has for what waits when the process ends."""


def note(text: str) -> None:
    """Write `text`, ends of lines included; where that cannot be had (a closed pipe, a full disk), go on."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text)


def queue_stderr() -> None:
    """Have what Python writes to stderr wait in a queue for its reader, until this process ends.

    That is what we write, and also loggers, warnings and traces; not what libraries in C or Rust write. Not
    for a process that forks, whose children would have the queue without its thread.
    """
    file = sys.stderr.fileno() if sys.stderr is not None else os.open(os.devnull, os.O_WRONLY)
    stream = QueuedStream(file)
    sys.stderr = cast(TextIO, stream)
    atexit.register(stream.end, _LAST)


class QueuedStream(io.TextIOBase):
    """A text stream whose `write` never waits: a thread writes whole lines, in order, to the open `file`.

    Lines that find no room are dropped, and so are all after them until those that wait are written; then a
    line says how many. Lines that `file` does not take (a closed pipe, a full disk) are gone silently.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        # A lock that its holder may take again, since a finalizer may write, too, wherever we are.
        self._changed = threading.Condition(threading.RLock())
        self._begun = ""
        self._lines: deque[bytes] = deque()
        self._size = 0
        self._dropped = 0
        self._idle = False
        self._ending = threading.Event()
        # Nobody waits for a daemon: it may be in the midst of a write that never returns.
        self._thread = threading.Thread(target=self._run, name="stderr", daemon=True)
        self._thread.start()

    def writable(self) -> bool:
        """Whether it can be written to: it can."""
        return True

    def isatty(self) -> bool:
        """Whether lines end on a terminal."""
        return os.isatty(self._file)

    def write(self, text: str) -> int:
        """Queue the lines in `text`; the beginning of a line waits for its end. Gives its characters."""
        with self._changed:
            whole = text
            if self._begun or not text.endswith("\n"):
                whole, end, self._begun = (self._begun + text).rpartition("\n")
                whole += end
            self._queue(whole.encode("utf-8", "backslashreplace"))
        return len(text)

    def end(self, seconds: float) -> None:
        """Have what waits written within `seconds`; what is not is lost."""
        with self._changed:
            self._queue(self._begun.encode("utf-8", "backslashreplace"))
            self._begun = ""
            self._ending.set()
            self._changed.notify()
        self._thread.join(seconds)

    def _queue(self, data: bytes) -> None:
        if self._dropped or self._size + len(data) > MOST:
            self._dropped += data.count(b"\n")
        else:
            self._size += len(data)
            self._lines.extend(data.splitlines(keepends=True))
        if self._idle:
            self._idle = False
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not (self._lines or self._dropped or self._ending.is_set()):
                    self._idle = True
                    self._changed.wait()
            while data := self._next():
                self._put(data)
            if self._ending.wait(_REST) and not self._lines:
                return

    def _next(self) -> bytes:
        """The lines to write next, at most as many as other processes' lines never part; none: b''."""
        with self._changed:
            taken: list[bytes] = []
            size = 0
            while self._lines and (not taken or size + len(self._lines[0]) <= select.PIPE_BUF):
                taken.append(self._lines.popleft())
                size += len(taken[-1])
            self._size -= size
            if self._dropped and not taken:
                dropped, self._dropped = self._dropped, 0
                lines = "log line was" if dropped == 1 else "log lines were"
                return f"vndx serve: {dropped} {lines} dropped, since nobody read them\n".encode()
        return b"".join(taken)

    def _put(self, data: bytes) -> None:
        """Write `data`, for however long that takes."""
        while data:
            try:
                data = data[os.write(self._file, data) :]
            except BlockingIOError:  # some other process that has the same file open made it so
                room = select.poll()
                room.register(self._file, select.POLLOUT)
                room.poll()
            except OSError:
                return
