"""Verification: every anchor of the record recomputed against the reader's own copies of the articles.

It fails closed: a passage whose digest differs at its recorded place is *changed*, and is not looked for
elsewhere. Evidence that cites a document by locator is counted apart: no copy is held.
"""

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final, Literal

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode, Quad

from loaders import turtle
from loaders.evidence import digest, paragraphs, read_source
from loaders.turtle import Record
from ontology.iri import term
from ontology.namespaces import STANDARD, THING, VOCABULARY

Status = Literal["changed", "missing"]

_SOURCE: Final = THING + "source/"
_TYPE: Final = STANDARD["rdf"] + "type"
_KINDS: Final = {term("Evidence"), term("Source")}
_LINE_ENDS: Final = {"\n": "", "\r\n": "CRLF", "\r": "CR"}
"""What may end the lines of a copy, and what that is called; empty for what the record has."""


@dataclass(frozen=True)
class Failure:
    """One anchor that does not verify; `why` is in words for the reader."""

    status: Status
    iri: str
    file: str
    paragraph: int
    why: str

    def __str__(self) -> str:
        """`changed|missing IRI FILE PARAGRAPH WHY`, on one line."""
        return f"{self.status} {self.iri} {self.file} {self.paragraph} {self.why}"


@dataclass(frozen=True)
class Verification:
    """The outcome: how many anchors verified, how many are only cited, and those that failed, in order."""

    verified: int
    cited: int
    failures: tuple[Failure, ...]

    @property
    def summary(self) -> str:
        """The last line of the report."""
        changed, missing = (self.count(status) for status in ("changed", "missing"))
        return f"verified {self.verified}, changed {changed}, missing {missing}, cited {self.cited}"

    def count(self, status: str) -> int:
        """How many anchors failed with this status."""
        return sum(failure.status == status for failure in self.failures)

    @property
    def holds(self) -> bool:
        """Whether every anchor verified."""
        return not self.failures

    def __str__(self) -> str:
        """The report: one line for each failure, the summary last."""
        return "\n".join([*map(str, self.failures), self.summary])

    def json(self) -> str:
        """The report as JSON: the four counts, and `failures` with status, iri, file, paragraph and why."""
        report = {
            "verified": self.verified,
            "changed": self.count("changed"),
            "missing": self.count("missing"),
            "cited": self.cited,
            "failures": [asdict(failure) for failure in self.failures],
        }
        return json.dumps(report, ensure_ascii=False, indent=2)


@dataclass(frozen=True)
class _Copy:
    """The reader's copy of one source: its text with the starts of its paragraphs, and how it differs."""

    name: str
    text: str | None
    spans: tuple[tuple[int, int], ...]
    difference: str


def verify(
    data: Path, sources: Path, *, progress: Callable[[str], None] = lambda message: None
) -> Verification:
    """Recompute every anchor of the record in `data` against the files in `sources`."""
    progress(f"reading {data}")
    return verify_record(turtle.read(data), sources, progress=progress)


def verify_record(
    record: Record, sources: Path, *, progress: Callable[[str], None] = lambda message: None
) -> Verification:
    """Recompute every anchor of a record already read."""
    return verify_quads(record.quads(), sources, progress=progress)


def verify_quads(
    quads: Iterable[Quad], sources: Path, *, progress: Callable[[str], None] = lambda message: None
) -> Verification:
    """Recompute every anchor that stands in `quads`, by source and position."""
    things = _things(quads)

    @cache
    def copy(source: str) -> _Copy:
        progress(f"verifying {source.removeprefix(_SOURCE)}")
        return _read(source, things.get(source, {}), sources)

    verified, cited, failures = 0, 0, []
    for iri, facts in sorted(things.items(), key=lambda item: _position(*item)):
        if term("Evidence") not in facts.get(_TYPE, ""):
            continue
        if "citedDocument" in facts and "source" not in facts:
            cited += 1
        elif failure := _failure(iri, facts, copy(facts.get("source", ""))):
            failures.append(failure)
        else:
            verified += 1
    return Verification(verified, cited, tuple(failures))


