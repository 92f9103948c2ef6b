"""Requests alike: those that ask the same as one before, of something else.

Programs that go through things send one request again and again in which one name is another. What stands
around the name is then known by its bytes, head and query, and only the name is read. A template is made of a
request that was read and answered in full; where a request fits none, it is read in full as well.
"""

import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from service.delivery.ready import Asked, Head
from service.evaluators.pattern import Parted, part, read
from service.operation import Lookup, Plain

LONGEST_NAME: Final = 256
"""Bytes of a name."""
MOST: Final = 8
"""Templates that are held, each looked at in a quarter of a microsecond."""

_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 1.0
"""Seconds from one template to the next, doubled while none fits: where no two requests are alike, few are
made."""
_TRIED: Final = 16
"""Places where the name may stand in a request."""
_NAME: Final = re.compile(rb"[A-Za-z0-9_][A-Za-z0-9_\-]*+")
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,5}+)\r\n", re.IGNORECASE)
_END: Final = b"\r\n\r\n"


class Request(NamedTuple):
    """A request that was answered: by whom, what it asks, what its head says, whose it was."""

    lookup: Lookup
    plain: Plain
    head: Head
    asked: Asked


class Template(NamedTuple):
    """Bytes of requests that are alike: `start`, the length of the body, `middle`, a name, `end`.

    The body begins `to_body` bytes after the beginning of `middle`. Where there is none, that is None, and no
    length is told.
    """

    start: bytes
    middle: bytes
    end: bytes
    to_body: int | None
    parted: Parted
    request: Request

    def name(self, data: bytes) -> str | None:
        """The name in `data`; None where that is not such a request."""
        if not (data.startswith(self.start) and data.endswith(self.end)):
            return None
        begin, last = len(self.start), len(data) - len(self.end)
        if self.to_body is not None:
            line = data.find(b"\r", begin)
            length = b"%d" % (len(data) - line - self.to_body)
            if data[begin:line] != length or not data.startswith(self.middle, line):
                return None
            begin = line + len(self.middle)
        named = _NAME.fullmatch(data, begin, last)
        return None if named is None or last - begin > LONGEST_NAME else named[0].decode()

    def written(self, name: str) -> bytes:
        """The request with that name."""
        rest = self.middle + name.encode() + self.end
        length = b"" if self.to_body is None else b"%d" % (len(rest) - self.to_body)
        return self.start + length + rest


class Templates:
    """The last templates of requests; `read` tells what a request asks."""

    def __init__(self, read: Callable[[bytes], Plain | None]) -> None:
        self._read = read
        self._held: deque[Template] = deque(maxlen=MOST)
        self._offered: tuple[bytes, Lookup, Head, Asked] | None = None
        self._pause = _PAUSE
        self._next = 0.0

    def find(self, data: bytes) -> tuple[Template, str] | None:
        """The template of `data`, and the name in it."""
        for place, template in enumerate(self._held):
            name = template.name(data)
            if name is not None:
                self._pause = _PAUSE
                if place:
                    del self._held[place]
                    self._held.appendleft(template)
                return template, name
        return None

    def offer(self, data: bytes, lookup: Lookup, head: Head, asked: Asked) -> None:
        """A request that was read and answered in full: `learn` may make a template of it."""
        self._offered = data, lookup, head, asked

    def learn(self) -> None:
        """Make the template of the request that was offered last, unless another was made just now.

        It takes as long as several answers, so nobody should wait for it.
        """
        if self._offered is None:
            return
        (data, lookup, head, asked), self._offered = self._offered, None
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + self._pause
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        plain = self._read(data)
        parted = None if plain is None else part(plain.text)
        if plain is None or parted is None:
            return
        for template in _possible(data, parted, Request(lookup, plain, head, asked)):
            if self._fits(template):
                self._held.appendleft(template)
                return

    def _fits(self, template: Template) -> bool:
        """Whether the name of requests of that template is the one in their query, however long it is."""
        name = "Z" * LONGEST_NAME
        parted, plain = template.parted, template.request.plain
        text = parted.before + name + parted.after
        try:
            pattern = parted.pattern_of(name)
        except ValueError:  # it stands where a name has a meaning of its own, as a port
            return False
        return self._read(template.written(name)) == plain._replace(text=text) and read(text) == pattern


def _possible(data: bytes, parted: Parted, request: Request) -> Iterator[Template]:
    """Templates of a request for each place where its name might stand, from the last on."""
    body = data.find(_END) + len(_END)
    name, at = parted.name.encode(), len(data)
    length = _LENGTH.search(data, 0, body) if body < len(data) else None
    for _ in range(_TRIED):
        at = data.rfind(name, 0, at + len(name) - 1)
        if at < 0:
            return
        end = data[at + len(name) :]
        if body == len(data):
            yield Template(data[:at], b"", end, None, parted, request)
        elif length is not None and at >= body:
            line = length.end(1)
            yield Template(data[: length.start(1)], data[line:at], end, body - line, parted, request)
