"""Where in a cited document something stands: as printed, or by the standard English names of its parts."""

import re
from functools import cache
from typing import Final

from visual.words import Language, catalogue

_PART: Final = re.compile(r"(\D+?) ([\divxlc]+|[a-zđ])", re.IGNORECASE)
"""A part of a document and its number, Roman number or letter."""


def located(locator: str, language: Language) -> str:
    """A locator of a Vietnamese document (`Điều 1, khoản 8`) in a language (`Article 1, Clause 8`).

    It stays as it is printed where one of its parts has no standard name.
    """
    if language == "vi":
        return locator
    named = [_named(part.strip()) for part in locator.split(",")]
    return ", ".join(named) if all(named) else locator


def _named(part: str) -> str:
    """A part of a locator in English; empty where it has no standard name."""
    names = _names()
    if part.lower() in names:
        return names[part.lower()]
    found = _PART.fullmatch(part)
    return f"{names[found[1].lower()]} {found[2]}" if found and found[1].lower() in names else ""


@cache
def _names() -> dict[str, str]:
    """The English name of each part, by its Vietnamese name."""
    entries = (entry for key, entry in catalogue().items() if key.startswith("locator."))
    return {entry["vi"]: entry["en"] for entry in entries}
