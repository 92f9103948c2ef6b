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
    found = [_PART.fullmatch(part.strip()) for part in locator.split(",")]
    named = [f"{_names()[one[1].lower()]} {one[2]}" for one in found if one and one[1].lower() in _names()]
    return ", ".join(named) if len(named) == len(found) else locator


@cache
def _names() -> dict[str, str]:
    """The English name of each part, by its Vietnamese name."""
    entries = (entry for key, entry in catalogue().items() if key.startswith("locator."))
    return {entry["vi"]: entry["en"] for entry in entries}
