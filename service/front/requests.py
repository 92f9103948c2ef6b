"""Requests known by their bytes: what the front answers, and what it leaves to the service.

A client sends the same headers with each of its requests. The parser reads them once, then they are known by
their bytes; of the next request only the first line and the body are new, and one regular expression reads
the line. Whatever is not a whole, plain request for a lookup is left to the service, which reads it again.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from service.delivery import tags
from service.delivery.fields import Field
from service.delivery.ready import LONGEST, Head, Ready, asking, head, packed, ready
from service.evaluators.lookup import Lookups
from service.evaluators.pattern import Pattern
from service.evaluators.port import Small
from service.front.alike import Template, Templates
from service.operation import Lookup, Plain

MOST: Final = 2 * LONGEST
"""Bytes of the requests that are answered here, head and body."""
_LONGEST_HEADERS: Final = 4096
_LONGEST_TARGET: Final = 8192
# A target of characters that RFC 3986 has (section 2); others are for the parser to judge.
_LINE: Final = re.compile(rb"(GET|POST) (/[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]*+) HTTP/1\.1")
_END: Final = b"\r\n\r\n"


class Release:
    """A release in force, as the front knows it: its digest, and lookups in its store."""

    def __init__(self, digest: str, found: Lookups) -> None:
        self.digest = digest
        self._lookups = found

    def at_once(self, text: str, results_format: str | None, graph_format: str | None) -> Small | None:
        """The answer to a lookup."""
        return self._lookups.answer(text, results_format, graph_format)

    def matching(self, pattern: Pattern, plain: Plain) -> Small | None:
        """The answer to a lookup of a pattern, in one of the formats that `plain` names."""
        return self._lookups.matching(pattern, plain.results_format, plain.graph_format)

    def tag(self, *parts: str) -> str:
        """The tag of an answer that is determined by `parts`."""
        return tags.tag(self.digest, *parts)


class Known(NamedTuple):
    """Headers that came before: what they say, and how many bytes of body they announce."""

    head: Head
    body: int


class _Whole(NamedTuple):
    """A whole request, for one of the addresses that have answers here."""

    lookup: Lookup
    method: str
    target: bytes
    head: Head
    body: bytes


class Requests:
    """Answers requests from the release `standing`, at addresses that have `lookups`."""

    def __init__(self, standing: Release, lookups: Mapping[bytes, Lookup], trusted_proxy: bool) -> None:
        self._standing = standing
        self._lookups = lookups
        self._trusted_proxy = trusted_proxy
        self._known = lru_cache(maxsize=512)(self._parsed)
        self._templates = Templates(self._plain)

    def answer(self, data: bytes) -> Ready | None:
        """The answer to `data`; None where that is not one whole request, or has none here."""
        alike = self._templates.find(data)
        if alike is not None:
            return self._filled(*alike)
        whole = self._whole(data)
        if whole is None:
            return None
        lookup, method, target, head, body = whole
        found = ready(lookup, self._standing, method, target, head, body)
        if found is not None:
            self._templates.offer(data, lookup, head, found.to)
        return found

    def learn(self) -> None:
        """Make ready for requests like the last one; to be called when its answer is out."""
        self._templates.learn()

    def _filled(self, template: Template, name: str) -> Ready | None:
        """The answer to a request that is alike but for the name."""
        parted, (lookup, plain, head, asked) = template.parted, template.request
        try:
            pattern = parted.pattern_of(name)
        except ValueError:  # no IRI: the engine says why
            return None
        answer = self._standing.matching(pattern, plain)
        if answer is None:
            return None
        found = lookup.found(parted.before + name + parted.after, answer, self._standing)
        return None if found is None else packed(found, head, asked)

    def _plain(self, data: bytes) -> Plain | None:
        """What a whole request asks."""
        whole = self._whole(data)
        if whole is None:
            return None
        lookup, method, target, head, body = whole
        return lookup.plain(asking(method, target, head, body))

    def _whole(self, data: bytes) -> _Whole | None:
        """`data`, where that is one whole request for an address that has answers here."""
        first, last = data.find(b"\r\n"), data.find(_END)
        if first < 0 or last - first > _LONGEST_HEADERS or first > _LONGEST_TARGET:
            return None
        line = _LINE.fullmatch(data, 0, first)
        if line is None:
            return None
        method, target = line.groups()
        lookup = self._lookups.get(target.partition(b"?")[0])
        if lookup is None:
            return None
        known = self._known(method, data[first : last + len(_END)])
        if known is None or len(data) != last + len(_END) + known.body:
            return None
        return _Whole(lookup, method.decode(), target, known.head, data[last + len(_END) :])

    def _parsed(self, method: bytes, headers: bytes) -> Known | None:
        """What the parser makes of `headers`, which begin and end with the ends of lines.

        None where they are no HTTP, or announce anything but a short body of known length.
        """
        if not headers.count(b"\r") == headers.count(b"\n") == headers.count(b"\r\n"):
            return None  # where lines end is not a matter of opinion here
        reading = _Reading()
        try:
            reading.parser.feed_data(method + b" / HTTP/1.1" + headers)
        except (HttpParserError, HttpParserUpgrade):
            return None
        names = {name for name, _ in reading.headers}
        if not reading.whole or names & {b"transfer-encoding", b"expect", b"upgrade"}:
            return None
        length = dict(reading.headers).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > LONGEST:
            return None
        return Known(head(reading.headers, reading.closing, self._trusted_proxy), int(length))


class _Reading:
    """Hears what the parser reads."""

    def __init__(self) -> None:
        self.parser = HttpRequestParser(self)
        self.headers: list[Field] = []
        self.whole = self.closing = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.whole = True
        self.closing = not self.parser.should_keep_alive()
