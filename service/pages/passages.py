"""Passages shown in place, where the service was given copies of the articles, once the digest holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from loaders.evidence import Passage, paragraphs
from ontology.iri import parse
from service.verifying import State, copy, verified
from visual.description import Description


@dataclass(frozen=True)
class Shown:
    """A paragraph with its cited passages marked, or a passage that cannot be shown.

    `evidence` are the IRIs of what is shown; `pieces` are words in order, each with whether it is cited.
    There are no pieces unless every digest was `verified`.
    """

    evidence: tuple[str, ...]
    state: State
    pieces: tuple[tuple[str, bool], ...] = ()


def show(of: Description, evidence: Iterable[str], folder: Path) -> list[Shown]:
    """The passages of `evidence` from the copies in `folder`, those of one paragraph together.

    Fails closed: a passage whose digest or paragraph differs is told as changed and none of it shown.
    """
    found: dict[tuple[str, int], list[tuple[str, Passage]]] = {}
    shown: list[Shown] = []
    for iri in evidence:
        state, held = _verified(of, iri, folder)
        if held is None:
            shown.append(Shown((iri,), state))
        else:
            found.setdefault((held.source, held.paragraph), []).append((iri, held))
    for (source, number), parts in found.items():
        text = copy(folder, source) or ""
        first, last = paragraphs(text)[number - 1]
        spans = [(held.start, held.end) for _, held in parts]
        shown.append(Shown(tuple(iri for iri, _ in parts), "verified", _marked(text, first, last, spans)))
    return shown


def _verified(of: Description, evidence: str, folder: Path) -> tuple[State, Passage | None]:
    source = of.thing(evidence, "source")
    start, end = of.value(evidence, "start"), of.value(evidence, "end")
    if source is None or start is None or end is None:
        return "missing", None
    said = (of.value(evidence, "sha256"), of.value(evidence, "paragraph"))
    return verified(parse(source).slug, start, end, said, folder)


def _marked(
    text: str, first: int, last: int, spans: Iterable[tuple[int, int]]
) -> tuple[tuple[str, bool], ...]:
    """The paragraph in pieces, cited and not; spans that overlap are one."""
    pieces, at = [], first
    for start, end in sorted(spans):
        if start > at:
            pieces.append((text[at:start], False))
        if end > at:
            pieces.append((text[max(at, start) : end], True))
            at = end
    if at < last:
        pieces.append((text[at:last], False))
    return tuple(pieces)
