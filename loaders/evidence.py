"""Passages: where words stand in a source, and what pins them down.

Positions are Unicode code points in the file as stored: UTF-8 decoded without newline translation, a line
ends at LF, start inclusive, end exclusive (oa:TextPositionSelector, Web Annotation Data Model section 4.2.4).
A paragraph is a line that holds more than white space (a no-break space is white space, as in `str.strip`),
counted from 1.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from ontology.iri import evidence_slug


class PassageError(ValueError):
    """Words that cannot be pinned to exactly one passage; the message says what to change."""


@dataclass(frozen=True)
class Passage:
    """One span of a source, in code points, with its paragraph (from 1) and the digest of its UTF-8 bytes."""

    source: str
    paragraph: int
    start: int
    end: int
    sha256: str

    @property
    def slug(self) -> str:
        """The slug of the evidence for this passage."""
        return evidence_slug(self.source, self.start, self.end)


def read_source(path: Path) -> str:
    """The text of a source file, exactly as stored. Raises `UnicodeDecodeError` where it is not UTF-8."""
    return path.read_bytes().decode("utf-8")


def digest(text: str) -> str:
    """Hexadecimal SHA-256 of the UTF-8 bytes of `text`."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def paragraphs(text: str) -> list[tuple[int, int]]:
    """`(start, end)` of each paragraph in code points, in order; the line's own white space included."""
    spans, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def passage(source: str, text: str, start: int, end: int) -> Passage:
    """The passage from `start` to `end`. Raises `PassageError` unless it lies within one paragraph."""
    for number, (first, last) in enumerate(paragraphs(text), 1):
        if first <= start < end <= last:
            return Passage(source, number, start, end, digest(text[start:end]))
    raise PassageError(f"{source}: characters {start} to {end} do not lie within one paragraph")


def find(source: str, text: str, words: str) -> Passage:
    """The passage that `words` quote.

    `words` are the passage's own words; ` … ` leaves out the middle; a leading `23|` looks only in
    paragraph 23. White space matches any white space. Raises `PassageError` where nothing matches, or
    more than one passage does.
    """
    spans = list(enumerate(paragraphs(text), 1))
    quote = words.strip()
    if chosen := re.match(r"(\d+)\|", quote):
        spans = [span for span in spans if span[0] == int(chosen[1])]
        quote = quote[chosen.end() :].strip()
    if not quote:
        raise PassageError(f"{source}: «{words}» quotes no words")
    parts = [r"\s+".join(map(re.escape, part.split())) for part in re.split(r"\s+…\s+", quote)]
    pattern = re.compile(r".*?".join(parts))
    hits = [
        (number, match) for number, (first, last) in spans for match in pattern.finditer(text, first, last)
    ]
    if not hits:
        raise PassageError(f"{source}: «{words}» stands nowhere")
    if len(hits) > 1:
        places = ", ".join(str(number) for number, _ in hits)
        raise PassageError(
            f"{source}: «{words}» stands {len(hits)} times (paragraphs {places}): quote more, or begin with"
            f" the paragraph, as in «{hits[0][0]}|…»"
        )
    return passage(source, text, hits[0][1].start(), hits[0][1].end())
