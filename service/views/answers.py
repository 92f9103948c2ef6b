"""The answer of a query as a picture: things that stand in one row, or in one triple, are tied."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from service.explorer.names import describe, kind, local_name, words
from service.graph import Graph, Term
from service.views.networks import data_date
from visual.picture import Origin, Picture, compose
from visual.relations import Tie, merge
from visual.words import word

MOST: Final = 300
"""So many things are drawn; what comes after them in the answer is left out."""

TRIPLE: Final = ("subject", "property", "value")
"""The columns of the answer of a CONSTRUCT or DESCRIBE."""

_ASIDE: Final = frozenset({"", "evidence", "concept"})


async def picture(
    graph: Graph, asked: str, rows: Sequence[Mapping[str, Term]], columns: Sequence[str]
) -> Picture | None:
    """The things of `rows` and how they stand together; None where no two of them do.

    In each row the first thing is tied to every other, by the name of the other's column; a triple ties its
    subject to its value. Passages and concepts are no things of their own here.
    """
    found = _ties(rows, columns)
    if not found:
        return None
    ties, names = [], dict[str, None]()
    for tie in merge(found):
        if len(names.keys() | {tie.source, tie.target}) > MOST:
            break
        names |= dict.fromkeys((tie.source, tie.target))
        ties.append(tie)
    origin = Origin(
        name="answer",
        title=word("sparql.graph", "vi"),
        title_en=word("sparql.graph", "en"),
        about=word("sparql.graph-about", "vi"),
        about_en=word("sparql.graph-about", "en"),
        query=address(asked),
        date=await data_date(graph),
        digest=graph.digest,
    )
    things = await describe(graph, names)
    return compose(origin, things.values(), ties, await words(graph))


def address(asked: str) -> str:
    """The address of the query's answer with its picture."""
    return "/sparql?" + urlencode({"query": asked, "show": "graph"})


def _ties(rows: Sequence[Mapping[str, Term]], columns: Sequence[str]) -> list[Tie]:
    made = []
    for row in rows:
        things = [
            (name, term.value)
            for name in columns
            if isinstance(term := row.get(name), NamedNode) and kind(term.value) not in _ASIDE
        ]
        if tuple(columns) == TRIPLE:
            term = row["property"]
            if len(things) == 2 and isinstance(term, NamedNode):
                made.append(Tie(things[0][1], things[1][1], local_name(term.value)))
            continue
        for name, thing in things[1:]:
            if thing != things[0][1]:
                made.append(Tie(things[0][1], thing, name))
    return made
