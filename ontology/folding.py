"""Folding: the form in which names are compared, whatever marks, case or abbreviation they were typed in."""

import re
import unicodedata
from typing import Final

from ontology.iri import strip_marks

ABBREVIATIONS: Final = {
    "bch": "ban chap hanh",
    "btttt": "bo thong tin va truyen thong",
    "cds": "chuyen doi so",
    "cntt": "cong nghe thong tin",
    "hdnd": "hoi dong nhan dan",
    "stttt": "so thong tin va truyen thong",
    "tmdt": "thuong mai dien tu",
    "tp": "thanh pho",
    "tp hcm": "thanh pho ho chi minh",
    "tphcm": "thanh pho ho chi minh",
    "tt tt": "thong tin va truyen thong",
    "tt va tt": "thong tin va truyen thong",
    "tthc": "thu tuc hanh chinh",
    "tttt": "thong tin va truyen thong",
    "ubnd": "uy ban nhan dan",
}
"""Abbreviations in common use, already folded, and what they stand for."""

_LONGEST: Final = max(len(short.split()) for short in ABBREVIATIONS)
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_OTHER = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Words of letters and digits, single spaces: no marks, case or punctuation, abbreviations in full.

    Composed and decomposed forms, đ and d, and both places of a tone mark (hoà, hòa) fold alike.

    >>> fold("UBND tỉnh Bến Tre") == fold("Uỷ ban Nhân dân  tỉnh BẾN TRE")
    True
    """
    return _expand(_OTHER.sub(" ", strip_marks(text).replace("&", " va ")).split())


def marked(text: str) -> str:
    """Like `fold`, but with the marks kept: tone marks at the end of their word, so that hoà equals hòa."""
    lowered = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower().replace("&", " và "))
    words = []
    for word in lowered.split():
        tones = "".join(character for character in word if character in _TONES)
        rest = "".join(character for character in word if character not in _TONES)
        words.append(unicodedata.normalize("NFC", rest) + tones)
    kept = (character if character in _TONES or character.isalnum() else " " for character in " ".join(words))
    return " ".join("".join(kept).split())


def has_marks(text: str) -> bool:
    """Whether `text` has any mark that folding takes away."""
    return strip_marks(text) != unicodedata.normalize("NFC", text).lower()


def _expand(words: list[str]) -> str:
    """`words` with each abbreviation in full, the longest first."""
    out: list[str] = []
    while words:
        for length in range(min(_LONGEST, len(words)), 0, -1):
            if full := ABBREVIATIONS.get(" ".join(words[:length])):
                out.append(full)
                break
        else:
            length = 1
            out.append(words[0])
        words = words[length:]
    return " ".join(out)
