"""What the front and the service tell each other: connections handed on, orders, news.

One message a packet, over a pair of sockets that keep messages apart and in order (SOCK_SEQPACKET, unix(7)).
A connection travels as an open file (SCM_RIGHTS) with the bytes that were read from it and those that are not
sent yet; everything else is JSON.
"""

import socket
import struct
from typing import Any, Final, NamedTuple

import orjson

_MOST: Final = 128 * 1024
"""Bytes of a message: an answer that its client took nothing of, or a request, with room to spare."""
_LENGTHS: Final = struct.Struct("!cB?I")
_CONNECTION: Final = b"\0"
_REFUSALS: Final = ("", "busy", "too-many-requests")
_FILE: Final = struct.Struct("i")
_FILES: Final = socket.CMSG_SPACE(_FILE.size)
_HEARING: Final = socket.MSG_DONTWAIT | socket.MSG_CMSG_CLOEXEC


class Handed(NamedTuple):
    """A connection handed on: its open file, the bytes to send first, and those that came already.

    It is to be turned away with the problem of that code where `refusal` is not empty, and to be closed when
    all is sent where `closing`.
    """

    file: int
    unsent: bytes = b""
    unread: bytes = b""
    refusal: str = ""
    closing: bool = False


def pair() -> tuple["Channel", "Channel"]:
    """The two ends. Raises `OSError` where the system has no such sockets."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    return Channel(ours), Channel(theirs)


class Channel:
    """One end."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._room = memoryview(bytearray(_MOST))
        self.fileno = end.fileno
        self.close = end.close

    def hand(self, connection: Handed) -> None:
        """Hand a connection on; the caller closes its own file. Raises `BlockingIOError` for want of room."""
        refusal = _REFUSALS.index(connection.refusal)
        start = _LENGTHS.pack(_CONNECTION, refusal, connection.closing, len(connection.unsent))
        file = (socket.SOL_SOCKET, socket.SCM_RIGHTS, _FILE.pack(connection.file))
        self._end.sendmsg((start, connection.unsent, connection.unread), (file,), socket.MSG_DONTWAIT)

    def tell(self, told: dict[str, Any]) -> None:
        """Tell the other end something."""
        self._end.send(orjson.dumps(told))

    def hear(self) -> Handed | dict[str, Any] | None:
        """The next message; None at the end. Raises `BlockingIOError` where none has come.

        A connection for which this process may open no file was closed by the system, and is passed over.
        """
        size, files, _, _ = self._end.recvmsg_into((self._room,), _FILES, _HEARING)
        if not size:
            return None
        if self._room[0] != _CONNECTION[0]:
            return dict(orjson.loads(self._room[:size]))
        if not files:
            return self.hear()
        _, refusal, closing, unsent = _LENGTHS.unpack_from(self._room)
        ((_, _, packed),) = files
        (file,) = _FILE.unpack(packed)
        middle = _LENGTHS.size + unsent
        sent, read = self._room[_LENGTHS.size : middle], self._room[middle:size]
        return Handed(file, bytes(sent), bytes(read), _REFUSALS[refusal], closing)

    def end(self) -> None:
        """Say no more; the other end hears so."""
        self._end.shutdown(socket.SHUT_WR)
