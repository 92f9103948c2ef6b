"""Everything that is said of a thing, whatever it is: one table out, one table in."""

from ontology.iri import term
from visual.addresses import local
from visual.article import Cell, Column, Facts, Link, Note, Section, Table, Text
from visual.description import DERIVED, LABEL, TYPE, Term, expand
from visual.reader import Reader

_FIRST = {TYPE: 0, LABEL: 1, expand("skos:altLabel"): 2, expand("skos:hiddenLabel"): 3}
_LAST = {term("note"): 1, term("evidence"): 2}


def everything(r: Reader, limit: int) -> Section:
    """The statements that leave the focus, then those that lead to it, at most `limit` of each."""
    outgoing, incoming = list(r.of.outgoing()), list(r.of.incoming())
    blocks: list[Table | Note | Facts] = []
    if (cites := r.cites(r.of.focus)).links:
        blocks.append(Facts(((r.say("everything.rests"), ((cites,),)),)))
    if outgoing:
        blocks.append(_outgoing(r, outgoing[:limit]))
    if incoming:
        blocks.append(_incoming(r, incoming[:limit]))
    if len(outgoing) > limit or len(incoming) > limit:
        blocks.append(Note(r.say("everything.limited", n=limit)))
    return Section("everything", r.say("resource.everything"), tuple(blocks), len(outgoing) + len(incoming))


def _outgoing(r: Reader, pairs: list[tuple[str, Term]]) -> Table:
    rows = []
    for predicate, value in sorted(pairs, key=lambda pair: (_order(r, pair[0]), str(pair[1]))):
        shown: Cell = (r.valued(predicate, value),)
        if predicate in DERIVED:
            shown = (*shown, Text(" "), Text(r.say("common.derived"), "soft"))
        rows.append(((_property(r, predicate),), shown))
    columns = (Column(r.say("column.property")), Column(r.say("column.object")))
    return Table(r.say("caption.outgoing"), columns, tuple(rows))


def _incoming(r: Reader, pairs: list[tuple[str, str]]) -> Table:
    rows = []
    for predicate, subject in sorted(
        pairs, key=lambda pair: (_order(r, pair[0]), r.day_of(pair[1]), pair[1])
    ):
        rows.append(
            (
                (r.link_or_name(subject),),
                (_property(r, predicate),),
                _how(r, predicate, subject),
            )
        )
    columns = (
        Column(r.say("column.subject")),
        Column(r.say("column.property")),
        Column(r.say("common.evidence")),
    )
    return Table(r.say("caption.incoming"), columns, tuple(rows))


def _how(r: Reader, predicate: str, subject: str) -> Cell:
    """On what a statement rests: a rule, or the evidence of its subject."""
    if predicate in DERIVED:
        return (Text(r.say("common.derived"), "soft"),)
    cites = r.cites(subject)
    return (cites,) if cites.links else ()


def _property(r: Reader, predicate: str) -> Link:
    return Link(r.short(predicate), local(predicate), title=predicate)


def _order(r: Reader, predicate: str) -> tuple[int, int, str]:
    return (_FIRST.get(predicate, 9), _LAST.get(predicate, 0), r.short(predicate))
