"""References to a statement, a question or the dataset, as reference managers take them.

Nothing here depends on a clock: the day of access is the reader's to add; the year is that of the release.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["entry", "dataset"]

AUTHOR: Final = "vndx"


@dataclass(frozen=True)
class Citation:
    """What is cited: its key, its words, its address in one release, and what it rests on.

    `date` is the release's, an ISO date or empty; `digest` names the release; `note` says where in the
    sources it stands; `container` is the dataset that an entry is part of, in the same language.
    """

    key: str
    kind: Kind
    title: str
    container: str
    date: str
    digest: str
    address: str
    language: str
    note: str


def bibtex(cited: Citation) -> str:
    """An `@misc` entry (`@dataset` for biblatex) in UTF-8; what TeX would read as commands is escaped."""
    fields = {
        "author": "{" + _tex(AUTHOR) + "}",
        "title": "{" + _tex(cited.title) + "}",
        **({"year": cited.date[:4], "date": cited.date} if cited.date else {}),
        "version": cited.digest,
        "howpublished": _tex(cited.container) if cited.kind == "entry" else "",
        "url": cited.address,
        "langid": {"vi": "vietnamese", "en": "english"}[cited.language],
        "note": _tex(cited.note),
    }
    kind = "dataset" if cited.kind == "dataset" else "misc"
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{kind}{{{cited.key},\n" + ",\n".join(lines) + "\n}\n"


def ris(cited: Citation) -> str:
    """A RIS record: one tag a line, lines ending in CR LF, `ER` last."""
    tags = [
        ("TY", "DATA"),
        ("ID", cited.key),
        ("AU", AUTHOR),
        ("TI", cited.title),
        ("T2", cited.container if cited.kind == "entry" else ""),
        ("PY", cited.date[:4]),
        ("DA", cited.date.replace("-", "/")),
        ("ET", cited.digest),
        ("UR", cited.address),
        ("LA", cited.language),
        ("N1", cited.note),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl(cited: Citation) -> str:
    """A list of one CSL-JSON item (citation-style-language schema 1.0)."""
    item: dict[str, object] = {
        "id": cited.key,
        "type": cited.kind,
        "title": cited.title,
        "author": [{"literal": AUTHOR}],
        "version": cited.digest,
        "URL": cited.address,
        "language": cited.language,
        "note": cited.note,
    }
    if cited.kind == "entry":
        item["container-title"] = cited.container
    if cited.date:
        item["issued"] = {"date-parts": [[int(part) for part in cited.date.split("-")]]}
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


FORMS: Final[Mapping[str, tuple[str, str, Callable[[Citation], str]]]] = {
    "bib": ("BibTeX", "application/x-bibtex; charset=utf-8", bibtex),
    "ris": ("RIS", "application/x-research-info-systems; charset=utf-8", ris),
    "csl.json": ("CSL-JSON", "application/vnd.citationstyles.csl+json", csl),
}
"""By extension: what a form is called, its media type, and what writes it."""

_TEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: "\\" + sign for sign in "#$%&_"},
}


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in _line(text))


def _line(text: str) -> str:
    """Text on one line: a line break would begin another tag."""
    return " ".join(text.split())
