"""Who may begin a query that was sent ahead: the worker it was sent to, or the sender, who wants it back.

A slip is put into a pipe from which both read: whoever takes it has the query, and the kernel gives a byte to
one reader only (pipe(7)). There are two pipes, which take turns: when the sender hears of the end of one
query and sends another ahead, the worker may not have come to the slip of that between them.
"""

import os
from typing import Final

_SLIP: Final = b"\0"
COUNT: Final = 2
"""Pipes between a sender and a worker."""


def pipes() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The readers and the writers of as many pipes as a sender and a worker need; none of them waits."""
    made = [os.pipe() for _ in range(COUNT)]
    for end in (end for ends in made for end in ends):
        os.set_blocking(end, False)
    return tuple(reader for reader, _ in made), tuple(writer for _, writer in made)


class Slips:
    """The sender's side: `readers` and `writers` are its own.

    One query at a time is ahead. After one that was taken back none is sent ahead before the worker has
    passed over it: the worker would take the new slip for the old one's.
    """

    def __init__(self, readers: tuple[int, ...], writers: tuple[int, ...]) -> None:
        self._readers = readers
        self._writers = writers
        self._turn = 0

    def put(self) -> int:
        """Let the worker begin the query that is sent next, with the number given here."""
        self._turn = (self._turn + 1) % COUNT
        os.write(self._writers[self._turn], _SLIP)
        return self._turn

    def take_back(self) -> bool:
        """Whether the last slip still lay there: now it is gone, and the worker will pass its query over."""
        return _take(self._readers[self._turn])

    def close(self) -> None:
        """Close the pipes."""
        for end in (*self._readers, *self._writers):
            os.close(end)


class Claims:
    """The worker's side, over the same `readers`."""

    def __init__(self, readers: tuple[int, ...]) -> None:
        self._readers = readers

    def may_begin(self, slip: int) -> bool:
        """Whether the query that came with the number `slip` was not taken back."""
        return _take(self._readers[slip])


def _take(reader: int) -> bool:
    try:
        return os.read(reader, len(_SLIP)) == _SLIP
    except BlockingIOError:
        return False
