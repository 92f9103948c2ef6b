"""The interface speaks both languages, everywhere, with the same blanks to fill."""

import re
from pathlib import Path

import pytest

from visual.words import LANGUAGES, catalogue, word

TEMPLATES = Path(__file__).parents[2] / "visual" / "templates"
_BLANK = re.compile(r"\{(\w+)\}")


def test_every_entry_is_in_both_languages() -> None:
    incomplete = [key for key, entry in catalogue().items() if set(entry) != set(LANGUAGES)]
    assert incomplete == []
    assert [
        key for key, entry in catalogue().items() if not all(words.strip() for words in entry.values())
    ] == []


def test_both_languages_have_the_same_blanks() -> None:
    uneven = [
        key
        for key, entry in catalogue().items()
        if set(_BLANK.findall(entry["vi"])) != set(_BLANK.findall(entry["en"]))
    ]
    assert uneven == []


def test_every_key_in_a_template_is_in_the_catalogue() -> None:
    missing = {
        (path.name, key)
        for path in TEMPLATES.glob("*.html")
        for key in re.findall(r"\bt\('([\w.-]+)'[,)]", path.read_text(encoding="utf-8"))
        if key not in catalogue()
    }
    assert missing == set()


def test_words_fill_their_blanks() -> None:
    assert word("count.meeting.many", "en", n=5) == "5 meetings"
    assert word("count.meeting.many", "vi", n=5) == "5 cuộc họp"
    with pytest.raises(KeyError):
        word("no.such.words", "vi")
