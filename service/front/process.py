"""The process of the front: `python -m service.front.process LISTENER CHANNEL TALLY`, three open files.

It waits for connections and for what comes over them, and does one thing at a time, none of which takes long.
Whatever is not a lookup goes to the service, with its connection, for good: a request in pieces, pages,
queries that need a worker, errors. It ends when the service ends.
"""

import gc
import mmap
import os
import select
import socket
import struct
import sys
import time
import traceback
from collections import deque
from email.utils import formatdate
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from service import operation
from service.delivery import access
from service.delivery.clients import client
from service.delivery.ready import Ready
from service.evaluators import slices
from service.evaluators.lookup import Lookups, lookups
from service.front.connections import Connection, Connections
from service.front.handover import Channel, Handed
from service.front.requests import MOST, Release, Requests
from service.notes import note, queue_stderr
from service.settings import Settings

KEEP_ALIVE: Final = 75.0
"""Seconds that a connection may be silent between two requests."""
TALLY: Final = struct.Struct("Q")
"""How many requests were answered, in memory that the service reads."""

_AT_ONCE: Final = 64
"""Connections taken before those that are there already have their turn."""
_LOOK: Final = 1.0
"""Seconds between two looks for connections that have been silent for too long."""


class Front:
    """Takes connections from `listener` and hands them on over `channel`; counts answers in `tally`."""

    def __init__(self, listener: socket.socket, channel: Channel, tally: mmap.mmap) -> None:
        self._listener = listener
        self._channel = channel
        self._tally = tally
        (self._answered,) = TALLY.unpack_from(tally)
        self._settings = Settings()
        self._found: Lookups | None = None
        self._requests: Requests | None = None
        self._poll = select.epoll()
        self._open = Connections(self._poll)
        # Connections that the service has not taken yet, since it had no time to.
        self._waiting: deque[Handed] = deque()
        self._begun = False
        self._listening = False

    def run(self) -> None:
        """Serve until the other end of the channel is closed."""
        self._poll.register(self._channel, select.EPOLLIN)
        look = 0.0
        try:
            while True:
                for file, _ in self._poll.poll(_LOOK):
                    connection = self._open.get(file)
                    if connection is not None:
                        self._read(connection)
                    elif file == self._listener.fileno():
                        self._accept()
                    elif not self._hear():
                        return
                if (now := time.monotonic()) >= look:
                    look = now + _LOOK
                    self._look(now)
        finally:
            self._listener.close()
            self._open.close_all()

    def _hear(self) -> bool:
        """Do what the service says, and hand on what waits; False when the service has ended."""
        if self._waiting:
            while self._waiting and self._hand(self._waiting[0]):
                os.close(self._waiting.popleft().file)
            if not self._waiting:
                self._poll.modify(self._channel, select.EPOLLIN)
                self._listen()
        try:
            told = self._channel.hear()
        except BlockingIOError:
            return True
        except OSError:
            return False
        if told is None and self._waiting:  # the service ends, and takes those first
            self._poll.modify(self._channel, select.EPOLLOUT)
            return True
        if told is None or isinstance(told, Handed):
            return False
        self._begin(told)
        return True

    def _begin(self, told: dict[str, Any]) -> None:
        """Answer from the release that the service names, if there is a store of it; say so."""
        self._settings = settings = Settings(**told["settings"])
        store = Path(told["store"]) if told["store"] else None
        self._requests = None
        if self._found is not None:
            self._found.close()  # it may be the same release once more
        self._found = found = lookups(settings, store, mapped=told["digest"])
        if found is not None:
            release = Release(told["digest"], found)
            at = {b"/sparql": operation.Lookup(settings)}
            self._requests = Requests(release, at, settings.trusted_proxy)
        self._begun = True
        self._listen()
        gc.unfreeze()  # the release before is garbage, which holds its store open
        gc.collect()
        gc.freeze()
        self._channel.tell({"answering": told["digest"] if found is not None else ""})

    def _listen(self) -> None:
        """Take new connections again."""
        if not self._listening:
            self._listening = True
            self._poll.register(self._listener, select.EPOLLIN)

    def _pause(self) -> None:
        """Take no new connections for now; they wait in the system's queue."""
        if self._listening:
            self._listening = False
            self._poll.unregister(self._listener)

    def _accept(self) -> None:
        settings = self._settings
        for _ in range(_AT_ONCE):
            try:
                taken, address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError:  # no files left: others have to be closed first
                self._pause()
                return
            peer = client(address[0])
            if refusal := self._open.refusal(peer, settings):
                self._pass_on(Handed(taken.fileno(), refusal=refusal), taken)
            else:
                self._read(self._open.add(taken, peer, time.monotonic() + settings.head_seconds))

    def _read(self, connection: Connection) -> None:
        """Read what came and answer it, or hand the connection on."""
        try:
            data = connection.socket.recv(MOST + 1, socket.MSG_DONTWAIT)
        except BlockingIOError:
            self._open.wait(connection)
            return
        except OSError:
            data = b""
        if not data:
            self._open.close(connection)
            return
        found = self._answer(data) if len(data) <= MOST else None
        if found is None:
            self._leave(connection, b"", data)
            return
        answer = found.head(_date(int(time.time()))) + found.body
        self._count(connection, found)
        try:
            sent = connection.socket.send(answer, socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._open.close(connection)
            return
        if sent < len(answer):  # a client that takes its time, which is the service's then
            self._leave(connection, answer[sent:], b"", closing=found.closing)
        elif found.closing:
            self._open.close(connection)
        else:
            connection.due = time.monotonic() + KEEP_ALIVE
            self._open.wait(connection)
        self._learn()

    def _answer(self, data: bytes) -> Ready | None:
        try:
            return self._requests.answer(data) if self._requests is not None else None
        except Exception as error:  # the service has its own way, and its own errors
            note("".join(traceback.format_exception(error)))
            return None

    def _learn(self) -> None:
        try:
            if self._requests is not None:
                self._requests.learn()
        except Exception as error:  # what comes next is read in full
            note("".join(traceback.format_exception(error)))

    def _count(self, connection: Connection, found: Ready) -> None:
        self._answered += 1
        TALLY.pack_into(self._tally, 0, self._answered)
        if self._settings.access_log:
            method, path, named, digest = found.to
            peer = named or connection.peer
            access.log(peer, method, path, 200, "ok", len(found.body), 0.0, digest)

    def _leave(self, connection: Connection, unsent: bytes, unread: bytes, closing: bool = False) -> None:
        """Hand a connection on, as far as it came."""
        self._open.forget(connection)
        taken = connection.socket
        self._pass_on(Handed(taken.fileno(), unsent, unread, closing=closing), taken)

    def _pass_on(self, handed: Handed, taken: socket.socket) -> None:
        """Hand it on now, or when the service takes some again; then no new ones are taken until then."""
        if not self._waiting and self._hand(handed):
            taken.close()
            return
        taken.detach()
        self._waiting.append(handed)
        self._pause()
        self._poll.modify(self._channel, select.EPOLLIN | select.EPOLLOUT)

    def _hand(self, handed: Handed) -> bool:
        try:
            self._channel.hand(handed)
        except BlockingIOError:
            return False
        except OSError:  # the service is gone, which `_hear` is told of, too
            return True
        return True

    def _look(self, now: float) -> None:
        """Close what has been silent for too long; take connections again, where files had run out."""
        self._open.close_silent(now)
        if self._begun and not self._waiting:
            self._listen()


@lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()


def main() -> None:
    """Run the front with the three open files that are named on the command line."""
    listener, channel, tally = (int(argument) for argument in sys.argv[1:4])
    slices.give(0, slices.SHORT)
    queue_stderr()
    with mmap.mmap(tally, TALLY.size) as counted:
        taking = socket.socket(fileno=listener)
        taking.setblocking(False)
        taking.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is taken has it, too
        Front(taking, Channel(socket.socket(fileno=channel)), counted).run()


if __name__ == "__main__":
    main()
