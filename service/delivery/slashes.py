"""Addresses with a slash too many at their end, as is often written: they lead to those without."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PLAIN: Final = "/:@!$&'()*+,;=~"
"""What may stand in a path as it is (RFC 3986, section 3.3), beside letters and digits."""
_IN_QUERY: Final = _PLAIN + "?%[]"


class Slashes:
    """The application `app`, which has `routes`, with a redirect from each address that ends in a slash.

    It leads to the address without, if there is something; else the application says that there is nothing.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        answer: ASGIApp = self._app
        path = scope["path"]
        # What begins with two slashes would name another server.
        if path.endswith("/") and path.strip("/") and not path.startswith("//") and path[-2:] != "//":
            plain = path[:-1]
            if await self._is({**scope, "path": plain, "raw_path": quote(plain).encode()}, receive):
                query = scope["query_string"]
                location = quote(plain, _PLAIN) + ("?" + quote(query, _IN_QUERY) if query else "")
                # The same method and body are sent there again: 308, not 301.
                answer = Response(status_code=308, headers={"Location": location})
        await answer(scope, receive, send)

    async def _is(self, scope: Scope, receive: Receive) -> bool:
        """Whether there is something at the address; where parts of it may be anything, it is asked for."""
        found = (route.matches(scope) for route in self._routes)
        matched = next((child for match, child in found if match is Match.FULL), None)
        if matched is None:
            return False
        if not matched.get("path_params"):
            return True
        if scope["method"] != "GET":
            return False
        statuses = []

        async def hear(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        await self._app({**scope}, receive, hear)
        return bool(statuses) and statuses[0] < 400
