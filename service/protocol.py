"""The SPARQL 1.1 Protocol's query operation (section 2.1), read from the bytes of a request.

`bodies.py` gets those of one that is still coming.
"""

import binascii
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, unquote_to_bytes

from service.problems import problem

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_MOST_FIELDS: Final = 2_000
_SHORT: Final = 16 * 1024
"""Bodies up to so many bytes are remembered with what they ask."""


class Asked(NamedTuple):
    """A query operation: its text (None where there is none), its dataset, the format named."""

    query: str | None
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    format: str | None


def whole(method: str, address: bytes, content_type: str, body: bytes) -> Asked:
    """What a request asks whose body is there, and no longer than `settings.max_query`. Raises `Problem`."""
    if method != "POST":
        return _parsed(address, "", b"")
    parsed = _parsed if len(body) <= _SHORT else _parsed.__wrapped__
    return parsed(address, media_type(content_type), body)


@lru_cache(maxsize=64)
def media_type(content_type: str) -> str:
    """The media type of a posted query. Raises `Problem` for one that is none."""
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower()
    if kind == UPDATE:
        raise _update()
    if kind not in (FORM, QUERY):
        raise problem(
            "unsupported-media-type",
            f"A query is posted as {FORM} or {QUERY}, not as {kind or 'a body without a type'}.",
            headers={"Accept-Post": f"{FORM}, {QUERY}"},
        )
    _check_charset(parameters)
    return kind


@lru_cache(maxsize=16)
def _parsed(address: bytes, kind: str, body: bytes) -> Asked:
    """What an address and a posted body of that media type ask.

    Who might answer at once wants to know it first, and then the endpoint.
    """
    named = fields(address)
    if not kind:
        return _asked(named, named)
    if kind == QUERY:
        return _asked([*named, ("query", _text(body))], named)
    posted = fields(body)
    return _asked(posted, [*posted, *named])


def _asked(fields: Sequence[tuple[str, str]], forms: Sequence[tuple[str, str]]) -> Asked:
    if len(fields) == 1 and len(forms) <= 1 and fields[0][0] == "query":
        return Asked(fields[0][1], None, None, None)  # most have nothing else
    queries = _values(fields, "query")
    if _values(fields, "update"):
        raise _update()
    if len(queries) > 1:
        raise problem("bad-request", "There must be one `query` parameter, not several.")
    default, named = _values(fields, "default-graph-uri"), _values(fields, "named-graph-uri")
    formats = _values(forms, "format") + _values(forms, "output")
    given = bool(default or named)
    return Asked(
        queries[0] if queries else None,
        default if given else None,
        named if given else None,
        formats[0] if formats and formats[0] else None,
    )


def _values(fields: Sequence[tuple[str, str]], name: str) -> tuple[str, ...]:
    return tuple(value for key, value in fields if key == name)


def fields(encoded: bytes) -> list[tuple[str, str]]:
    """The fields of a form, percent-decoded once, as UTF-8."""
    if not encoded:
        return []
    try:
        if encoded.startswith(b"query=") and b"&" not in encoded and encoded.isascii():
            # What most requests hold; taking it apart any other way costs three times as much.
            return [("query", unescaped(encoded[6:].replace(b"+", b" ")).decode())]
        return parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except UnicodeDecodeError as error:
        raise problem("bad-request", "The parameters are not percent-encoded UTF-8.") from error
    except ValueError as error:
        raise problem("bad-request", f"There are more than {_MOST_FIELDS} parameters.") from error


def unescaped(encoded: bytes) -> bytes:
    """What `urllib.parse.unquote_to_bytes` gives, twenty times as fast where every % begins an escape.

    Quoted-printable is the same with another sign, and the standard library undoes it in C. Where all escapes
    are whole, two bytes less for each are left; its soft line breaks would be, too, so lines are not tried.
    """
    if b"\n" not in encoded and b"\r" not in encoded:
        found = binascii.a2b_qp(encoded.replace(b"=", b"=3D").replace(b"%", b"="))
        if len(found) == len(encoded) - 2 * encoded.count(b"%"):
            return found
    return unquote_to_bytes(encoded)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise problem("bad-request", "The query is not UTF-8.") from error


def _check_charset(parameters: str) -> None:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "charset" and value.strip('"').lower() not in ("utf-8", "utf8", "us-ascii"):
            raise problem("unsupported-media-type", f"The body must be UTF-8, not {value}.")


def _update() -> Exception:
    return problem(
        "update-refused",
        "Updates are not accepted: to change the graph, change its Turtle and build a release.",
    )
