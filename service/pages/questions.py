"""The worked questions: one SPARQL query a file in `service/questions/`, described at its head in comments.

# title@vi: …            # title@en: …            one of each
# about@vi: …            # about@en: …            none, or one of each
# kind: lookup           # id: CQ02               # featured: 1
# column place: Nơi | Place                       one for each variable, in order
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from visual.words import LANGUAGES, Language

_FOLDER: Final = Path(__file__).resolve().parent.parent / "questions"
_LINE: Final = re.compile(r"# (\w+)(?:[@ ](\w+))?: (.+)")


@dataclass(frozen=True)
class Question:
    """One question: its words in both languages, its query, and the headings of its columns in order."""

    slug: str
    kind: str
    id: str
    featured: int
    query: str
    titles: Mapping[Language, str] = field(default_factory=dict)
    abouts: Mapping[Language, str] = field(default_factory=dict)
    columns: tuple[tuple[str, Mapping[Language, str]], ...] = ()

    def summary(self, language: Language) -> str:
        """The first sentence of what the question is about; empty where nothing is said."""
        return self.abouts.get(language, "").partition(". ")[0].rstrip(".")

    def heading(self, variable: str, language: Language) -> str:
        """The heading of a variable's column; its name where the question gives none."""
        return dict(self.columns).get(variable, {}).get(language, variable)


@cache
def questions() -> tuple[Question, ...]:
    """All questions: the featured ones in their order, then the others by slug."""
    found = [read(path) for path in _FOLDER.glob("*.rq")]
    return tuple(sorted(found, key=lambda question: (question.featured or 99, question.slug)))


KINDS: Final = (
    "lookup", "join", "temporal", "aggregation", "provenance", "negative", "multi-hop", "disambiguation",
)  # fmt: skip
"""The kinds of questions in the order in which they are shown."""


def by_kind(kind: str = "") -> list[tuple[str, list[Question]]]:
    """The questions of each kind, in the order of kinds; of one kind only where that is given."""
    found = [(name, [one for one in questions() if one.kind == name]) for name in KINDS]
    return [(name, those) for name, those in found if those and kind in ("", name)]


def question(slug: str) -> Question | None:
    """The question of that slug, if there is one."""
    return next((found for found in questions() if found.slug == slug), None)


def read(path: Path) -> Question:
    """The question in a file. Raises `ValueError` for a malformed line of its head or a missing title."""
    head, _, query = path.read_text(encoding="utf-8").partition("\n\n")
    single: dict[str, str] = {}
    spoken: dict[str, dict[Language, str]] = {"title": {}, "about": {}}
    columns: list[tuple[str, Mapping[Language, str]]] = []
    for line in head.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"{path.name}: {line!r} is no line of a question's head")
        name, which, value = match[1], match[2] or "", match[3]
        if name in spoken:
            spoken[name].update({code: value for code in LANGUAGES if code == which})
        elif name == "column":
            vi, _, en = value.partition(" | ")
            columns.append((which, {"vi": vi, "en": en}))
        else:
            single[name] = value
    if set(spoken["title"]) != set(LANGUAGES):
        raise ValueError(f"{path.name}: the head lacks a title in Vietnamese or in English")
    return Question(
        slug=path.stem,
        kind=single.get("kind", "lookup"),
        id=single.get("id", ""),
        featured=int(single.get("featured", 0)),
        query=query.strip() + "\n",
        titles=spoken["title"],
        abouts=spoken["about"],
        columns=tuple(columns),
    )
