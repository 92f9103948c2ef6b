"""A SPARQL endpoint that may lie: a real graph behind it, and answers that end where a test wants them to.

As a transport of httpx for tests of the evaluator alone, and over a socket for tests of the whole service.
"""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import httpx
from pyoxigraph import NamedNode, QueryTriples, Store, serialize

from service.formats import FORMATS

Spoil = Callable[[bytes], bytes]


@dataclass
class Liar:
    """An endpoint over `store` that writes the formats named; `spoil` changes the body of every answer.

    `union` says what its default graph is; who is `deaf` overlooks the dataset of a request. `asked` has the
    queries so far.
    """

    store: Store
    formats: Sequence[str] = ("json", "jsonld", "rdf", "nt")
    union: bool = True
    deaf: bool = False
    spoil: Spoil = bytes
    asked: list[str] = field(default_factory=list)

    def answer(self, accept: str, body: bytes) -> tuple[int, str, bytes]:
        """Status, media type and body for a posted form."""
        fields = parse_qs(body.decode())
        self.asked.append(fields["query"][0])
        format = next((f for f in FORMATS if f.media_type == accept and f.name in self.formats), None)
        if format is None:
            return 406, "text/plain", b"not that"
        dataset = {
            option: [NamedNode(iri) for iri in fields[name]]
            for name, option in (("default-graph-uri", "default_graph"), ("named-graph-uri", "named_graphs"))
            if name in fields and not self.deaf
        }
        try:
            found = self.store.query(
                fields["query"][0], use_default_graph_as_union=self.union and not dataset, **dataset
            )
        except SyntaxError as error:
            return 400, "text/plain", str(error).encode()
        if isinstance(found, QueryTriples):
            written = serialize(found, format=format.engine) or b""
        else:
            written = found.serialize(format=format.engine) or b""
        return 200, format.media_type, self.spoil(written)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer as a transport of httpx."""
        status, kind, body = self.answer(request.headers["accept"], request.content)
        return httpx.Response(status, content=body, headers={"Content-Type": kind})


Frame = Callable[[bytes], bytes]
"""Makes headers and framed body of a body: how it is sent, and where it ends too early."""


def declared(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def chunked(body: bytes) -> bytes:
    return b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@contextmanager
def listening(liar: Liar, framed: Sequence[Frame]) -> Iterator[str]:
    """`liar` on a socket; gives its address. `framed` holds one function, which a test may change."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                head, _, body = connection.recv(65536).partition(b"\r\n\r\n")
                headers = dict(
                    line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line
                )
                while len(body) < int(headers.get(b"content-length", b"0")):
                    body += connection.recv(65536)
                status, kind, answer = liar.answer(headers[b"accept"].decode(), body)
                first = f"HTTP/1.1 {status} Told\r\nConnection: close\r\nContent-Type: {kind}\r\n"
                connection.sendall(first.encode() + framed[0](answer))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/query"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
