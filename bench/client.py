"""A client that costs little: one socket, requests made beforehand, answers read and not looked at.

What a benchmark's client costs is missing to the server on a small machine, and hides how fast that is.
"""

import socket
import urllib.parse
from dataclasses import dataclass
from typing import Final

JSON: Final = "application/sparql-results+json"
N_TRIPLES: Final = "application/n-triples"


class RefusedError(Exception):
    """The answer was not 200; the message is its status and beginning."""


@dataclass(frozen=True)
class Address:
    """Where a SPARQL endpoint listens on this machine."""

    port: int
    path: str

    def request(self, query: str, accept: str = JSON) -> bytes:
        """The bytes of a request that posts `query` as a form."""
        body = urllib.parse.urlencode({"query": query}).encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: {accept}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class Connection:
    """One connection that is kept open; opened anew where the server closed it."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._socket: socket.socket | None = None
        self.head = b""
        """The head of the last answer, in lower case."""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def send(self, request: bytes) -> bytes:
        """The body of the answer, as sent: a chunked one with its sizes. Raises `RefusedError`."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._address.port), timeout=120)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        got = bytearray()
        while (end := got.find(b"\r\n\r\n")) < 0:
            self._more(got)
        head = bytes(got[: end + 2]).lower()
        self.head = head
        if b"content-length: " in head:
            length = int(head.split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
            while len(got) < end + 4 + length:
                self._more(got)
        elif b"transfer-encoding: chunked" in head:
            while not got.endswith(b"0\r\n\r\n"):
                self._more(got)
        if b"connection: close" in head:
            self.close()
        if not head.startswith(b"http/1.1 200"):
            raise RefusedError(bytes(got[:300]).decode("utf-8", "replace"))
        return bytes(got[end + 4 :])

    def _more(self, got: bytearray) -> None:
        assert self._socket is not None
        data = self._socket.recv(1 << 20)
        if not data:
            self.close()
            raise RefusedError("the server closed the connection")
        got += data
