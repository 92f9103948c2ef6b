"""Header fields of answers: those that every answer has, and the fields of one answer while it is made."""

from typing import Final

Field = tuple[bytes, bytes]

POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
RELEASE_HEADER: Final = "Vndx-Release"
LIMITS_HEADER: Final = "Vndx-Limits"
PROBLEM_HEADER: Final = "Vndx-Problem"


def encoded(fields: dict[str, str]) -> tuple[Field, ...]:
    """Fields as they go out: names in lower case, bytes."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields.items())


EVERYWHERE: Final = encoded(
    {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": (
            "ETag, Link, Retry-After, Content-Disposition, Content-Language,"
            f" {RELEASE_HEADER}, {LIMITS_HEADER}, {PROBLEM_HEADER}"
        ),
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
)
"""What every answer has, unless its route says otherwise."""


class Fields:
    """The fields of one answer, in order, names in lower case.

    Starlette's headers search their list, and turn text into bytes and back, at each touch; an answer's are
    touched some twenty times.
    """

    __slots__ = ("_known", "raw")

    def __init__(self, raw: list[Field]) -> None:
        self.raw = raw
        self._known = dict(raw)

    def __contains__(self, name: bytes) -> bool:
        return name in self._known

    def get(self, name: bytes) -> bytes:
        """The value of `name`, the last where there are several; empty where there is none."""
        return self._known.get(name, b"")

    def put(self, name: bytes, value: bytes) -> None:
        """Set `name`, in place of what it was."""
        if name in self._known:
            self.raw[:] = [field for field in self.raw if field[0] != name]
        self._known[name] = value
        self.raw.append((name, value))

    def default(self, name: bytes, value: bytes) -> None:
        """Set `name` where it is not set."""
        if name not in self._known:
            self._known[name] = value
            self.raw.append((name, value))

    def defaults(self, fields: tuple[Field, ...]) -> None:
        """Set each of `fields` that is not set."""
        for name, value in fields:
            self.default(name, value)

    def remove(self, *names: bytes) -> None:
        """Have none of `names`."""
        for name in names:
            if self._known.pop(name, None) is not None:
                self.raw[:] = [field for field in self.raw if field[0] != name]

    def vary(self, name: str) -> None:
        """Name a request header that the answer depends on, in `Vary`."""
        named = [part.strip() for part in self.get(b"vary").decode("latin-1").split(",") if part.strip()]
        if name not in named:
            self.put(b"vary", ", ".join([*named, name]).encode("latin-1"))
