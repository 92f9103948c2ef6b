"""Connections that the service takes up where the front left off, and those whose client takes nothing."""

import asyncio
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing

import pytest
import uvicorn
from uvicorn.server import ServerState

from service.delivery.bounds import Bounded
from service.front.handover import Handed
from service.settings import Settings

LONG = b"x" * 50_000
"""More than the system holds, and less than what makes the event loop wait for the client."""


async def application(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
    """Answers with nothing, or with much."""
    body = LONG if scope["path"] == "/long" else b""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


class Taking:
    """Takes connections of one client up."""

    def __init__(self, settings: Settings) -> None:
        members = {"settings": settings, "clients": Counter[str]()}
        self.config = uvicorn.Config(
            application,
            http=type("Some", (Bounded,), members),
            lifespan="off",
            log_level="critical",
            timeout_keep_alive=1,
        )

        self.config.load()
        self.state = ServerState()
        self.listener = socket.create_server(("127.0.0.1", 0))
        # Small, so that an answer soon has no more room.
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)

    async def take(self, handed: Handed) -> socket.socket:
        """The client's end of a connection of which that came."""
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(10)
        client.connect(self.listener.getsockname())
        taken, _ = self.listener.accept()

        def protocol() -> Bounded:
            made = self.config.http_protocol_class(self.config, self.state, {})
            assert isinstance(made, Bounded)
            made.handed = handed
            return made

        await asyncio.get_running_loop().connect_accepted_socket(protocol, taken)
        return client

    async def empty(self) -> bool:
        """Whether no connection is left, before long."""
        for _ in range(200):
            if not self.state.connections:
                return True
            await asyncio.sleep(0.02)
        return False


def whole(client: socket.socket) -> bytes:
    """All that comes until the end."""
    came = b""
    while data := client.recv(65536):
        came += data
    return came


def run(test: Callable[[Taking], Awaitable[None]], settings: Settings) -> None:
    async def running() -> None:
        taking = Taking(settings)
        with closing(taking.listener):
            await test(taking)

    asyncio.run(running())


def test_an_answer_begun_at_the_front_ends_whole() -> None:
    """What is unsent comes before all else; one connection too many is closed after it, with no word more."""

    async def test(taking: Taking) -> None:
        with closing(await taking.take(Handed(0, b"the rest", closing=True))) as client:
            assert await asyncio.to_thread(whole, client) == b"the rest"
        with closing(await taking.take(Handed(0, LONG))) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            came = await asyncio.to_thread(whole, client)
            assert came.startswith(LONG + b"HTTP/1.1 200 OK\r\n")
        assert await taking.empty()
        with closing(await taking.take(Handed(0))), closing(await taking.take(Handed(0, LONG))) as second:
            assert await asyncio.to_thread(whole, second) == LONG
        assert await taking.empty()

    run(test, Settings(connections_per_client=1))


@pytest.mark.parametrize(
    ("handed", "asked"),
    [
        (Handed(0, LONG, closing=True), b""),
        (Handed(0, LONG), b""),
        (Handed(0), b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n"),
        (Handed(0, b"", b"GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), b""),
    ],
    ids=["handed on, to close", "handed on", "to keep", "to close"],
)
def test_who_never_takes_the_rest_of_an_answer_is_let_go(handed: Handed, asked: bytes) -> None:
    async def test(taking: Taking) -> None:
        with closing(await taking.take(handed)) as client:
            client.sendall(asked)
            assert await taking.empty()

    run(test, Settings(write_seconds=0.1))


def test_who_takes_its_time_may_ask_on() -> None:
    """The rest of an answer has not the time of a request's head, but the next request's head has that."""

    async def test(taking: Taking) -> None:
        with closing(await taking.take(Handed(0, b"the rest"))) as client:
            await asyncio.sleep(0.4)
            client.sendall(b"GET / HTTP/1.1\r\n")
            assert b"408" in (await asyncio.to_thread(whole, client)).partition(b"the rest")[2]

    run(test, Settings(head_seconds=0.2))
