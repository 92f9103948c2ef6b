"""The address of a pinned query, `/q/{id}`: the id holds all there is to know, so that nothing is stored.

An id is the digit 1 and, in base64url without padding (RFC 4648, section 5), these bytes:

    3   check: the first bytes of SHA-256 over "vndx-q1" and all that follows
    6   release: the first bytes of its digest
    16  result: the first bytes of the SHA-256 of the answer's canonical form
    2   date of the release, days since 1999-12-31, big-endian; 0 where the release has none
    1+  rows of the answer, LEB128
    …   the query, UTF-8, raw DEFLATE (RFC 1951) with dictionary-1.txt as its preset dictionary

The dictionary is part of the address: once published it never changes. Another one would make ids that begin
with 2, and those with 1 would still be read with this one.
"""

import base64
import binascii
import hashlib
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

LONGEST: Final = 8_000
"""Characters of an id; what does not fit is no address that can be passed on."""
LARGEST: Final = 65_536
"""Bytes of a query's text."""

_VERSION: Final = "1"
_FIRST_DAY: Final = date(1999, 12, 31)
_CHECK, _RELEASE, _RESULT, _DATE = 3, 6, 16, 2
_FIXED: Final = _CHECK + _RELEASE + _RESULT + _DATE


class AddressError(ValueError):
    """No id of a pinned query; the message says what is wrong with it."""


class TooLongError(AddressError):
    """The query is too long for an address."""


@dataclass(frozen=True)
class Pin:
    """A query pinned to a release.

    `release` and `result` are the beginnings (12 and 32 hexadecimal digits) of the release's digest and of
    the answer's; `date` is the release's (ISO, or empty); `rows` counts solutions or triples, 1 for ASK.
    """

    query: str
    release: str
    result: str
    date: str
    rows: int

    @property
    def id(self) -> str:
        """What stands after `/q/`. Raises `TooLongError`."""
        if len(text := self.query.encode("utf-8", "surrogatepass")) > LARGEST:
            raise TooLongError(f"a query of more than {LARGEST} bytes fits no address")
        packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=_dictionary())
        held = b"".join(
            (
                bytes.fromhex(self.release[: 2 * _RELEASE]),
                bytes.fromhex(self.result[: 2 * _RESULT]),
                _days(self.date).to_bytes(_DATE, "big"),
                _leb128(self.rows),
                packer.compress(text) + packer.flush(),
            )
        )
        made = _VERSION + base64.urlsafe_b64encode(_check(held) + held).decode().rstrip("=")
        if len(made) > LONGEST:
            raise TooLongError(f"its address would have {len(made)} characters, and {LONGEST} is the most")
        return made

    @property
    def address(self) -> str:
        """The path of the page."""
        return f"/q/{self.id}"


def read(id: str) -> Pin:
    """The pin that an id holds. Raises `AddressError` for one that is unknown, cut or changed."""
    if not id.startswith(_VERSION) or len(id) > LONGEST:
        raise AddressError("this is no address of a pinned query")
    packed = id[len(_VERSION) :]
    try:
        octets = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise AddressError("this is no address of a pinned query") from error
    held = octets[_CHECK:]
    # More than one text stands for the same bytes where the last letter has bits to spare.
    if _VERSION + base64.urlsafe_b64encode(octets).decode().rstrip("=") != id or octets[:_CHECK] != _check(
        held
    ):
        raise AddressError("the address was cut or changed: its check digits do not match what it holds")
    rows, rest = _number(octets[_FIXED:])
    return Pin(
        _unpacked(rest),
        held[:_RELEASE].hex(),
        held[_RELEASE : _RELEASE + _RESULT].hex(),
        _day(int.from_bytes(octets[_FIXED - _DATE : _FIXED], "big")),
        rows,
    )


def _check(held: bytes) -> bytes:
    return hashlib.sha256(b"vndx-q1" + held).digest()[:_CHECK]


@cache
def _dictionary() -> bytes:
    return (Path(__file__).parent / "dictionary-1.txt").read_bytes()


def _unpacked(packed: bytes) -> str:
    """The text, of which no more is unpacked than a query may have."""
    unpacker = zlib.decompressobj(-15, zdict=_dictionary())
    try:
        text = unpacker.decompress(packed, LARGEST)
        if not unpacker.eof or unpacker.unused_data:
            raise AddressError("the query in this address has no end")
        return text.decode("utf-8", "surrogatepass")
    except (zlib.error, UnicodeDecodeError) as error:
        raise AddressError("the query in this address cannot be read") from error


def _days(day: str) -> int:
    try:
        passed = (date.fromisoformat(day) - _FIRST_DAY).days
    except ValueError:
        return 0
    return passed if 0 < passed < 1 << 16 else 0


def _day(days: int) -> str:
    return (_FIRST_DAY + timedelta(days)).isoformat() if days else ""


def _leb128(number: int) -> bytes:
    octets = bytearray()
    while number > 0x7F:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    octets.append(number)
    return bytes(octets)


def _number(octets: bytes) -> tuple[int, bytes]:
    """The number that `octets` begin with, and what follows it."""
    number = 0
    for place, octet in enumerate(octets[:5]):
        number |= (octet & 0x7F) << 7 * place
        if octet < 0x80:
            return number, octets[place + 1 :]
    raise AddressError("this is no address of a pinned query")
