"""Values as a person reads them, in Vietnamese and in English: dates, numbers, sizes."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from markupsafe import Markup

from visual.words import Language, word

_MONTHS: Final = (
    "January February March April May June July August September October November December".split()
)
_ISO: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_SIZES: Final = ("B", "kB", "MB", "GB", "TB")


def date(value: str, precision: str, language: Language) -> str:
    """An ISO date (`2020-07-17`) at its precision (`day`, `month`, `quarter`, `year`).

    A value that is no ISO date is given back as it is.
    """
    parts = value.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return value
    year, month, day = int(parts[0]), int(parts[1]), int(parts[2])
    if not 1 <= month <= 12:
        return value
    quarter = (month - 1) // 3 + 1
    vi = {
        "year": f"năm {year}",
        "quarter": f"quý {'I II III IV'.split()[quarter - 1]}/{year}",
        "month": f"tháng {month}/{year}",
    }
    en = {"year": f"{year}", "quarter": f"Q{quarter} {year}", "month": f"{_MONTHS[month - 1]} {year}"}
    if language == "vi":
        return vi.get(precision, f"{day}/{month}/{year}")
    return en.get(precision, f"{day} {_MONTHS[month - 1]} {year}")


def days(text: str, language: Language) -> str:
    """A text with its ISO days as a person reads them: `Minister · 2020-07-17`, `Minister · 17 July 2020`."""
    return _ISO.sub(lambda found: date(found[0], "day", language), text)


def number(value: str, language: Language) -> str:
    """A decimal number with the separators of the language: `2.200,5` in Vietnamese, `2,200.5` in English.

    A value that is no number is given back as it is.
    """
    sign, digits = ("−", value[1:]) if value.startswith("-") else ("", value)
    whole, _, fraction = digits.partition(".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        return value
    fraction = fraction.rstrip("0")
    grouped = f"{int(whole):,}"
    if language == "vi":
        return sign + grouped.replace(",", ".") + (f",{fraction}" if fraction else "")
    return sign + grouped + (f".{fraction}" if fraction else "")


def size(octets: int, language: Language) -> str:
    """A size in bytes, in the largest decimal unit that leaves at least one: `1,4 MB`, `312 B`."""
    amount, unit = float(octets), 0
    while amount >= 1000 and unit < len(_SIZES) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{number(f'{amount:.1f}' if unit else str(octets), language)} {_SIZES[unit]}"


def amount(
    value: str,
    language: Language,
    *,
    up_to: str | None = None,
    approximation: str | None = None,
    unit: str | None = None,
    rank: bool = False,
) -> str:
    """A figure in words: `hơn 2.200 tỷ đồng`, `more than 2,200 billion VND`, `hạng 8`, `500–700 nghìn người`.

    `approximation` and `unit` are labels in `language`; a rank has its unit before the number.
    """
    figure = number(value, language) + (f"–{number(up_to, language)}" if up_to else "")
    if unit and rank:
        figure = f"{unit} {figure}"
    elif unit:
        figure += unit if unit == "%" else f"\N{NO-BREAK SPACE}{unit}"
    return f"{approximation} {figure}" if approximation else figure


def count(quantity: int, key: str, language: Language) -> str:
    """A number with its noun: `1 meeting`, `5 cuộc họp`; `key` has an entry for one and one for many."""
    chosen = f"{key}.one" if quantity == 1 else f"{key}.many"
    return word(chosen, language, n=number(str(quantity), language))


def script_json(value: Mapping[str, object]) -> Markup:
    """JSON that may stand inside a script element: what could end it is written as escapes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    escapes = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
    for character, written in escapes.items():
        text = text.replace(character, written)
    return Markup(text)  # noqa: S704 - nothing is left in it that HTML would read as markup


def spaced(parts: Iterable[str]) -> str:
    """Parts joined by a middle dot, empty ones left out."""
    return " · ".join(part for part in parts if part)
