"""The service under test: the production application behind a real HTTP server, on one dataset after another.

One server in a thread of its own listens on a free port for the whole run. Which application answers changes
with the dataset of the test at hand: each is made by `create_app`, as `vndx serve --dataset` makes it, with
its own parent process and forked worker.
"""

import asyncio
import contextlib
import hashlib
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import httpx
import uvicorn
from fastapi import FastAPI
from manifest import Data, published
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize

from service.app import create_app
from service.server import listen
from service.settings import Settings

_SECONDS: Final = 60.0
"""How long anything may take: generous, for machines that do much else."""
_FORMATS: Final = {
    ".ttl": RdfFormat.TURTLE,
    ".rdf": RdfFormat.RDF_XML,
    ".nt": RdfFormat.N_TRIPLES,
}


class Stage:
    """The server. `client` talks to it; `show` changes what it serves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="stage", daemon=True)
        self._listener = listen("127.0.0.1", 0)
        self._open = contextlib.AsyncExitStack()
        self._app: FastAPI | None = None
        self._shown: str | None = None
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.client = httpx.Client(base_url=self.url, timeout=_SECONDS, trust_env=False)

    def start(self) -> None:
        """Start the thread and the server."""
        self._thread.start()
        config = uvicorn.Config(self._answer, interface="asgi3", lifespan="off", log_level="warning")
        self._server = uvicorn.Server(config)
        self._serving = asyncio.run_coroutine_threadsafe(self._server.serve([self._listener]), self._loop)

    def stop(self) -> None:
        """End the server, the application and the thread."""
        self.client.close()
        self._server.should_exit = True
        self._serving.result(_SECONDS)
        self._wait(self._open.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_SECONDS)
        self._loop.close()
        self._listener.close()

    def show(self, quads: Iterable[Quad]) -> Path:
        """Serve `quads` from now on; gives the file that holds them."""
        body = serialize(sorted(quads, key=str), format=RdfFormat.N_QUADS) or b""
        name = hashlib.sha256(body).hexdigest()
        file = self._folder / f"{name}.nq"
        if name != self._shown:
            file.write_bytes(body)
            self._wait(self._change(file))
            self._shown = name
        return file

    def _wait(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_SECONDS)

    async def _change(self, file: Path) -> None:
        await self._open.aclose()
        app = create_app(Settings(dataset=(file,), workers=1, timeout=_SECONDS, patience=_SECONDS))
        await self._open.enter_async_context(app.router.lifespan_context(app))
        self._app = app

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        assert self._app is not None
        await self._app(scope, receive, send)


def quads(data: Data) -> list[Quad]:
    """The quads of a dataset of the suite; the blank nodes of each file are its own."""
    found = [_quad(quad, None) for file in data.default for quad in _parse(file)]
    for name, file in data.named:
        found += [_quad(quad, name) for quad in _parse(file)]
    return found


def _parse(file: Path) -> Iterable[Quad]:
    return parse(
        path=file,
        format=_FORMATS[file.suffix],
        base_iri=published(file),
        rename_blank_nodes=True,
    )


def _quad(quad: Quad, graph: str | None) -> Quad:
    return Quad(
        quad.subject, quad.predicate, quad.object, DefaultGraph() if graph is None else NamedNode(graph)
    )
