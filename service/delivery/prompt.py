"""Prompt answers: those for which nobody has to be waited for, given as soon as a request is read.

A task, the layer around all routes and the framework's requests and responses cost several times what a
lookup takes (`ready.py`). And what was answered before is not even read again (`repeats.py`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.delivery.access import Log
from service.delivery.clients import forwarded
from service.delivery.fields import Field
from service.delivery.ready import Asked, AtOnce, Ready, head, ready
from service.delivery.repeats import STEADY, Repeats, taken_apart
from service.metrics import Metrics
from service.problems import Problem
from service.releases import Releases

_CLOSING: Final = b"\r\nconnection: close\r\n"


class Prompt:
    """Gives prompt answers.

    `endpoints` are those that may have some, by path; `limit` bounds the bytes of what is remembered.
    """

    def __init__(
        self,
        releases: Releases,
        metrics: Metrics,
        endpoints: Mapping[bytes, AtOnce],
        trusted_proxy: bool,
        limit: int,
        log: Log | None = None,
    ) -> None:
        self._releases = releases
        self._metrics = metrics
        self._endpoints = endpoints
        self._trusted_proxy = trusted_proxy
        self._log = log
        self._repeats = Repeats(limit)

    def may(self, target: bytes) -> bool:
        """Whether there may be a prompt answer at that address."""
        return target.partition(b"?")[0] in self._endpoints

    def repeated(self, request: bytes) -> Ready | None:
        """What was answered when the same bytes came before, from the release in force."""
        known = self._repeats.get(request, self._releases.current().digest)
        if known is not None:
            self._metrics.prompt["repeat"] += 1
        return known

    def answer(
        self, method: str, target: bytes, headers: Sequence[Field], body: bytes, closing: bool
    ) -> Ready | None:
        """The answer to a whole request; None where it has to go the common way."""
        endpoint = self._endpoints[target.partition(b"?")[0]]
        of = head(headers, closing, self._trusted_proxy)
        found = ready(endpoint, self._releases.current(), method, target, of, body)
        if found is not None:
            self._metrics.prompt["lookup"] += 1
        return found

    def keep(self, request: bytes, head: bytes, body: bytes, scope: Mapping[str, Any]) -> None:
        """Remember what was answered to those bytes the common way, if it is the same each time."""
        digest, apart = scope["state"].get(STEADY), taken_apart(head)
        if digest and apart is not None:
            client = forwarded(scope["headers"]) if self._trusted_proxy else ""
            asked = Asked(scope["method"], scope["path"], client, digest)
            self._repeats.put(request, Ready(*apart, body, _CLOSING in head, asked))
            self._metrics.remembered = self._repeats.size

    def given(self, ready: Ready, peer: str) -> None:
        """Count and log an answer that was given to a connection of `peer`."""
        status = int(ready.status_line[9:12])
        self._metrics.count(status, "ok")
        if self._log is not None:
            method, path, client, digest = ready.to
            self._log(client or peer, method, path, status, "ok", len(ready.body), 0.0, digest)

    def refused(self, told: Problem) -> None:
        """Count a request that was refused before it was whole."""
        self._metrics.count(told.status, told.code)
