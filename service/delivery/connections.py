"""Connections: how much a client may send before a route sees any of it, and how long it may take.

uvicorn's HTTP protocol with bounds around it, and with prompt answers (`prompt.py`) before it. A head that is
too large or too slow, a connection too many and bytes that are not HTTP are answered in the form of all our
errors, and the connection is closed.
"""

import asyncio
import math
import sys
import traceback
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from service.delivery import refusals
from service.delivery.clients import client as client_of
from service.delivery.deadline import Deadline
from service.delivery.packets import Joined
from service.delivery.prompt import LONGEST, METHODS, Prompt
from service.delivery.repeats import Ready
from service.problems import Problem, problem
from service.protocol import WHOLE
from service.settings import Settings

LONGEST_ADDRESS: Final = 65_000
"""Bytes of a request's target; the parser below reads up to 65,535 with the origin."""
_TURNED_AWAY: Final = 2.0


class Connection(HttpToolsProtocol):
    """One connection. Subclassed by `bounded`, which says whose settings are `settings`."""

    settings: Settings
    clients: Counter[str]
    prompt: Prompt

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
        self._reading = Deadline(self.loop)
        self._allowed = self._granted = 0.0
        self._writing: asyncio.TimerHandle | None = None
        self._address = ""
        # Of a request that may be answered promptly: its body so far. And how many requests the bytes held
        # that came last.
        self._body: list[bytes] | None = None
        self._whole = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or turn it away where there are too many."""
        super().connection_made(transport)
        self._address = address = client_of(self.client[0]) if self.client else ""
        self.clients[address] += 1
        most = self.settings.connections
        share = most if self.settings.trusted_proxy else self.settings.connections_per_client
        if len(self.connections) > most:
            self._turn_away(problem("busy", "Too many connections are open.", headers={"Retry-After": "5"}))
        elif self.clients[address] > share:
            detail = f"{share} of your connections are open already; use fewer."
            self._turn_away(problem("too-many-requests", detail, headers={"Retry-After": "5"}))
        else:
            self._allowed = self.settings.head_seconds
            self._grant()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._reading.cancel()
        self._stop_writing()
        self.clients[self._address] -= 1
        if self.clients[self._address] <= 0:
            del self.clients[self._address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the connection was refused: what still comes is not looked at."""
        if self._refusal is not None or self.parser is None:
            return
        fresh = not self._begun and self._free()
        if fresh and (known := self.prompt.repeated(data)) is not None:
            self._give(known)
            return
        self._unread += len(data)
        self._whole = 0
        before = self.cycle
        super().data_received(data)
        # The parser keeps a name or value to itself until it is whole.
        if self._unread > LONGEST_ADDRESS + self.settings.max_head and self._refusal is None:
            self._refusal = self._headers_too_large()
            self.send_400_response("")
        if self._begun:
            self._grant()
        elif fresh and self._whole == 1 and self.cycle is not before:
            self.cycle.transport.request = data  # type: ignore[attr-defined]

    def on_message_begin(self) -> None:
        """A request begins; its head has so much time."""
        self._head = 0
        self._begun = True
        self._allowed = self.settings.head_seconds
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
        self._allowed, self._granted = self.settings.body_seconds + _TURNED_AWAY, 0.0
        if self._may_be_prompt():
            self._body = []
        else:
            self._begin()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if self._body is None:
            super().on_body(body)
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._reading.clear()
        self._granted = 0.0
        self._unread = 0.0
        self._begun = False
        self._whole += 1
        if self._body is not None:
            ready = self._ready(b"".join(self._body))
            if ready is not None:
                self._body = None
                self._give(ready)
                return
            self._begin()
        self.scope["state"][WHOLE] = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer is out: the next request may come, and has its time to."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._rest()

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
        self._tell(told)
        self.transport.close()

    def _free(self) -> bool:
        """Whether no answer is under way, and what is written now leaves now."""
        answered = self.cycle is None or self.cycle.response_complete
        return (
            answered and not self.pipeline and not self.flow.write_paused and not self.transport.is_closing()
        )

    def _may_be_prompt(self) -> bool:
        """Whether the request, whose head is whole, may have an answer before a task is made for it."""
        return (
            self._free()
            and self.prompt.may(self.url)
            and self.parser.get_method() in METHODS
            and self.parser.get_http_version() == "1.1"
            and not self.expect_100_continue
            and not self.parser.should_upgrade()
            and self._body_length() <= LONGEST
        )

    def _body_length(self) -> float:
        """Bytes of body that the head announces."""
        for name, value in self.headers:
            if name == b"content-length" and value.isdigit():
                return int(value)
            if name == b"transfer-encoding":
                return math.inf
        return 0

    def _ready(self, body: bytes) -> Ready | None:
        """The prompt answer to the request, if it has one."""
        method = self.parser.get_method().decode("ascii")
        closing = not self.parser.should_keep_alive()
        try:
            return self.prompt.answer(method, self.url, self.headers, body, closing)
        except Exception as error:  # which the parser would take for bytes that are no HTTP
            sys.stderr.write("".join(traceback.format_exception(error)))
            return None

    def _begin(self) -> None:
        """Have the application answer; it gets what there is of the body."""
        body, self._body = self._body, None
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            joined = Joined(self.transport)
            self.cycle.transport = joined  # type: ignore[assignment]
            self.cycle.on_response = partial(self._answered, joined, self.scope)
        for piece in body or ():
            super().on_body(piece)

    def _give(self, ready: Ready) -> None:
        """Send a prompt answer."""
        self.transport.writelines((ready.head(self.server_state.default_headers[0][1]), ready.body))
        self.prompt.given(ready, self._address)
        if ready.closing:
            self.transport.close()
        else:
            self._rest()

    def _answered(self, joined: Joined, scope: Mapping[str, Any]) -> None:
        """An answer is whole; one without a body (HEAD, 304) is only now written."""
        joined.flush()
        if joined.request and joined.written:
            self.prompt.keep(joined.request, *joined.written, scope)
        self.on_response_complete()

    def _rest(self) -> None:
        """Wait for the next request, for so long; one that has begun already has its own time."""
        if not self._begun:
            self._reading.set(self.timeout_keep_alive, self.transport.close)

    def _refuse(self, told: Problem) -> None:
        """Stop the parser, which calls `send_400_response`."""
        self._refusal = told
        raise ValueError(told.code)

    def _headers_too_large(self) -> Problem:
        return problem("headers-too-large", f"The headers have more than {self.settings.max_head} bytes.")

    def _turn_away(self, told: Problem) -> None:
        self._refusal = told
        self._tell(told)
        # Closed a little later: closing at once, with the request unread, would take the answer with it.
        self._reading.set(_TURNED_AWAY, self.transport.close)

    def _tell(self, told: Problem) -> None:
        self.transport.write(refusals.response(told))
        self.prompt.refused(told)

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
        if self._begun and (self.cycle is None or self.cycle.response_complete):
            self._refusal = problem("request-timeout", "The request did not come in time.")
            self._tell(self._refusal)
        self.transport.close()


def bounded(settings: Settings, prompt: Prompt) -> type[Connection]:
    """The protocol for a server of those settings; connections of one server count together."""
    return type(
        "BoundedConnection", (Connection,), {"settings": settings, "clients": Counter(), "prompt": prompt}
    )
