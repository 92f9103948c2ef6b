"""How acts of speech and other things said stand on the page of whatever they concern."""

from collections.abc import Iterable
from typing import Final

from visual.article import Cell, Column, Entries, Entry, Group, Groups, Piece, Table, Text
from visual.kinds.lines import meeting_date, permalink, under
from visual.reader import Reader

ACTS: Final = {
    "Recommendation": "recommendations",
    "Request": "requests",
    "Commitment": "commitments",
    "Agreement": "agreements",
}
"""The classes of acts, and what their sections are called in addresses and in the catalogue."""
GROUPED: Final = 9
"""So many acts are worth grouping by their meetings."""
_FIRM: Final = ("strength-recommended", "strength-required", "strength-pledged", "strength-concluded")


def strength(r: Reader, act: str) -> Cell:
    """How strongly an act is meant, as a mark; the firm ones stand out, a mere example recedes."""
    iri = r.of.thing(act, "strength")
    if iri is None:
        return ()
    return (Text(r.label(iri), "strong" if iri.endswith(_FIRM) else "tag"),)


def acts(r: Reader, iris: Iterable[str]) -> Entries | Groups:
    """Acts of speech: what, how strongly, by whom to whom, when, until when, or what instead.

    Many acts of several meetings stand under their meetings, in the order of the days.
    """
    ordered = r.by_day(iris)
    meetings: dict[str, list[str]] = {}
    for iri in ordered:
        meetings.setdefault(r.of.thing(iri, "meeting") or "", []).append(iri)
    if len(ordered) < GROUPED or len(meetings) < 2:
        return Entries(tuple(act(r, iri) for iri in ordered))
    groups = []
    for meeting, said in meetings.items():
        heading = (r.link(meeting),) if meeting else (Text(r.say("line.no-meeting")),)
        entries = Entries(tuple(act(r, iri, dated=not meeting) for iri in said))
        groups.append(Group(heading, r.date(meeting) if meeting else "", entries))
    return Groups(tuple(groups))


def act(r: Reader, iri: str, *, dated: bool = True) -> Entry:
    """One act of speech; without its date where that stands above it already."""
    meta: list[Cell] = []
    if dated and (when := r.date(iri) or meeting_date(r, iri)):
        meta.append((Text(when),))
    if parties := _between(r, iri):
        meta.append(parties)
    for name in ("platform", "sector"):
        if found := r.about(iri, name):
            meta.append((Text(r.say(f"line.{name}") + " "), *found))
    if instead := alternatives(r, iri):
        meta.append((Text(r.say("line.alternativeTo") + " "), *instead))
    for name in ("from", "due"):
        if day := r.date(iri, name, f"{name}Precision"):
            meta.append((Text(r.say(f"line.{name}", date=day)),))
    what: Cell = (r.link(iri), *((Text(" "), *mark) if (mark := strength(r, iri)) else ()))
    return Entry(what, tuple(meta), r.cites(iri))


def _between(r: Reader, iri: str) -> Cell:
    """Who spoke to whom, without the one whose page it is."""
    speakers = [who for name in ("speaker", "party") for who in r.of.things(iri, name) if who != r.of.focus]
    to = [who for who in r.of.things(iri, "addressee") if who != r.of.focus]
    if speakers and to:
        return (*r.links(speakers), Text(" → "), *r.links(to))
    if to:
        return (Text(r.say("line.to") + " "), *r.links(to))
    return r.links(speakers)


def alternatives(r: Reader, iri: str) -> Cell:
    """What was named beside an act with "or": each act, and before it the platform that it names."""
    pieces: list[Piece] = []
    for other in sorted(set(r.of.things(iri, "alternativeTo")), key=lambda one: (r.label(one), one)):
        pieces += [Text("; ")] if pieces else []
        if platforms := r.about(other, "platform"):
            pieces += [*platforms, Text(" (")]
        pieces.append(r.link(other))
        pieces += [Text(")")] if platforms else []
    return tuple(pieces)


def claims(r: Reader, iris: Iterable[str]) -> Entries:
    """Whatever else the sources state."""
    items = []
    for iri in r.by_day(iris):
        meta: list[Cell] = [(Text(when),)] if (when := r.date(iri) or meeting_date(r, iri)) else []
        if speakers := r.about(iri, "speaker"):
            meta.append(speakers)
        items.append(Entry((r.link(iri),), tuple(meta), r.cites(iri)))
    return Entries(tuple(items))


def recommended(r: Reader, iris: Iterable[str]) -> Table:
    """Recommendations of one platform: to whom, how strongly, by whom, what instead, where it says so."""
    rows = []
    for iri in r.by_day(iris):
        rows.append(
            (
                (Text(r.date(iri) or meeting_date(r, iri)),),
                (*r.about(iri, "addressee", "area"), *under(r, iri, "sector")),
                strength(r, iri),
                r.about(iri, "speaker"),
                alternatives(r, iri),
                (r.cites(iri), permalink(r, iri)),
            )
        )
    columns = (
        Column(r.say("common.date"), "when"),
        Column(r.say("column.to")),
        Column(r.say("column.strength")),
        Column(r.say("column.by")),
        Column(r.say("column.alternative")),
        Column(r.say("common.evidence")),
    )
    return Table(r.say("caption.recommended"), columns, tuple(rows))
