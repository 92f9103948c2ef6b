"""Solutions of a query as a table that people read: things by their names, passages as references."""

from collections.abc import Callable, Mapping, Sequence

from pyoxigraph import NamedNode

from service.graph import Graph
from service.pages.describing import named
from visual.article import Cell, Cites, Column, Table
from visual.description import Term, kind_of
from visual.reader import Reader
from visual.words import Language


async def table(
    graph: Graph,
    rows: Sequence[Mapping[str, Term]],
    variables: Sequence[str],
    language: Language,
    *,
    caption: str,
    heading: Callable[[str], str] = str,
) -> Table:
    """A table of solutions with one column a variable; one more query fetches the names of what it shows."""
    things = {term.value for row in rows for term in row.values() if isinstance(term, NamedNode)}
    reader = Reader(await named(graph, sorted(things)), language)
    columns = tuple(Column(heading(variable)) for variable in variables)
    shown = tuple(tuple(_cell(reader, row.get(variable)) for variable in variables) for row in rows)
    return Table(caption, columns, shown)


def _cell(reader: Reader, term: Term | None) -> Cell:
    if term is None:
        return ()
    if isinstance(term, NamedNode) and kind_of(term.value) == "evidence":
        return (Cites((reader.cite(term.value),)),)
    return (reader.term(term),)
