"""The connections that are open at the front: whose they are, and until when they may be silent."""

import select
import socket
from collections import Counter

from service.settings import Settings


class Connection:
    """A client's connection: it is closed at `due`, on the monotonic clock, if nothing comes before."""

    __slots__ = ("awaited", "due", "peer", "socket")

    def __init__(self, socket: socket.socket, peer: str, due: float) -> None:
        self.socket = socket
        self.peer = peer
        self.due = due
        self.awaited = False


class Connections:
    """Connections by their files, waited for in `poll`."""

    def __init__(self, poll: select.epoll) -> None:
        self._poll = poll
        self._open: dict[int, Connection] = {}
        self._clients: Counter[str] = Counter()
        self.get = self._open.get

    def refusal(self, peer: str, settings: Settings) -> str:
        """The code of the problem with one more connection of that client; empty where there is none."""
        share = settings.connections if settings.trusted_proxy else settings.connections_per_client
        if len(self._open) >= settings.connections:
            return "busy"
        return "too-many-requests" if self._clients[peer] >= share else ""

    def add(self, taken: socket.socket, peer: str, due: float) -> Connection:
        """A connection that was taken."""
        connection = self._open[taken.fileno()] = Connection(taken, peer, due)
        self._clients[peer] += 1
        return connection

    def wait(self, connection: Connection) -> None:
        """Wait for what comes over a connection; most say what they want at once, and never have to be."""
        if not connection.awaited:
            connection.awaited = True
            self._poll.register(connection.socket, select.EPOLLIN)

    def forget(self, connection: Connection) -> None:
        """Have nothing to do with a connection any more, whose file somebody else has."""
        if connection.awaited:
            self._poll.unregister(connection.socket)
        del self._open[connection.socket.fileno()]
        self._clients[connection.peer] -= 1
        if not self._clients[connection.peer]:
            del self._clients[connection.peer]

    def close(self, connection: Connection) -> None:
        """End a connection."""
        self.forget(connection)
        connection.socket.close()

    def close_silent(self, now: float) -> None:
        """End connections that have been silent for too long."""
        for connection in [one for one in self._open.values() if one.due < now]:
            self.close(connection)

    def close_all(self) -> None:
        """End all."""
        for connection in list(self._open.values()):
            self.close(connection)
