"""The parts that pages of all kinds share: sections, facts under the labels of their properties, evidence."""

from dataclasses import replace
from typing import Final

from pyoxigraph import Literal

from visual.article import Block, Cell, Cites, Entries, Entry, Facts, Link, Note, Section, Table, Text
from visual.kinds import spoken
from visual.locator import located
from visual.reader import Reader


def section(r: Reader, slug: str, iris: list[str], *blocks: Block) -> list[Section]:
    """A section with the number of things in it, or none where there is nothing."""
    return [Section(slug, r.say(f"resource.{slug}"), blocks, len(set(iris)))] if iris else []


def acts(r: Reader, iris: list[str]) -> list[Section]:
    """Acts of speech, those of each class in a section of their own."""
    sections = []
    for name, slug in spoken.ACTS.items():
        chosen = [iri for iri in iris if r.of.is_a(iri, name)]
        sections += section(r, slug, chosen, spoken.acts(r, chosen))
    return sections


def telling(part: Section, focus: str) -> Section:
    """The section with only those columns of its tables that tell something.

    A column does not where every cell is empty or says what the page is about, at the address `focus`.
    """
    return replace(part, blocks=tuple(_telling(block, focus) for block in part.blocks))


def _telling(block: Block, focus: str) -> Block:
    if not isinstance(block, Table) or not block.rows:
        return block
    kept = [
        place
        for place in range(len(block.columns))
        if not all(_empty(row[place]) or _is(row[place], focus) for row in block.rows)
    ]
    return replace(
        block,
        columns=tuple(block.columns[place] for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in block.rows),
    )


def _empty(cell: Cell) -> bool:
    return not any(piece.links if isinstance(piece, Cites) else piece.text for piece in cell)


def _is(cell: Cell, address: str) -> bool:
    return [piece.href if isinstance(piece, Link) else "" for piece in cell] == [address]


def attested_only(r: Reader) -> Note:
    """What attestation means, where the reader would otherwise look for a term of office."""
    return Note(r.say("resource.attested-only"))


def evidence(r: Reader) -> list[Section]:
    """The passages that the focus itself rests on: source, paragraph, characters and digest of each."""
    items = []
    passages = sorted(set(r.of.things(r.of.focus, "evidence")), key=r.place)
    for iri in passages:
        cite = r.cite(iri)
        source, _, place = cite.title.partition(" · ")
        digest = r.of.value(iri, "sha256")
        meta: list[Cell] = [(Text(place),)] if place else []
        if digest:
            meta.append((Text(f"SHA-256 {digest[:16]}…"),))
        items.append(Entry((Link(source, cite.href),), tuple(meta)))
    return section(r, "evidence", passages, Entries(tuple(items)))


def facts(r: Reader, *names: str) -> list[Section]:
    """What the focus has under each of the properties named, beside the property's label.

    `period` stands for the date or the period, `span` for a period beside a date; `date`, `from` and `due`
    are written at their precision.
    """
    rows = []
    for name in names:
        cells = _cells(r, name)
        if cells:
            label = _LABELS.get(name)
            rows.append((r.say(label) if label else r.property_label(name), cells))
    return [Section("facts", r.say("resource.facts"), (Facts(tuple(rows)),))] if rows else []


_LABELS: Final = {"period": "common.date", "span": "resource.span"}
"""Rows that are no single property, with the word before them."""


def _time(r: Reader, name: str) -> str:
    focus = r.of.focus
    if name in ("from", "due"):
        return r.date(focus, name, f"{name}Precision")
    if name == "date":
        return r.date(focus)
    bounded = r.of.value(focus, "periodStart") or r.of.value(focus, "periodEnd")
    return r.period(focus) if bounded or name == "period" else ""


def _located(r: Reader, printed: str) -> Cell:
    """A locator in the page's language; behind it as it is printed, where that is another."""
    shown = located(printed, r.language)
    return (
        (Text(shown), Text(f" ({printed})", "muted", lang="vi"))
        if shown != printed
        else (Text(shown, lang="vi"),)
    )


def _cells(r: Reader, name: str) -> tuple[Cell, ...]:
    focus = r.of.focus
    if name in ("period", "span", "date", "from", "due"):
        text = _time(r, name)
        return ((Text(text),),) if text else ()
    if name == "dateInferredFrom":
        return tuple((r.cite(iri),) for iri in r.of.things(focus, name))
    if name == "alternativeTo":
        return (found,) if (found := spoken.alternatives(r, focus)) else ()
    if name == "strength":
        return (mark,) if (mark := spoken.strength(r, focus)) else ()
    if name in ("paragraph", "start", "end", "length", "sha256", "fileName", "officialCode"):
        # Positions and digests are typed elsewhere just as they stand, so they get no separators.
        value = r.of.value(focus, name)
        counted = (Text(" "), Text(r.say("common.code-points"), "muted")) if name == "length" else ()
        return ((Text(value, "code"), *counted),) if value else ()
    if name == "locator":
        values = r.of.objects(focus, name)
        return tuple(_located(r, value.value) for value in values if isinstance(value, Literal))
    if name in ("group", "purpose", "condition", "note"):
        return ((Text(r.words(focus, name)),),) if r.words(focus, name) else ()
    return tuple((r.term(value),) for value in r.of.objects(focus, name))
