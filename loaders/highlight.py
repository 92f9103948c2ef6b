"""Which letters of a name matched a query, for pages to mark."""

import re
from collections.abc import Sequence
from typing import Final

from loaders.query import Query
from ontology.folding import abbreviations, longest, split

Span = tuple[int, int]

_WORD: Final = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_ENTIRE: Final = frozenset({"unspaced", "similar", "date", "initials", "typed", "address"})


def spans(query: Query, text: str, reason: str) -> tuple[Span, ...]:
    """The parts of `text` that match, as (start, end) in code points, in order and apart.

    An abbreviation in `text` is marked where what it stands for was asked for. A match without regard to
    spaces or by likeness marks all of the text.
    """
    if reason in _ENTIRE:
        return ((0, len(text)),)
    wanted = query.folded.split()
    found = []
    for start, end, words in _units(text):
        if all(word in wanted for word in words):
            found.append((start, end))
        elif wanted and words[0].startswith(wanted[-1]):
            found.append((start, _reach(text, start, end, len(wanted[-1]))))
    return _joined(text, found)


def _units(text: str) -> list[tuple[int, int, list[str]]]:
    """The words of `text` with what they fold to; an abbreviation of several words is one unit."""
    places = list(_WORD.finditer(text))
    plain = [" ".join(word.folded for word in split(place[0])) for place in places]
    units, position = [], 0
    while position < len(places):
        for length in range(min(longest(), len(places) - position), 0, -1):
            chosen = places[position : position + length]
            short = " ".join(plain[position : position + length])
            full = abbreviations().get(short)
            if full or length == 1:
                break
        folded = [word.folded for word in full] if full else short.split()
        if folded:
            units.append((chosen[0].start(), chosen[-1].end(), folded))
        position += length
    return units


def _reach(text: str, start: int, end: int, letters: int) -> int:
    """Where the first `letters` letters of a word end; combining marks belong to the letter before."""
    for position in range(start, end):
        if not "\u0300" <= text[position] <= "\u036f":
            letters -= 1
            if letters < 0:
                return position
    return end


def _joined(text: str, found: Sequence[Span]) -> tuple[Span, ...]:
    """Neighbours with no letter between them become one."""
    out: list[Span] = []
    for start, end in found:
        if out and not _WORD.search(text, out[-1][1], start):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return tuple(out)
