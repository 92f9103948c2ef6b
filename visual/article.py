"""What a resource page is made of: sections of tables, entries and facts, ready to be set by a template."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Text:
    """Words; `tone` says how they are set: as they are, as a mark, muted below the rest, or as code."""

    text: str
    tone: Literal["plain", "tag", "strong", "soft", "under", "muted", "code"] = "plain"
    lang: str = ""
    form: Literal["text"] = "text"


@dataclass(frozen=True)
class Link:
    """A thing by its label, with its address on this site; a `detail` recedes behind what is beside it."""

    text: str
    href: str
    lang: str = ""
    title: str = ""
    tone: Literal["", "detail"] = ""
    form: Literal["link"] = "link"


@dataclass(frozen=True)
class Cites:
    """The passages that something rests on: a short reference each, in full in the title."""

    links: tuple[Link, ...]
    form: Literal["cites"] = "cites"


Piece = Text | Link | Cites
Cell = tuple[Piece, ...]


@dataclass(frozen=True)
class Column:
    """A column's heading, and how its cells are set."""

    label: str
    tone: Literal["", "when", "figure", "right"] = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns, with a caption."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    form: Literal["table"] = "table"


@dataclass(frozen=True)
class Entry:
    """One statement: what it says, the circumstances, and where it stands in the sources."""

    what: Cell
    meta: tuple[Cell, ...] = ()
    evidence: Cites | None = None


@dataclass(frozen=True)
class Entries:
    """Statements as a list, in order."""

    items: tuple[Entry, ...]
    form: Literal["entries"] = "entries"


@dataclass(frozen=True)
class Group:
    """Statements that belong together, under what unites them and with its day."""

    heading: Cell
    when: str
    entries: Entries


@dataclass(frozen=True)
class Groups:
    """Statements by group, in order; each group shows its first few and folds the rest."""

    items: tuple[Group, ...]
    form: Literal["groups"] = "groups"


@dataclass(frozen=True)
class Chain:
    """What became what: the units before, the day and its basis, the units after."""

    before: tuple[Link, ...]
    until: str
    after: tuple[Link, ...]
    since: str
    basis: Cell
    focus: str = ""
    form: Literal["chain"] = "chain"


@dataclass(frozen=True)
class Point:
    """One figure of a chart: its words, its place from 0 to 100, where its passage stands."""

    label: str
    amount: str
    at: float
    until: float | None
    kind: Literal["measured", "target", "other"]
    cite: Link


@dataclass(frozen=True)
class Chart:
    """Comparable figures on one scale that begins at zero; the table beside it says the same."""

    title: str
    points: tuple[Point, ...]
    kinds: tuple[tuple[str, str], ...]
    end: str
    form: Literal["chart"] = "chart"


@dataclass(frozen=True)
class Facts:
    """Names with what stands under them."""

    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    form: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Note:
    """A sentence of explanation."""

    text: str
    form: Literal["note"] = "note"


@dataclass(frozen=True)
class Figure:
    """One value set large, with what it measures."""

    text: str
    form: Literal["figure"] = "figure"


@dataclass(frozen=True)
class Code:
    """Something to run or to copy."""

    text: str
    form: Literal["code"] = "code"


Block = Table | Entries | Groups | Chain | Chart | Facts | Note | Figure | Code


@dataclass(frozen=True)
class Section:
    """A part of the page under its own heading; `slug` is its anchor, `tally` the number of things in it.

    Where not all of its rows and entries stand here, `shown` tells from which to which, and of how many.
    """

    slug: str
    title: str
    blocks: tuple[Block, ...]
    tally: int | None = None
    shown: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Article:
    """A resource page: its heads, one sentence on what is known, and its sections in order."""

    title: str
    kind: str
    lede: str = ""
    gloss: str = ""
    gloss_lang: str = ""
    also: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
