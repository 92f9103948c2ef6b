"""Entity tags, and whether a client holds what one names (RFC 9110 8.8.3, 13.1.2)."""

import hashlib


def tag(*parts: str) -> str:
    """A strong entity tag made of what the answer is determined by."""
    told = "\0".join((*parts, "")).encode("utf-8", "surrogatepass")
    return f'"{hashlib.blake2b(told, digest_size=16).hexdigest()}"'


def weak(etag: str) -> str:
    """The weak tag for answers that say the same and may be other bytes."""
    return f"W/{etag}"


def of_body(body: bytes) -> str:
    """The tag of an answer that is known by its bytes alone."""
    return f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'


def compressed(etag: str) -> str:
    """The tag of the same answer, packed."""
    return etag[:-1] + '-gzip"'


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether a client holds the answer of `etag`, compressed or not (weak comparison)."""
    if not if_none_match:
        return False
    etag = etag.removeprefix("W/")
    held = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in held or etag in held or compressed(etag) in held
