"""Frames between the processes of the local evaluator: a JSON head, bytes, and sometimes an open file.

A frame is `head length, body length` (two unsigned 32-bit numbers, network order), head, body. An open file
travels with the frame's first byte (SCM_RIGHTS, unix(7)). Both ends are ours and on one machine.
"""

import os
import socket
import struct
from collections.abc import Iterator
from typing import Any, Final

import orjson

_LENGTHS: Final = struct.Struct("!II")
_READ: Final = 64 * 1024
MARGIN: Final = 64 * 1024
"""Bytes that a worker may write to a file beyond the result itself."""


def encode(head: dict[str, Any], body: bytes = b"") -> bytes:
    """One frame."""
    packed = orjson.dumps(head)
    return _LENGTHS.pack(len(packed), len(body)) + packed + body


def send(connection: socket.socket, head: dict[str, Any], body: bytes = b"", file: int | None = None) -> None:
    """Send one frame over a blocking socket, with the open file `file` if given."""
    frame = encode(head, body)
    sent = socket.send_fds(connection, [frame], [file]) if file is not None else connection.send(frame)
    if sent < len(frame):
        connection.sendall(memoryview(frame)[sent:])


class Frames:
    """Bytes as they come from a socket, cut into frames. Files come in the order of their frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._files: list[int] = []

    def receive(self, connection: socket.socket) -> bool:
        """Read what has come; False at the end. A non-blocking socket may raise BlockingIOError."""
        data, files, _, _ = socket.recv_fds(connection, _READ, 4)
        self._files += files
        self._buffer += data
        return bool(data)

    def complete(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """The frames that are whole, each taken out as it is given."""
        while len(self._buffer) >= _LENGTHS.size:
            head_size, body_size = _LENGTHS.unpack_from(self._buffer)
            end = _LENGTHS.size + head_size + body_size
            if len(self._buffer) < end:
                return
            head = orjson.loads(self._buffer[_LENGTHS.size : _LENGTHS.size + head_size])
            body = bytes(self._buffer[_LENGTHS.size + head_size : end])
            del self._buffer[:end]
            yield head, body

    def take_file(self) -> int:
        """The oldest open file that came and was not taken; the caller closes it."""
        return self._files.pop(0)

    def close(self) -> None:
        """Close files that nobody took."""
        for descriptor in self._files:
            os.close(descriptor)
        self._files.clear()
