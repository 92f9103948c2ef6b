"""Dates in running text, in the ways people write them, brought to one: day, month and year as plain numbers.

"17/7/2020", "2020-07-17", "ngày 17 tháng 7 năm 2020", "17 July 2020", "July 17, 2020" all become "17 7 2020".
Numbers alone are read day first; month first only where day first is no date.
"""

import re
from typing import Final

_MONTHS: Final = {
    name: str(number)
    for number, name in enumerate(
        "january february march april may june july august september october november december".split(), 1
    )
}
_MONTHS_SHORT: Final = {name[:3]: number for name, number in _MONTHS.items()}
_NAMED: Final = "|".join([*_MONTHS, *(set(_MONTHS_SHORT) - {"may"}), "sept"])
_DAY: Final = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>(?:19|20)[0-9]{2})"
_BEFORE: Final = r"(?<![\w/.-])"
_AFTER: Final = r"(?![\w/-]|\.[0-9])"
_FORMS: Final = tuple(
    re.compile(_BEFORE + form + _AFTER)
    for form in (
        rf"{_YEAR}-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}})",
        rf"(?P<day>[0-9]{{1,2}})([-/.])(?P<month>[0-9]{{1,2}})\2{_YEAR}",
        rf"(?:ngày|ngay)?\s*(?P<day>[0-9]{{1,2}})\s+(?:tháng|thang)\s+(?P<month>[0-9]{{1,2}})"
        rf"(?:,?\s+(?:năm|nam)?\s*{_YEAR})?",
        rf"{_DAY}\s+(?P<month>{_NAMED})\.?,?\s+{_YEAR}",
        rf"(?P<month>{_NAMED})\.?\s+{_DAY},?\s+{_YEAR}",
        rf"(?:tháng|thang)\s+(?P<month>[0-9]{{1,2}})(?:/|,?\s+(?:năm|nam)\s+){_YEAR}",
        rf"(?P<month>{_NAMED})\.?,?\s+{_YEAR}",
    )
)


def plain(lowered: str) -> str:
    """`lowered` (small letters, composed) with every date as numbers without leading zeros, by spaces."""
    if not any(letter.isdigit() for letter in lowered):
        return lowered
    for form in _FORMS:
        lowered = form.sub(_numbers, lowered)
    return lowered


def _numbers(found: re.Match[str]) -> str:
    parts = found.groupdict()
    day, month, year = parts.get("day"), parts["month"], parts.get("year")
    month = _MONTHS.get(month) or _MONTHS_SHORT.get(month[:3]) or month
    if day and int(month) > 12 >= int(day):
        day, month = month, day
    if not 1 <= int(month) <= 12 or (day and not 1 <= int(day) <= 31):
        return found[0]
    return " " + " ".join(str(int(part)) for part in (day, month, year) if part) + " "
