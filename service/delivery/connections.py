"""Connections: prompt answers before uvicorn's protocol, which makes a task of every other request.

Within the bounds of `bounds.py`; what is answered promptly, `prompt.py` knows.
"""

import asyncio
import math
import traceback
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from service.delivery.bounds import Bounded
from service.delivery.packets import Joined
from service.delivery.prompt import Prompt
from service.delivery.ready import LONGEST, METHODS, Ready
from service.notes import note
from service.problems import Problem
from service.settings import Settings

_LINGERING: Final = 0.5
"""Seconds for the answer to a client that says no more to begin: it may have left, or wait for it."""


class Connection(Bounded):
    """One connection. Subclassed by `bounded`, which says whose `prompt` answers are given."""

    prompt: Prompt

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Of a request that may have a prompt answer: its body so far.
        self._body: list[bytes] | None = None
        # Requests that became whole with the bytes that came last.
        self._whole = 0
        self._lingering: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Answer what came before in the same bytes; read all else."""
        if self.refused:
            return
        fresh = not self.begun and self._free()
        if fresh and (known := self.prompt.repeated(data)) is not None:
            self._give(known)
            return
        self._whole, before = 0, self.cycle
        super().data_received(data)
        if fresh and self._whole == 1 and not self.begun and self.cycle is not before:
            self.cycle.transport.request = data  # type: ignore[attr-defined]

    def on_headers_complete(self) -> None:
        """The head is whole; a task is made now, or waits for what may be a prompt answer."""
        if self._may_be_prompt():
            self.head_is_whole()
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
        self._whole += 1
        if self._body is not None:
            body, self._body = self._body, None
            ready = self._ready(b"".join(body))
            if ready is not None:
                self.request_is_whole()
                self._give(ready)
                return
            self._begin()
            for piece in body:
                super().on_body(piece)
        super().on_message_complete()

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client says no more; the answer that is worked on is given, if it begins soon."""
        if self.begun or not self._busy():
            return False
        self._lingering = self.loop.call_later(_LINGERING, self._leave)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._lingering is not None:
            self._lingering.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """An answer is out; there is no next request where the client says no more."""
        super().on_response_complete()
        if self._lingering is not None and not self._busy():
            self._lingering.cancel()
            self.end()

    def _busy(self) -> bool:
        """Whether an answer is worked on or on its way."""
        return bool(self.pipeline) or (self.cycle is not None and not self.cycle.response_complete)

    def _leave(self) -> None:
        """The client is taken to have left, unless its answer has begun in the meantime."""
        if not self.cycle.response_started:
            self.transport.close()

    def tell(self, told: Problem) -> None:
        """Answer with a refusal, which counts."""
        super().tell(told)
        self.prompt.refused(told)

    def _free(self) -> bool:
        """Whether no answer is under way, and what is written now leaves now."""
        return not (self._busy() or self.flow.write_paused or self.transport.is_closing())

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
            note("".join(traceback.format_exception(error)))
            return None

    def _begin(self) -> None:
        """Have the application answer."""
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            joined = Joined(self.transport)
            self.cycle.transport = joined  # type: ignore[assignment]
            self.cycle.on_response = partial(self._answered, joined, self.scope)

    def _give(self, ready: Ready) -> None:
        """Send a prompt answer."""
        self.transport.writelines((ready.head(self.server_state.default_headers[0][1]), ready.body))
        self.prompt.given(ready, self.address)
        if ready.closing:
            self.end()
        else:
            self.rest()

    def _answered(self, joined: Joined, scope: Mapping[str, Any]) -> None:
        """An answer is whole; one without a body (HEAD, 304) is only now written."""
        joined.flush()
        if joined.request and joined.written:
            self.prompt.keep(joined.request, *joined.written, scope)
        self.on_response_complete()


def bounded(settings: Settings, prompt: Prompt) -> type[Connection]:
    """The protocol for a server of those settings; connections of one server count together."""
    members = {"settings": settings, "clients": Counter[str](), "prompt": prompt}
    return type("BoundedConnection", (Connection,), members)
