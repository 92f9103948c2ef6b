"""The words of the interface, in Vietnamese and English.

The catalogue is data: every TOML file in `visual/catalogue/` holds tables of entries, each with one `vi` and
one `en`. `{name}` stands for a value that is filled in. A test holds that both languages are complete.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")

_CATALOGUE: Final = Path(__file__).parent / "catalogue"


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every entry by its dotted key (`home.title`), each a mapping from language to words.

    Raises `ValueError` where two files hold the same key.
    """
    entries: dict[str, Mapping[str, str]] = {}
    for path in sorted(_CATALOGUE.glob("*.toml")):
        for key, entry in _flat("", tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in entries:
                raise ValueError(f"{path.name}: {key} stands in another file of the catalogue too")
            entries[key] = entry
    return entries


def word(key: str, language: Language, **values: object) -> str:
    """The words of `key` in `language`, with `values` filled in. Raises `KeyError` for an unknown key."""
    words = catalogue()[key][language]
    return words.format(**values) if values else words


def _flat(prefix: str, table: Mapping[str, object]) -> list[tuple[str, Mapping[str, str]]]:
    """The entries of a table and of the tables in it: an entry is a table of strings only."""
    found: list[tuple[str, Mapping[str, str]]] = []
    for name, value in table.items():
        if not isinstance(value, dict):
            raise ValueError(f"{prefix}{name}: an entry is a table with vi and en")
        if all(isinstance(words, str) for words in value.values()):
            found.append((prefix + name, value))
        else:
            found += _flat(f"{prefix}{name}.", value)
    return found
