"""Connections: how much a client may send before a route sees any of it, and how long it may take.

uvicorn's HTTP protocol with bounds around it. A head that is too large or too slow, a connection too many and
bytes that are not HTTP are answered in the form of all our errors, and the connection is closed.
"""

import asyncio
import math
from collections import Counter
from functools import partial
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from service.delivery.clients import client as client_of
from service.delivery.packets import Joined
from service.problems import MEDIA_TYPE, Problem, problem
from service.protocol import WHOLE
from service.settings import Settings

LONGEST_ADDRESS: Final = 65_000
"""Bytes of a request's target; the parser below reads up to 65,535 with the origin."""
_TURNED_AWAY: Final = 2.0


class Connection(HttpToolsProtocol):
    """One connection. Subclassed by `bounded`, which says whose settings are `settings`."""

    settings: Settings
    clients: Counter[str]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._refusal: Problem | None = None
        self._head = 0
        self._unread = 0.0
        self._begun = False
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or turn it away where there are too many."""
        super().connection_made(transport)
        address = self._address()
        self.clients[address] += 1
        most = self.settings.connections
        share = most if self.settings.trusted_proxy else self.settings.connections_per_client
        if len(self.connections) > most:
            self._turn_away(problem("busy", "Too many connections are open.", headers={"Retry-After": "5"}))
        elif self.clients[address] > share:
            detail = f"{share} of your connections are open already; use fewer."
            self._turn_away(problem("too-many-requests", detail, headers={"Retry-After": "5"}))
        else:
            self._read_within(self.settings.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_reading()
        self._stop_writing()
        address = self._address()
        self.clients[address] -= 1
        if self.clients[address] <= 0:
            del self.clients[address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the connection was refused: what still comes is not looked at."""
        if self._refusal is not None or self.parser is None:
            return
        self._unread += len(data)
        super().data_received(data)
        # The parser keeps a name or value to itself until it is whole.
        if self._unread > LONGEST_ADDRESS + self.settings.max_head and self._refusal is None:
            self._refusal = self._headers_too_large()
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """A request begins; its head has so much time."""
        self._head = 0
        self._begun = True
        if self._reading is None:
            self._read_within(self.settings.head_seconds)
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of the request's target."""
        super().on_url(url)
        if len(self.url) > LONGEST_ADDRESS:
            self._refuse(
                problem(
                    "address-too-long",
                    f"The address has more than {LONGEST_ADDRESS} bytes: post a query that long.",
                )
            )

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._head += len(name) + len(value) + 4
        if self._head > self.settings.max_head:
            self._refuse(self._headers_too_large())
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole; the body has so much time."""
        self._unread = -math.inf
        self._read_within(self.settings.body_seconds + _TURNED_AWAY)
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            joined = Joined(self.transport)
            self.cycle.transport = joined  # type: ignore[assignment]
            self.cycle.on_response = partial(self._answered, joined)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._stop_reading()
        self._unread = 0.0
        self._begun = False
        self.scope["state"][WHOLE] = True
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client takes less than we have for it: it must take some of it in time."""
        super().pause_writing()
        self._stop_writing()
        self._writing = self.loop.call_later(self.settings.write_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has taken some."""
        self._stop_writing()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Tell what is wrong with a request that no route will see. Called where the parser gave up."""
        told = self._refusal or problem("bad-request", "That is not HTTP/1.1.", headers={})
        self._refusal = told
        self._stop_reading()
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if cycle.response_started or not cycle.more_body or self.pipeline:
                self.transport.abort()  # an answer is on its way, which must not be mixed with this one
                return
            cycle.disconnected = True  # whoever reads the body hears that no more of it will come
            cycle.message_event.set()
        self.transport.write(_bare(told))
        self.transport.close()

    def _answered(self, joined: Joined) -> None:
        """An answer is whole; one without a body (HEAD, 304) is only now written."""
        joined.flush()
        self.on_response_complete()

    def _refuse(self, told: Problem) -> None:
        """Stop the parser, which calls `send_400_response`."""
        self._refusal = told
        raise ValueError(told.code)

    def _headers_too_large(self) -> Problem:
        return problem("headers-too-large", f"The headers have more than {self.settings.max_head} bytes.")

    def _turn_away(self, told: Problem) -> None:
        self._refusal = told
        self.transport.write(_bare(told))
        # Closed a little later: closing at once, with the request unread, would take the answer with it.
        self._reading = self.loop.call_later(_TURNED_AWAY, self.transport.close)

    def _read_within(self, seconds: float) -> None:
        self._stop_reading()
        self._reading = self.loop.call_later(seconds, self._too_slow)

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _stop_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    def _too_slow(self) -> None:
        """The head or body did not come in time. Who sent nothing at all is not waiting for an answer."""
        self._reading = None
        if self.transport.is_closing():
            return
        if self._begun and (self.cycle is None or self.cycle.response_complete):
            self._refusal = problem("request-timeout", "The request did not come in time.")
            self.transport.write(_bare(self._refusal))
        self.transport.close()

    def _address(self) -> str:
        return client_of(self.client[0]) if self.client else ""


def bounded(settings: Settings) -> type[Connection]:
    """The protocol for a server of those settings; connections of one server count together."""
    return type("BoundedConnection", (Connection,), {"settings": settings, "clients": Counter()})


def _bare(told: Problem) -> bytes:
    """A whole response, for a connection that ends with it."""
    body = told.body()
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
        "Vndx-Problem": told.code,
        "Connection": "close",
        **told.headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {told.status} {told.title}\r\n{lines}\r\n".encode("latin-1", "replace") + body
