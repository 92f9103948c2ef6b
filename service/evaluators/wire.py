"""Frames between the processes of the local evaluator: a JSON head, bytes, and sometimes an open file.

A frame is `head length, body length` (two unsigned 32-bit numbers, network order), head, body. Open files
travel with the frame's first byte (SCM_RIGHTS, unix(7)). Both ends are ours and on one machine.
"""

import os
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson

_LENGTHS: Final = struct.Struct("!II")
_FILE: Final = struct.Struct("i")
_FILES: Final = socket.CMSG_SPACE(8 * _FILE.size)
ROOM: Final = 64 * 1024
"""Bytes that are read at once, unless said otherwise."""
MARGIN: Final = 64 * 1024
"""Bytes that a worker may write to a file beyond the result itself."""


def encode(head: dict[str, Any], body: bytes = b"") -> bytes:
    """One frame."""
    packed = orjson.dumps(head)
    return _LENGTHS.pack(len(packed), len(body)) + packed + body


def send(
    connection: socket.socket, head: dict[str, Any], body: bytes = b"", files: Sequence[int] = ()
) -> None:
    """Send one frame over a blocking socket, with the open `files`."""
    packed = orjson.dumps(head)
    start = _LENGTHS.pack(len(packed), len(body)) + packed
    packed_files = b"".join(map(_FILE.pack, files))
    told = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, packed_files)] if files else []
    sent = connection.sendmsg((start, body), told)
    if sent < len(start) + len(body):
        connection.sendall(memoryview(start + body)[sent:])


class Frames:
    """Bytes as they come from a socket, cut into frames. Files come in the order of their frames.

    There is `room` for so many bytes at once; a frame that is longer is given more until it was taken out.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._usual = room
        self._room = memoryview(bytearray(room))
        self._begin = 0
        self._end = 0
        self._files: list[int] = []

    def receive(self, connection: socket.socket) -> bool:
        """Read what has come; False at the end. A non-blocking socket may raise BlockingIOError."""
        if self._end == len(self._room):
            self._make_room()
        size, told, _, _ = connection.recvmsg_into((self._room[self._end :],), _FILES)
        self._end += size
        for level, kind, data in told:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                self._files += (
                    file for (file,) in _FILE.iter_unpack(data[: len(data) - len(data) % _FILE.size])
                )
        return size > 0

    def listen(self, connection: socket.socket) -> bool:
        """`receive` from a non-blocking socket: False at the end or where it broke, True if nothing came."""
        try:
            return self.receive(connection)
        except BlockingIOError:
            return True
        except OSError:
            return False

    def complete(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """The frames that are whole, each taken out as it is given."""
        while self._end - self._begin >= _LENGTHS.size:
            head_size, body_size = _LENGTHS.unpack_from(self._room, self._begin)
            start = self._begin + _LENGTHS.size
            middle = start + head_size
            end = middle + body_size
            if self._end < end:
                return
            head, body = orjson.loads(self._room[start:middle]), bytes(self._room[middle:end])
            self._begin = end
            if end == self._end:
                self._make_room()
            yield head, body

    def take_file(self) -> int:
        """The oldest open file that came and was not taken; the caller closes it."""
        return self._files.pop(0)

    def close(self) -> None:
        """Close files that nobody took."""
        for descriptor in self._files:
            os.close(descriptor)
        self._files.clear()

    def _make_room(self) -> None:
        """Have the bytes that are not taken out yet begin the room, and fill half of it at most."""
        rest = self._room[self._begin : self._end]
        size = max(self._usual, 2 * len(rest))
        if size != len(self._room) or len(rest):
            self._room = memoryview(bytearray(size))
            self._room[: len(rest)] = rest
        self._begin, self._end = 0, len(rest)
