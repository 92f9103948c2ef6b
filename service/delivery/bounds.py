"""How much a client may send before a route sees any of it, and how long it may take.

uvicorn's HTTP protocol with bounds around it. A head that is too large or too slow, a connection too many and
bytes that are not HTTP are answered in the form of all our errors, and the connection is closed.
"""

import asyncio
import math
from collections import Counter
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from service.bodies import WHOLE
from service.delivery import refusals
from service.delivery.clients import client as client_of
from service.delivery.deadline import Deadline
from service.front.handover import Handed
from service.problems import Problem, problem
from service.settings import Settings

LONGEST_ADDRESS: Final = 65_000
"""Bytes of a request's target; the parser below reads up to 65,535 with the origin."""
_TURNED_AWAY: Final = 2.0


class Bounded(HttpToolsProtocol):
    """One connection within the bounds of `settings`; those of one server count `clients` together."""

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
        self.address = ""
        """The client's, as it counts where shares are given out."""
        self.begun = False
        """Whether a request has begun that is not whole yet."""
        self.handed = Handed(0)
        """What came of the connection before it was handed on to the service, if it was."""
        self._refusal: Problem | None = None
        self._head = 0
        self._unread = 0.0
        self._reading = Deadline(self.loop)
        # Seconds that what is read now may take, and those that the deadline was set to, or 0.
        self._allowed = self._granted = 0.0
        self._writing: asyncio.TimerHandle | None = None

    @property
    def refused(self) -> bool:
        """Whether nothing more is read."""
        return self._refusal is not None or self.parser is None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or turn it away where there are too many."""
        super().connection_made(transport)
        self.address = address = client_of(self.client[0]) if self.client else ""
        self.clients[address] += 1
        self.transport.write(self.handed.unsent)
        if refusal := self._too_many(self.handed.refusal):
            self._turn_away(refusal)
        else:
            self._take_up(self.handed)

    def _too_many(self, refusal: str) -> Problem | None:
        """What is wrong with one more connection, here or at the front, whose `refusal` it was."""
        most = self.settings.connections
        share = most if self.settings.trusted_proxy else self.settings.connections_per_client
        if len(self.connections) > most or refusal == "busy":
            return problem("busy", "Too many connections are open.", headers={"Retry-After": "5"})
        if self.clients[self.address] > share or refusal:
            detail = f"{share} of your connections are open already; use fewer."
            return problem("too-many-requests", detail, headers={"Retry-After": "5"})
        return None

    def _take_up(self, handed: Handed) -> None:
        """Begin, or go on where the front left off."""
        if handed.closing:
            self.end()
        elif handed.unsent:
            self.rest()
        else:
            self._allowed = self.settings.head_seconds
            self._grant()
        if handed.unread:
            self.data_received(handed.unread)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._reading.cancel()
        self._stop_writing()
        self.clients[self.address] -= 1
        if self.clients[self.address] <= 0:
            del self.clients[self.address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the connection was refused: what still comes is not looked at."""
        if self.refused:
            return
        self._unread += len(data)
        super().data_received(data)
        # The parser keeps a name or value to itself until it is whole.
        if self._unread > LONGEST_ADDRESS + self.settings.max_head and self._refusal is None:
            self._refusal = self._headers_too_large()
            self.send_400_response("")
        if self.begun:
            self._grant()

    def on_message_begin(self) -> None:
        """A request begins; its head has so much time."""
        self._head = 0
        self.begun = True
        self._allowed = self.settings.head_seconds
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of the request's target."""
        super().on_url(url)
        if len(self.url) > LONGEST_ADDRESS:
            detail = f"The address has more than {LONGEST_ADDRESS} bytes: post a query that long."
            self._refuse(problem("address-too-long", detail))

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._head += len(name) + len(value) + 4
        if self._head > self.settings.max_head:
            self._refuse(self._headers_too_large())
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self.head_is_whole()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self.request_is_whole()
        self.scope["state"][WHOLE] = True
        super().on_message_complete()

    def head_is_whole(self) -> None:
        """The body has so much time."""
        self._unread = -math.inf
        self._allowed, self._granted = self.settings.body_seconds + _TURNED_AWAY, 0.0

    def request_is_whole(self) -> None:
        """What it takes to answer is not the client's time."""
        self._reading.clear()
        self._granted = 0.0
        self._unread = 0.0
        self.begun = False

    def on_response_complete(self) -> None:
        """An answer is out: the next request may come, and has its time to."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            if self in self.connections:
                self.end()
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self.rest()

    def rest(self) -> None:
        """Wait for the next request, for so long; one that has begun already has its own time."""
        if not self.begun:
            self._reading.set(self.timeout_keep_alive, self.end)

    def end(self) -> None:
        """Close the connection once everything is sent, or the client has had its time to take it."""
        self.transport.close()
        self._reading.set(self.settings.write_seconds, self.transport.abort)

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
        self._reading.clear()
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if cycle.response_started or not cycle.more_body or self.pipeline:
                self.transport.abort()  # an answer is on its way, which must not be mixed with this one
                return
            cycle.disconnected = True  # whoever reads the body hears that no more of it will come
            cycle.message_event.set()
        self.tell(told)
        self.end()

    def tell(self, told: Problem) -> None:
        """Answer with a refusal."""
        self.transport.write(refusals.response(told))

    def _refuse(self, told: Problem) -> None:
        """Stop the parser, which calls `send_400_response`."""
        self._refusal = told
        raise ValueError(told.code)

    def _headers_too_large(self) -> Problem:
        return problem("headers-too-large", f"The headers have more than {self.settings.max_head} bytes.")

    def _turn_away(self, told: Problem) -> None:
        self._refusal = told
        self.connections.discard(self)  # nobody else is turned away for it
        if not self.handed.unsent:  # else it would be told in the middle of an answer
            self.tell(told)
        # Closed a little later: closing at once, with the request unread, would take the answer with it.
        self._reading.set(_TURNED_AWAY, self.end)

    def _grant(self) -> None:
        """Give the head, or the body, the seconds it is allowed, unless it has them already."""
        if self._granted != self._allowed:
            self._granted = self._allowed
            self._reading.set(self._allowed, self._too_slow)

    def _stop_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    def _too_slow(self) -> None:
        """The head or body did not come in time. Who sent nothing at all is not waiting for an answer."""
        if self.transport.is_closing():
            return
        if self.begun and (self.cycle is None or self.cycle.response_complete):
            self._refusal = problem("request-timeout", "The request did not come in time.")
            self.tell(self._refusal)
        self.end()
