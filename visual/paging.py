"""Long articles in parts: the beginning of each section on the page itself, the rest on pages of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from visual.article import Article, Block, Cell, Entries, Facts, Group, Groups, Section, Table

FIRST: Final = 50
"""So many things of a section stand on the page of an article."""
SPARE: Final = 10
"""So many more stand there too, rather than on a page of their own."""
PAGE: Final = 100
"""So many things of a section stand on a page of that section."""


def begun(article: Article) -> Article:
    """The article with the beginning of each long section, which knows how many things it has."""
    return replace(article, sections=tuple(map(_begun, article.sections)))


def pages(section: Section) -> int:
    """On how many pages the things of a section stand."""
    return max(1, -(-_length(section.blocks) // PAGE))


def turned(section: Section, number: int) -> Section:
    """Page `number` (from 1) of a section."""
    return _cut(section, (number - 1) * PAGE, number * PAGE)


def _begun(section: Section) -> Section:
    return _cut(section, 0, FIRST) if _length(section.blocks) > FIRST + SPARE else section


def _cut(section: Section, start: int, stop: int) -> Section:
    total = _length(section.blocks)
    shown = (start + 1, min(stop, total), total)
    return replace(section, blocks=tuple(_between(section.blocks, start, stop)), shown=shown)


def _length(blocks: Sequence[Block]) -> int:
    return sum(map(_count, blocks))


def _between(blocks: Sequence[Block], start: int, stop: int) -> Iterator[Block]:
    """The blocks with only their things from `start` to `stop`, counted over all of them.

    What holds nothing that is counted (a note, a chart) stands with what comes after it, or last.
    """
    at, total = 0, _length(blocks)
    for block in blocks:
        size = _count(block)
        if size == 0 and (start <= at < stop or (at == total and stop >= total)):
            yield block
        elif size and at < stop and at + size > start:
            yield _slice(block, max(0, start - at), min(size, stop - at))
        at += size


def _count(block: Block) -> int:
    match block:
        case Table():
            return len(block.rows)
        case Entries():
            return len(block.items)
        case Groups():
            return sum(len(group.entries.items) for group in block.items)
        case Facts():
            return sum(len(cells) for _, cells in block.rows)
    return 0


def _slice(block: Block, start: int, stop: int) -> Block:
    match block:
        case Table():
            return replace(block, rows=block.rows[start:stop])
        case Entries():
            return replace(block, items=block.items[start:stop])
        case Groups():
            return Groups(tuple(_groups(block, start, stop)))
        case Facts():
            return Facts(tuple(_facts(block, start, stop)))
    return block


def _groups(block: Groups, start: int, stop: int) -> Iterator[Group]:
    at = 0
    for group in block.items:
        items = group.entries.items[max(0, start - at) : max(0, stop - at)]
        at += len(group.entries.items)
        if items:
            yield replace(group, entries=Entries(items))


def _facts(block: Facts, start: int, stop: int) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    at = 0
    for name, cells in block.rows:
        kept = cells[max(0, start - at) : max(0, stop - at)]
        at += len(cells)
        if kept:
            yield name, kept
