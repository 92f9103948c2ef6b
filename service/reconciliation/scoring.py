"""How well a candidate fits: its name by the search index, and what else the client knows of it.

A property that the candidate has nothing in counts half: what is missing is missing, not wrong.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode
from rapidfuzz import fuzz

from ontology.folding import fold
from service.reconciliation.asked import Given
from service.reconciliation.values import Names, Value, iri

SHARE: Final = 0.4
"""The share of the score that properties have, where some are given."""
DIFFERS: Final = 0.5
"""Below this likeness a value is held to be another than the one meant."""
_LIKE: Final = 85.0

_ISO: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ].*)?)?)?")
_LOCAL: Final = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")


def total(name: float | None, likenesses: Sequence[float | None]) -> float:
    """The score, 0 to 100, of a name's score and how like each property is.

    None stands for a name that was not asked for, and for a property of which nothing is known.
    """
    if not likenesses:
        return round(name or 0, 2)
    fit = 100 * sum(0.5 if one is None else one for one in likenesses) / len(likenesses)
    return round(fit if name is None else (1 - SHARE) * name + SHARE * fit, 2)


def likeness(given: Sequence[Given], values: Sequence[Value], names: Mapping[str, Names]) -> float | None:
    """How like the values are to those given, 0 to 1: the mean over those given of the best value of each."""
    wanted = [one for one in given if one.id or one.text.strip()]
    if not wanted or not values:
        return None
    return sum(max(_one(one, value, names) for value in values) for one in wanted) / len(wanted)


def within(given: Sequence[Given], start: Iterable[Value], end: Iterable[Value]) -> float | None:
    """Whether a day given lies within the time in which a unit stands: 1 or 0; None where no day is given."""
    spans = [span for one in given if (span := day(one.text))]
    if not spans:
        return None
    opened = max((value.term.value for value in start), default="")
    closed = min((value.term.value for value in end), default="9999")
    # A month or a year that a unit stood in for a part only is not held against it.
    return float(all(last >= opened and first <= closed for first, last in spans))


def day(text: str) -> tuple[str, str] | None:
    """The first and last day (ISO) of what is written as 2020-07-17, 17/7/2020, 7/2020 or 2020."""
    text = text.strip()
    if found := _ISO.fullmatch(text):
        year, month, date = found.groups()
    elif found := _LOCAL.fullmatch(text):
        date, month, year = found.groups()
    else:
        return None
    if (month and not 1 <= int(month) <= 12) or (date and not 1 <= int(date) <= 31):
        return None
    first = "-".join([year, f"{int(month or 1):02}", f"{int(date or 1):02}"])
    last = "-".join([year, f"{int(month or 12):02}", f"{int(date or 31):02}"])
    return first, last


def _one(given: Given, value: Value, names: Mapping[str, Names]) -> float:
    """How like one value is."""
    if isinstance(value.term, NamedNode):
        if given.id:
            return float(iri(given.id) == value.term.value)
        if given.text.strip() == value.term.value or iri(given.text) == value.term.value:
            return 1.0
        known = names.get(value.term.value)
        return max((_words(given.text, name) for name in known.every), default=0.0) if known else 0.0
    return _literal(given.text or given.id, value.term)


def _literal(text: str, literal: Literal) -> float:
    kind = literal.datatype.value.rsplit("#", 1)[-1]
    if kind == "date":
        span = day(text)
        return float(span is not None and span[0] <= literal.value <= span[1])
    if kind in ("decimal", "integer", "double"):
        return _number(text, literal.value)
    return _words(text, literal.value)


def _number(text: str, value: str) -> float:
    try:
        return float(float(text.strip().replace(",", ".")) == float(value))
    except ValueError:
        return 0.0


def _words(text: str, name: str) -> float:
    """1 for the same name folded; less for a part of it, or for one that differs by a few letters."""
    asked, folded = fold(text), fold(name)
    if not asked:
        return 0.0
    if asked == folded:
        return 1.0
    if f" {asked} " in f" {folded} ":
        return 0.9
    words = folded.split()
    if all(word in words for word in asked.split()):
        return 0.85
    ratio = fuzz.ratio(asked, folded)
    return 0.8 * ratio / 100 if ratio >= _LIKE else 0.0
