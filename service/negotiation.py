"""Content negotiation by Accept (RFC 9110 12.5.1), with `format=` for those who cannot set a header."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.formats import HTML, Format, by_name


@dataclass(frozen=True)
class MediaRange:
    """One element of an Accept header: `type/subtype`, either may be `*`, with its weight from 0 to 1."""

    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """2 for the media type itself, 1 for `type/*`, 0 for `*/*`, -1 where the range does not match."""
        type_, _, subtype = media_type.partition("/")
        if (self.type, self.subtype) == (type_, subtype):
            return 2
        if (self.type, self.subtype) == (type_, "*"):
            return 1
        return 0 if (self.type, self.subtype) == ("*", "*") else -1


@lru_cache(maxsize=512)
def parse_accept(header: str) -> tuple[MediaRange, ...]:
    """The media ranges of an Accept header. Malformed elements are skipped, parameters but q ignored."""
    ranges = []
    for element in header.split(","):
        name, *parameters = (part.strip() for part in element.split(";"))
        type_, slash, subtype = name.lower().partition("/")
        if not (type_ and slash and subtype) or (type_ == "*" and subtype != "*"):
            continue
        ranges.append(MediaRange(type_, subtype, _quality(parameters)))
    return tuple(ranges)


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


@lru_cache(maxsize=1024)
def choose(accept: str | None, offered: tuple[Format, ...]) -> Format | None:
    """The offered format that `accept` likes best, or None where it accepts none of them.

    No header, or an empty one, accepts everything. Among equals the more exactly named wins, then the order
    of `offered`, which is the server's preference.
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = parse_accept(accept)
    # What a browser sends names application/xml, but a reader is better served by the default.
    browser = HTML not in offered and any(r.type == "text" and r.subtype == "html" for r in ranges)
    best: tuple[float, int, int] = (0.0, -1, 0)
    chosen = None
    for position, format in enumerate(offered):
        aliases = () if browser else format.aliases
        for rank, media_type in enumerate((format.media_type, *aliases)):
            quality, specificity = _weight(ranges, media_type)
            # An alias matched by a wildcard says nothing that the format's own type did not say.
            if quality <= 0 or (rank and specificity < 2):
                continue
            candidate = (quality, specificity, -position)
            if chosen is None or candidate > best:
                best, chosen = candidate, format
    return chosen


def _weight(ranges: Sequence[MediaRange], media_type: str) -> tuple[float, int]:
    """Quality and specificity of the most specific range that matches `media_type`; (0, -1) for none."""
    specificity, quality = max(
        ((entry.specificity(media_type), entry.quality) for entry in ranges), default=(-1, 0.0)
    )
    return (quality, specificity) if specificity >= 0 else (0.0, -1)


def negotiate(accept: str | None, override: str | None, offered: tuple[Format, ...]) -> Format | None:
    """`choose`, unless `override` (`format=` or `output=`) is given: then that format, or None."""
    return by_name(override, offered) if override else choose(accept, offered)


def prefers_html(accept: str | None) -> bool:
    """Whether `accept` names text/html with a weight that no other range exceeds, as browsers do."""
    ranges = parse_accept(accept or "")
    html = max((r.quality for r in ranges if (r.type, r.subtype) == ("text", "html")), default=0.0)
    return html > 0 and all(r.quality <= html for r in ranges)
