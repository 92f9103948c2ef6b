"""Folding: the form in which names are compared, whatever marks, case, spelling or abbreviation they came in.

What folds alike: composed, decomposed and full-width letters, đ and d, capitals, both places of a tone mark
(hoà, hòa), i and y where Vietnamese spells one sound in both ways (Mĩ, Mỹ), any punctuation, letters that are
not seen, a date in any form (`dates.py`), and an abbreviation with what it stands for (`abbreviations.toml`).
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from ontology import dates
from ontology.files import ABBREVIATIONS
from ontology.iri import strip_marks

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
# Only at the end of a syllable without another vowel: "hai" and "hay", "thúi" and "thúy" are different words.
_I_AS_Y: Final = re.compile(r"(?:qu|[hklmstv])y")


class Word(NamedTuple):
    """A word in two forms: `marked` with its tone at the end (hoà as hòa), `folded` without marks."""

    marked: str
    folded: str


def fold(text: str) -> str:
    """Words of letters and digits, single spaces: no marks, case or punctuation, abbreviations in full.

    >>> fold("UBND tỉnh Bến Tre") == fold("Uỷ ban Nhân dân  tỉnh BẾN TRE")
    True
    """
    return " ".join(word.folded for word in words(text))


def marked(text: str) -> str:
    """Like `fold`, word for word, but with the marks kept: tone marks at the end of their word."""
    return " ".join(word.marked for word in words(text))


def words(text: str) -> list[Word]:
    """The words of `text` in both forms, dates as numbers, abbreviations in full."""
    return _expand(_split(dates.plain(composed(text))))


def has_marks(text: str) -> bool:
    """Whether `text` has any mark that folding takes away."""
    lowered = composed(text)
    return strip_marks(lowered) != lowered


@cache
def abbreviations() -> Mapping[str, tuple[Word, ...]]:
    """Each abbreviation, folded, with the words it stands for."""
    tables = tomllib.loads(ABBREVIATIONS.read_text(encoding="utf-8"))
    return {short: tuple(split(full)) for table in tables.values() for short, full in table.items()}


@cache
def longest() -> int:
    """How many words the longest abbreviation has."""
    return max(len(short.split()) for short in abbreviations())


def split(text: str) -> list[Word]:
    """The words as they stand, without regard to dates and abbreviations."""
    return _split(composed(text))


def composed(text: str) -> str:
    """`text` in small composed letters; the Icelandic ð, which some converters give for đ, is one."""
    seen = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    lowered = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).lower())
    return lowered.replace("ð", "đ")


def _split(lowered: str) -> list[Word]:
    decomposed = unicodedata.normalize("NFD", lowered.replace("&", " và "))
    spaced = "".join(
        letter if letter.isalnum() or unicodedata.combining(letter) else " " for letter in decomposed
    )
    found = [_word(part) for part in spaced.split()]
    return [word for word in found if word.folded]


def _word(letters: str) -> Word:
    """Both forms of one word, given decomposed."""
    tones = "".join(letter for letter in letters if letter in _TONES)
    rest = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES))
    folded = "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("đ", "d")
    if _I_AS_Y.fullmatch(folded):
        rest, folded = rest[:-1] + "i", folded[:-1] + "i"
    return Word(rest + tones, folded)


def _expand(found: Sequence[Word]) -> list[Word]:
    """`found` with each abbreviation in full, the longest first."""
    known, position = abbreviations(), 0
    out: list[Word] = []
    while position < len(found):
        for length in range(min(longest(), len(found) - position), 0, -1):
            if full := known.get(" ".join(word.folded for word in found[position : position + length])):
                out += full
                break
        else:
            length = 1
            out.append(found[position])
        position += length
    return out
