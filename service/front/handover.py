"""What the front and the service tell each other: connections handed on, orders, news.

One message a packet, over a pair of sockets that keep messages apart and in order (SOCK_SEQPACKET, unix(7)).
A connection travels as an open file (SCM_RIGHTS) with the bytes that were read from it and those that are not
sent yet; everything else is JSON.
"""

import socket
import struct
from typing import Any, Final, NamedTuple

import orjson

MOST: Final = 128 * 1024
"""Bytes of a message: an answer that its client took nothing of, or a request, with room to spare."""
_LENGTHS: Final = struct.Struct("!cB?I")
_CONNECTION: Final = b"\0"
_REFUSALS: Final = ("", "busy", "too-many-requests")
_FILE: Final = struct.Struct("i")
_FILES: Final = socket.CMSG_SPACE(_FILE.size)


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


def pair() -> tuple[socket.socket, socket.socket]:
    """The two ends. Raises `OSError` where the system has no such sockets."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def hand(channel: socket.socket, connection: Handed) -> None:
    """Hand a connection on; the caller closes its own file. Raises `BlockingIOError` for want of room."""
    refusal = _REFUSALS.index(connection.refusal)
    start = _LENGTHS.pack(_CONNECTION, refusal, connection.closing, len(connection.unsent))
    file = (socket.SOL_SOCKET, socket.SCM_RIGHTS, _FILE.pack(connection.file))
    channel.sendmsg((start, connection.unsent, connection.unread), (file,), socket.MSG_DONTWAIT)


def tell(channel: socket.socket, told: dict[str, Any]) -> None:
    """Tell the other end something."""
    channel.send(orjson.dumps(told))


def hear(channel: socket.socket) -> Handed | dict[str, Any] | None:
    """The next message; None at the end. Raises `BlockingIOError` where none has come.

    A connection for which this process may open no file any more is closed by the system, and passed over.
    """
    data, told, _, _ = channel.recvmsg(MOST, _FILES, socket.MSG_DONTWAIT | socket.MSG_CMSG_CLOEXEC)
    if not data:
        return None
    if data[:1] != _CONNECTION:
        return dict(orjson.loads(data))
    if not told:
        return hear(channel)
    _, refusal, closing, unsent = _LENGTHS.unpack_from(data)
    ((_, _, packed),) = told
    (file,) = _FILE.unpack(packed)
    middle = _LENGTHS.size + unsent
    return Handed(file, data[_LENGTHS.size : middle], data[middle:], _REFUSALS[refusal], closing)
