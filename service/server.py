"""Running the service: one address, one process, until it is told to stop."""

import asyncio
import contextlib
import errno
import gc
import math
import resource
import signal
import socket
import sys

import uvicorn

from loaders.release import ReleaseError
from service.app import create_app
from service.delivery.connections import bounded
from service.evaluators import slices
from service.evaluators.port import EvaluationError
from service.front.server import Server
from service.notes import queue_stderr
from service.settings import Settings


class ServerError(Exception):
    """The service cannot start; the message is one line that says why and what to do."""


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises `ServerError` where the port or the graph cannot be had."""
    queue_stderr()
    listener = listen(settings.host, settings.port)
    _allow_files()
    try:
        with asyncio.Runner(loop_factory=_new_loop) as runner:
            runner.run(_serve(settings, listener))
    except (ReleaseError, EvaluationError, OSError) as error:
        raise ServerError(str(error)) from error
    finally:
        listener.close()


def _allow_files() -> None:
    """Open as many files as the system lets this process: a connection is one, and so is a large answer."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, before any work is done. Raises `ServerError`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        # With the protocol named, event loops set TCP_NODELAY on what they accept; else answers wait 40 ms.
        listener = socket.socket(found[0], socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise ServerError(f"cannot listen on {host}: {error.strerror}") from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(found[4])
        listener.listen(1024)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ServerError(
                f"port {port} on {host} is in use: choose another with --port (make serve PORT=8001)"
            ) from error
        raise ServerError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener


def _new_loop() -> asyncio.AbstractEventLoop:
    """uvloop's event loop where there is one (not on Windows)."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def _serve(settings: Settings, listener: socket.socket) -> None:
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_level="error",  # of what clients do wrong, they are told, and the log is not filled with it
        access_log=False,
        server_header=False,
        proxy_headers=False,
        http=bounded(settings, app.prompt),
        timeout_graceful_shutdown=math.ceil(settings.grace),
        timeout_keep_alive=75,
    )
    server = Server(config, settings, listener)
    try:
        # The lifespan is run here, so that a failure to start is ours to tell, without a trace.
        async with app.router.lifespan_context(app):
            await server.follow(app.state.context)
            # What is here now stays; a collector that walks over it again and again only holds up requests.
            gc.collect()
            gc.freeze()
            # Where there is a front, it has the short slices, and nobody's lookup waits here.
            slices.give(0, slices.MEDIUM if server.fronted else slices.SHORT)
            sys.stderr.write(addresses(*listener.getsockname()[:2]))
            sys.stderr.flush()
            # uvicorn raises the signal that stopped it once more when it is done; tidying up comes after
            # that.
            signal.signal(signal.SIGTERM, lambda number, frame: None)
            await server.serve()
    finally:
        await server.end_front()


def addresses(host: str, port: int) -> str:
    """The addresses to try first, one a line."""
    root = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return (
        f"vndx is serving on {root}/\n"
        f"  SPARQL      {root}/sparql\n"
        f"  questions   {root}/questions\n"
        f"  explorer    {root}/explore\n"
        f"  views       {root}/views\n"
        f"  dataset     {root}/dataset\n"
    )
