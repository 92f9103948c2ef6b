"""Long sections: what stands on the page of the article, what on pages of their own, nothing lost between."""

from visual import paging
from visual.article import (
    Article,
    Cell,
    Column,
    Entries,
    Entry,
    Facts,
    Group,
    Groups,
    Note,
    Section,
    Table,
    Text,
)


def cell(number: int) -> Cell:
    return (Text(str(number)),)


def table(*numbers: int) -> Table:
    return Table("", (Column("n"),), tuple((cell(number),) for number in numbers))


def entries(*numbers: int) -> Entries:
    return Entries(tuple(Entry(cell(number)) for number in numbers))


def shown(section: Section) -> list[int]:
    found: list[Cell] = []
    for block in section.blocks:
        if isinstance(block, Table):
            found += [row[0] for row in block.rows]
        elif isinstance(block, Entries):
            found += [item.what for item in block.items]
        elif isinstance(block, Groups):
            found += [item.what for group in block.items for item in group.entries.items]
        elif isinstance(block, Facts):
            found += [one for _, cells in block.rows for one in cells]
    return [int(piece.text) for part in found for piece in part if isinstance(piece, Text)]


def mixed() -> Section:
    """250 things in four blocks of different forms, with a note before the last."""
    groups = Groups((Group((), "", entries(*range(60, 100))), Group((), "", entries(*range(100, 180)))))
    facts = Facts((("one", (cell(0), cell(1))), ("two", (cell(2),))))
    return Section(
        "s", "", (facts, table(*range(3, 60)), groups, Note("note"), table(*range(180, 250))), tally=9
    )


def test_pages_hold_everything_once_in_order() -> None:
    section = mixed()
    assert paging.pages(section) == 3
    turned = [paging.turned(section, number) for number in (1, 2, 3)]
    assert [number for part in turned for number in shown(part)] == list(range(250))
    assert [part.shown for part in turned] == [(1, 100, 250), (101, 200, 250), (201, 250, 250)]
    notes = [isinstance(block, Note) for part in turned for block in part.blocks]
    assert notes.count(True) == 1


def test_an_article_begins_each_long_section_and_leaves_short_ones() -> None:
    short = Section("short", "", (table(*range(paging.FIRST + paging.SPARE)), Note("kept")), tally=60)
    begun = paging.begun(Article("title", "kind", sections=(mixed(), short))).sections
    assert shown(begun[0]) == list(range(paging.FIRST))
    assert begun[0].shown == (1, 50, 250)
    assert begun[0].tally == 9
    assert begun[1] is short


def test_a_section_without_rows_is_one_page() -> None:
    section = Section("s", "", (Note("only"),))
    assert paging.pages(section) == 1
    assert paging.turned(section, 1).blocks == (Note("only"),)
