"""The head of an answer leaves with the first piece of its body, in one write.

uvicorn writes them one after the other: two system calls, two packets, and a client that is woken twice.
"""

import asyncio


class Joined:
    """What uvicorn's cycle of one request and answer takes for its transport. It holds the head back.

    `request` are the bytes that the request came in, where they held nothing else; `written` are the head and
    body of an answer that left in one write.
    """

    __slots__ = ("_begun", "_head", "_transport", "request", "written")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""
        self._begun = False
        self.request = b""
        self.written: tuple[bytes, bytes] | None = None

    def write(self, data: bytes) -> None:
        """Hold the head; write it with what follows. An interim answer (1xx) is written at once."""
        if not self._begun and not data.startswith(b"HTTP/1.1 1"):
            self._begun = True
            self._head = data
        elif self._head:
            self.written = self._head, data
            head, self._head = self._head, b""
            if not self._transport.is_closing():  # uvloop's write does without a client, its writelines not
                self._transport.writelines((head, data))
        elif data:
            self.written = None
            self._transport.write(data)

    def flush(self) -> None:
        """Write a head that nothing follows."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Close the connection once everything is written."""
        self.flush()
        self._transport.close()

    def is_closing(self) -> bool:
        """Whether the connection is closed or about to be."""
        return self._transport.is_closing()
