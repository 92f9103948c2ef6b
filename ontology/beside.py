"""Words beside names: fillers, forms of address, and words that tell a former unit from today's."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from ontology.files import BESIDE_NAMES
from ontology.folding import Word, split

FORMER: Final = "former"
PRESENT: Final = "present"
_Phrases = frozenset[tuple[str, ...]]


@cache
def _known() -> Mapping[str, tuple[_Phrases, _Phrases]]:
    """By sort of word: the phrases with marks, and the same without."""
    listed = tomllib.loads(BESIDE_NAMES.read_text(encoding="utf-8"))
    return {
        sort: (
            frozenset(tuple(word.marked for word in split(phrase)) for phrase in phrases),
            frozenset(tuple(word.folded for word in split(phrase)) for phrase in phrases),
        )
        for sort, phrases in listed.items()
    }


def telling(found: Sequence[Word]) -> list[Word]:
    """`found` without the words that carry no meaning of their own; all of it where that is nothing."""
    return [word for word in found if not _is("fillers", [word])] or list(found)


def unaddressed(found: Sequence[Word]) -> list[Word]:
    """`found` without the form of address that it begins with; at least one word stays."""
    length = max((n for n in range(1, min(3, len(found))) if _is("address", found[:n])), default=0)
    return list(found[length:])


def era(found: Sequence[Word]) -> tuple[list[Word], str]:
    """`found` without the words at an end that say which unit is meant, and which: FORMER, PRESENT or ""."""
    for sort in (FORMER, PRESENT):
        for length in range(min(4, len(found) - 1), 0, -1):
            if _is(sort, found[-length:]):
                return list(found[:-length]), sort
            if _is(sort, found[:length]):
                return list(found[length:]), sort
    return list(found), ""


def _is(sort: str, found: Sequence[Word]) -> bool:
    """Whether the words are a phrase of that sort, typed with its marks or without any."""
    with_marks, without = _known()[sort]
    typed = tuple(word.marked for word in found)
    return typed in with_marks or (typed in without and typed == tuple(word.folded for word in found))