def _things(quads: Iterable[Quad]) -> dict[str, dict[str, str]]:
    """The facts about each evidence and source: by IRI, then by local name of the property (and rdf:type)."""
    found: dict[str, dict[str, str]] = {}
    kept: set[str] = set()
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | RdfLiteral):
            name = quad.predicate.value.removeprefix(VOCABULARY)
            if name == _TYPE and quad.object.value not in _KINDS:
                continue
            kept |= {quad.subject.value} if name == _TYPE else set()
            found.setdefault(quad.subject.value, {})[name] = quad.object.value
    return {iri: facts for iri, facts in found.items() if iri in kept}


def _position(iri: str, facts: dict[str, str]) -> tuple[str, int, int, str]:
    """The order of anchors: by source, start and end."""
    return facts.get("source", ""), _number(facts, "start"), _number(facts, "end"), iri


def _number(facts: dict[str, str], name: str) -> int:
    """An integer of the record; -1 where it is missing or no integer, which no passage has."""
    value = facts.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 19 else -1


def _read(source: str, facts: dict[str, str], folder: Path) -> _Copy:
    """The copy of `source` in `folder`."""
    name = facts.get("fileName") or source.removeprefix(_SOURCE) + ".txt"
    try:
        text = read_source(folder / name)
    except UnicodeDecodeError as error:
        return _Copy(name, None, (), f"the file is not UTF-8 (byte {error.start})")
    except (OSError, ValueError):
        return _Copy(name, None, (), "")
    return _Copy(name, text, tuple(paragraphs(text)), _difference(text, facts))


def _difference(text: str, facts: dict[str, str]) -> str:
    """How the whole file differs from the one recorded; empty where it does not."""
    recorded, length = facts.get("sha256", ""), _number(facts, "length")
    if not recorded or digest(text) == recorded:
        return ""
    for mark, (ends, called), form in product(("", "\ufeff"), _LINE_ENDS.items(), ("", "NFC", "NFD")):
        plain = text.removeprefix(mark).replace(ends, "\n")
        plain = unicodedata.normalize(form, plain) if form else plain  # type: ignore[arg-type]
        if digest(plain) == recorded:
            other = "NFD" if form == "NFC" else "NFC"
            reasons = [
                "begins with a byte order mark" if mark else "",
                f"has {called} line ends" if called else "",
                f"is in another Unicode form ({other} instead of {form})" if form else "",
            ]
            return "the file " + " and ".join(filter(None, reasons))
    if len(text) < length:
        return f"the file is cut: {len(text)} of {length} characters"
    if len(text) > length:
        return f"the file has {len(text)} characters instead of {length}"
    return "the file has its recorded length, but some characters differ"


def _failure(iri: str, facts: dict[str, str], copy: _Copy) -> Failure | None:
    """Why an anchor does not verify; None where it does."""
    paragraph = _number(facts, "paragraph")

    def failure(status: Status, why: str) -> Failure:
        reasons = "; ".join(filter(None, (why, copy.difference)))
        return Failure(status, iri, copy.name, max(paragraph, 0), reasons)

    if copy.text is None:
        return failure("changed" if copy.difference else "missing", "" if copy.difference else "no such file")
    start, end = _number(facts, "start"), _number(facts, "end")
    if not 0 <= start < end:
        return failure("changed", f"the record has no span here ({start} to {end})")
    if end > len(copy.text):
        return failure("changed", f"characters {start} to {end} lie beyond the end at {len(copy.text)}")
    if digest(copy.text[start:end]) != facts.get("sha256"):
        return failure("changed", f"characters {start} to {end} have another digest")
    number = bisect_right(copy.spans, (start, len(copy.text)))
    if number != paragraph or end > copy.spans[number - 1][1]:
        return failure("changed", f"the passage does not lie within paragraph {paragraph}")
    return None
