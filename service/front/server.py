"""uvicorn's server, over a listener or over the connections that a front takes there and hands on."""

import asyncio
import contextlib
import socket
from collections.abc import Coroutine
from typing import cast

import uvicorn

from service.context import Context
from service.delivery.connections import Connection
from service.front.control import Front
from service.front.handover import Handed
from service.notes import note
from service.releases import Serving
from service.settings import Settings


class Server(uvicorn.Server):
    """The server of `listener`.

    A front is started at once where there may be lookups, which need a release's store; it takes connections
    from `follow` on. `config` names a protocol that `bounded` made.
    """

    def __init__(self, config: uvicorn.Config, settings: Settings, listener: socket.socket) -> None:
        super().__init__(config)
        self._listener = listener
        self._taking: set[asyncio.Task[None]] = set()
        # What takes connections here, where there is no front.
        self._listening: asyncio.Server | None = None
        self._front = None if settings.endpoint or settings.dataset else self._started(settings)
        self._fronted = self._front is not None

    def _started(self, settings: Settings) -> Front | None:
        front = Front(settings, self._listener, self._take, self._take_all, self._take_none)
        try:
            front.start()
        except (OSError, AttributeError) as error:  # a system without such sockets or files
            note(f"vndx serve: there is no front: {error}\n")
            return None
        return front

    @property
    def fronted(self) -> bool:
        """Whether there is a front, and not just now none."""
        return self._fronted

    async def follow(self, context: Context) -> None:
        """Have the front answer from the release in force, and from each next one before that is."""
        front = self._front
        if front is None:
            return

        async def hold(serving: Serving) -> None:
            await front.hold(serving.digest, serving.evaluator.lookup_store)

        context.metrics.front = front
        await context.releases.tell(hold)

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal comes."""
        await super().serve([])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take connections, where there is no front that does."""
        await super().startup(sockets)
        if not self._fronted:
            await self._listen()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, and let those that are there end."""
        await self.end_front()
        await asyncio.gather(*self._taking)  # what is not here yet would not be told
        self._listener.close()  # who comes now is refused, and need not wait to hear so
        await super().shutdown(sockets)

    async def end_front(self) -> None:
        """Have no front any more."""
        front, self._front = self._front, None
        if front is not None:
            await front.close()

    def _take(self, handed: Handed) -> None:
        self._begin(self._take_up(handed))

    async def _take_up(self, handed: Handed) -> None:
        """Go on with a connection of the front's."""
        taken = socket.socket(self._listener.family, socket.SOCK_STREAM, socket.IPPROTO_TCP, handed.file)

        def protocol() -> Connection:
            made = self._protocol()
            made.handed = handed
            return made

        with contextlib.suppress(OSError):  # the client has left
            await asyncio.get_running_loop().connect_accepted_socket(protocol, taken)

    def _take_all(self) -> None:
        """Take connections as if there had never been a front."""
        self._fronted = False
        if self.started:  # else `startup` finds that there is none
            self._begin(self._listen())

    def _take_none(self) -> None:
        """Leave new connections to the front. What waits in the listener's queue does so for both."""
        self._fronted = True
        if (listening := self._listening) is not None:
            self._listening = None
            self.servers.remove(listening)
            listening.close()

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        # Whoever closes a server closes its socket, and fronts to come have the same listener.
        own = self._listener.dup()
        made = await loop.create_server(self._protocol, sock=own, backlog=self.config.backlog)
        self._listening = made
        self.servers.append(made)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)

    def _protocol(self) -> Connection:
        kind = cast(type[Connection], self.config.http_protocol_class)
        return kind(self.config, self.server_state, {})
