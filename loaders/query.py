"""A query in the forms in which it is compared with names, and the other ways in which it may be read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from typing import Final

from ontology import beside, folding
from ontology.folding import Word, has_marks

_HOST: Final = re.compile(r"(?:https?://)?(?:www\.)?([\w-]+)\.(?:com|vn|net|org)(?:\.vn)?(?:/\S*)?", re.I)
_TELEX_TONES: Final = re.compile(r"(?<=[aeiouy])([a-z]*?)[sfrxj](?=[a-z]?$)")
_TELEX_TWICE: Final = re.compile(r"(aa|ee|oo|dd)")
_SEAM: Final = re.compile(r"(?<=[^\W\d_])(?=[0-9])|(?<=[0-9])(?=[^\W\d_])")
_NUMBER_SIGN: Final = re.compile(r"\b(?:số|so|no\.?|nr\.?|number)\s*(?=[0-9])")
_CONSONANTS: Final = re.compile(r"[bcdghklmnpqrstvx]{2,3}")

_SHORT_FORMS: Final = 3


@dataclass(frozen=True)
class Query:
    """A query in the forms in which names are compared; `language` is preferred among equals.

    `era` says which of two units of one name is meant: "former", "present", or "" where it is not said.
    """

    text: str
    language: str
    era: str = ""

    @cached_property
    def words(self) -> list[Word]:
        """The words, marked and folded."""
        return folding.words(self.text)

    @cached_property
    def folded(self) -> str:
        """The words folded."""
        return " ".join(word.folded for word in self.words)

    @cached_property
    def marked(self) -> str:
        """The words with their marks."""
        return " ".join(word.marked for word in self.words)

    @cached_property
    def unspaced(self) -> str:
        """The folded words in one."""
        return self.folded.replace(" ", "")

    @cached_property
    def typed(self) -> str:
        """The folded words in one, abbreviations as they were typed."""
        return "".join(word.folded for word in folding.split(self.text))

    @cached_property
    def telling(self) -> str:
        """The folded words without fillers."""
        return " ".join(word.folded for word in beside.telling(self.words))

    @cached_property
    def has_marks(self) -> bool:
        """Whether the query, as typed, has any mark."""
        return has_marks(self.text)

    @cached_property
    def runs(self) -> list[str]:
        """Every run of the query's words but the whole, folded, the longest first."""
        parts = self.folded.split()
        return [
            " ".join(parts[start : start + length])
            for length in range(len(parts) - 1, 0, -1)
            for start in range(len(parts) - length + 1)
        ]

    @property
    def slips(self) -> int:
        """How many letters may be wrong in a name of this length."""
        length = len(self.unspaced)
        return 0 if length < 3 else 1 if length < 6 else 2 if length < 11 else length // 5


def of_an_era(query: Query) -> Query | None:
    """The query without "cũ", "new" and the like, and knowing it; None where there is no such word."""
    rest, era = beside.era(query.words)
    return _again(query, rest, era) if era else None


def unaddressed(query: Query) -> Query | None:
    """The query without "ông", "Mr" and the like before a name; None where there is no such word."""
    rest = beside.unaddressed(query.words)
    return _again(query, rest) if len(rest) < len(query.words) else None


def hosted(query: Query) -> Query | None:
    """For the address of a web site: the name in it, without "www" and the domain."""
    found = _HOST.fullmatch(query.text.strip())
    return Query(found[1], query.language) if found else None


def untyped(query: Query) -> Iterator[Query]:
    """What was meant by one who typed Telex or VNI while nothing converted it: words without marks."""
    if query.has_marks:
        return
    plain = [word.folded for word in folding.split(query.text)]
    for undone in ([_untelex(word) for word in plain], [_unvni(word) for word in plain]):
        if undone != plain:
            yield Query(" ".join(undone), query.language)


def begun_abbreviations(query: Query) -> Iterator[Query]:
    """The query with its last word as a short form that is being typed: "ubn" is going to be "ubnd"."""
    *before, last = [word.marked for word in folding.split(query.text)] or [""]
    known = [short for short in folding.abbreviations() if " " not in short]
    begun = [short for short in known if len(last) > 1 and short.startswith(last) and short != last]
    for short in sorted(begun)[:_SHORT_FORMS]:
        yield Query(" ".join([*before, short]), query.language)


def numbered(query: Query) -> Query | None:
    """The query with letters and numbers apart ("QĐ749") and without "số", "No." before a number, if any."""
    text = _SEAM.sub(" ", folding.composed(query.text))
    text = _NUMBER_SIGN.sub(" ", text)
    return Query(text, query.language) if text != folding.composed(query.text) else None


def initials(query: Query) -> list[str]:
    """The words of a query like "N.M. Hùng" or "NM Hùng", letters apart; empty for any other."""
    plain = [word.folded for word in folding.split(query.text)]
    parts = [part for word in plain for part in (word if _CONSONANTS.fullmatch(word) else [word])]
    single = sum(len(part) == 1 for part in parts)
    full = len(parts[-1]) > 1 if parts else False
    return parts if full and 0 < single < len(parts) <= 6 and not any(map(str.isdigit, parts)) else []


def spelled(query: Query, spellings: Sequence[Sequence[str]], most: int) -> Iterator[Query]:
    """The query with each word replaced by one of its `spellings`, at most so many."""
    for words in islice(product(*spellings), most):
        yield Query(" ".join(words), query.language)


def _again(query: Query, words: Sequence[Word], era: str = "") -> Query:
    return Query(" ".join(word.marked for word in words), query.language, era)


def _untelex(word: str) -> str:
    """A word without the letters that are marks in Telex; tone letters stand at the end or before it."""
    without_tone = _TELEX_TONES.sub(r"\1", word)
    return _TELEX_TWICE.sub(lambda found: found[0][0], without_tone).replace("w", "")


def _unvni(word: str) -> str:
    """A word without the numbers that are marks in VNI; a number by itself stays."""
    return re.sub("[1-9]", "", word) if word[0].isalpha() else word
