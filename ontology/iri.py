"""Minting and parsing of vndx IRIs (design: names; slugs are made here and nowhere else).

A thing is `{BASE}id/{kind}/{slug}`, a part of it is a hash IRI of its owner, a graph is
`{BASE}graph/{name}`, a term of the vocabulary is `{BASE}ontology#{Term}`.
"""

import re
import unicodedata
from dataclasses import dataclass

from ontology.namespaces import GRAPH, KINDS, THING, VOCABULARY

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class IriError(ValueError):
    """A kind, slug or IRI that vndx does not mint."""


@dataclass(frozen=True)
class ThingName:
    """The parts of a thing's IRI: its `kind`, its `slug` and, for a part of a thing, the `part`."""

    kind: str
    slug: str
    part: str | None = None

    @property
    def iri(self) -> str:
        """The full IRI."""
        return mint(self.kind, self.slug, self.part)

    @property
    def path(self) -> str:
        """`{kind}/{slug}`, as it stands in addresses under `/id/` and `/doc/`."""
        return f"{self.kind}/{self.slug}"


def strip_marks(text: str) -> str:
    """Lower-case `text`, with đ as d and every combining mark removed.

    NFD separates tone and vowel marks; đ has no decomposition, so it is mapped by hand.
    """
    lowered = unicodedata.normalize("NFC", text).lower().replace("đ", "d")
    decomposed = unicodedata.normalize("NFD", lowered)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def slugify(label: str) -> str:
    """The slug of a Vietnamese label: NFC, lower case, đ→d, marks stripped, all else to single hyphens.

    Raises `IriError` if nothing is left.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", strip_marks(label)).strip("-")
    if not slug:
        raise IriError(f"no slug can be made from {label!r}: it has no letter or digit")
    return slug


def mint(kind: str, slug: str, part: str | None = None) -> str:
    """The IRI of a thing, or of a part of it. Raises `IriError` for an unknown kind or malformed slug."""
    if kind not in KINDS:
        raise IriError(f"unknown kind {kind!r}: the kinds are {', '.join(KINDS)}")
    if not _SLUG.fullmatch(slug):
        raise IriError(f"malformed slug {slug!r}: lower-case letters, digits and single hyphens only")
    return f"{THING}{kind}/{slug}" + (f"#{part}" if part else "")


def parse(iri: str) -> ThingName:
    """The inverse of `mint`. Raises `IriError` for any IRI that `mint` would not give."""
    if not iri.startswith(THING):
        raise IriError(f"{iri!r} is not under {THING}")
    name, _, part = iri.removeprefix(THING).partition("#")
    kind, _, slug = name.partition("/")
    parsed = ThingName(kind, slug, part or None)
    if parsed.iri != iri:
        raise IriError(f"{iri!r} is not an IRI that vndx mints")
    return parsed


def is_thing(iri: str) -> bool:
    """Whether `iri` names a thing of vndx."""
    try:
        parse(iri)
    except IriError:
        return False
    return True


def evidence_slug(source: str, start: int, end: int) -> str:
    """The slug of the evidence for the characters `start` (inclusive) to `end` (exclusive) of a source."""
    return f"{source}-{start}-{end}"


def graph(name: str) -> str:
    """The IRI of the named graph `name`."""
    if not _SLUG.fullmatch(name):
        raise IriError(f"malformed graph name {name!r}")
    return GRAPH + name


def term(name: str) -> str:
    """The IRI of a class or property of the vocabulary."""
    return VOCABULARY + name
