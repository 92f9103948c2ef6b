"""How statements of each class stand on the page of whatever they concern."""

from collections.abc import Iterable

from visual import reading
from visual.addresses import local
from visual.article import Cell, Column, Entries, Entry, Link, Table, Text
from visual.reader import Reader


def platform_statements(r: Reader, iris: Iterable[str], *, platform: bool = True) -> Table:
    """What is said of platforms: which, what and by whom, where, when."""
    rows = []
    for iri in r.by_day(iris):
        role = r.of.thing(iri, "role")
        said: Cell = (Text(r.label(role), "tag"), Text(" ")) if role else ()
        rows.append(
            (
                *((r.about(iri, "platform"),) if platform else ()),
                (*said, *r.about(iri, "agent")),
                r.about(iri, "area"),
                (Text(r.date(iri) or meeting_date(r, iri)),),
                (r.cites(iri), permalink(r, iri)),
            )
        )
    columns = (
        *([Column(r.say("column.platform"))] if platform else []),
        Column(r.say("column.role")),
        Column(r.say("column.area")),
        Column(r.say("column.attested"), "when"),
        Column(r.say("common.evidence")),
    )
    return Table(r.say("caption.platform-statements"), columns, tuple(rows))


def tenures(r: Reader, iris: Iterable[str], *, person: bool) -> Table:
    """Posts as attested, by post or (`person`) by who held it; never with a start or end."""
    rows = []
    for iri in r.by_day(iris):
        post = r.about(iri, "post")
        rows.append(
            (
                (Text(r.date(iri, "attestedOn")),),
                *((r.about(iri, "person"),) if person else ()),
                post,
                r.about(iri, "organization"),
                (r.cites(iri), permalink(r, iri)),
            )
        )
    columns = [
        Column(r.say("column.attested-on"), "when"),
        *([Column(r.say("column.person"))] if person else []),
        Column(r.say("column.post")),
        Column(r.say("column.organization")),
        Column(r.say("common.evidence")),
    ]
    return Table(r.say("caption.tenures"), tuple(columns), tuple(rows))


def participations(r: Reader, iris: Iterable[str]) -> Table:
    """Meetings taken part in: when, which, as what, on which side."""
    rows = []
    for iri in r.by_day(iris):
        meeting = r.of.thing(iri, "meeting")
        rows.append(
            (
                (Text(r.date(meeting) if meeting else ""),),
                r.links([meeting]) if meeting else (),
                (*capacity(r, iri), *under(r, iri, "side")),
                (r.cites(iri), permalink(r, iri)),
            )
        )
    columns = (
        Column(r.say("common.date"), "when"),
        Column(r.say("column.meeting")),
        Column(r.say("column.capacity")),
        Column(r.say("common.evidence")),
    )
    return Table(r.say("caption.participations"), columns, tuple(rows))


def capacity(r: Reader, participation: str) -> Cell:
    """In which posts someone took part, doing what, for whom and at which site."""
    pieces: list[Cell] = [
        cell for cell in (r.about(participation, "post"), r.about(participation, "role")) if cell
    ]
    for name in ("onBehalfOf", "site"):
        if found := r.about(participation, name):
            pieces.append((Text(r.say(f"line.{name}") + " "), *found))
    joined: list[Cell] = []
    for cell in pieces:
        joined += [(Text("; "),), cell] if joined else [cell]
    return tuple(piece for cell in joined for piece in cell)


def meetings(r: Reader, iris: Iterable[str]) -> Table:
    """Meetings: when, which, how and where, between whom."""
    rows = [
        (
            (Text(r.date(iri)),),
            (r.link(iri), *under(r, iri, *_how(r, iri), "place")),
            r.about(iri, "party"),
            (r.cites(iri),),
        )
        for iri in r.by_day(iris)
    ]
    columns = (
        Column(r.say("common.date"), "when"),
        Column(r.say("column.meeting")),
        Column(r.say("column.parties")),
        Column(r.say("common.evidence")),
    )
    return Table(r.say("caption.meetings"), columns, tuple(rows))


def _how(r: Reader, meeting: str) -> tuple[str, ...]:
    """The property that says how a meeting was held, where it says anything."""
    mode = r.of.thing(meeting, "mode") or ""
    return () if mode.endswith("not-stated") else ("mode",)


def named(r: Reader, iris: Iterable[str]) -> Entries:
    """Things by name, one a line."""
    links = sorted((r.link(iri) for iri in dict.fromkeys(iris)), key=lambda link: link.text)
    return Entries(tuple(Entry((link,)) for link in links))


def under(r: Reader, iri: str, *names: str) -> Cell:
    """The labels of what `iri` has under the properties named, in small print; the focus itself left out."""
    found = [r.label(thing) for name in names for thing in r.of.things(iri, name) if thing != r.of.focus]
    return (Text(reading.spaced(dict.fromkeys(found)), "under"),) if found else ()


def permalink(r: Reader, iri: str) -> Link:
    """A statement's own page, beside its evidence."""
    return Link(r.say("line.permalink"), local(iri), title=r.label(iri), tone="detail")


def meeting_date(r: Reader, subject: str) -> str:
    """The date of the meeting that a statement was made at; empty where there is none."""
    meeting = r.of.thing(subject, "meeting")
    return r.date(meeting) if meeting else ""


def attendance(r: Reader, iris: Iterable[str], *, caption: str = "", meeting: bool = False) -> Table:
    """People at a meeting (or, with `meeting`, at several): who, as what; bodies and groups by name."""
    rows = []
    for iri in r.by_day(iris) if meeting else sorted(dict.fromkeys(iris), key=lambda iri: _rank(r, iri)):
        who = r.about(iri, "person") or r.about(iri, "organization")
        if group := r.words(iri, "group"):
            who = (*who, Text((": " if who else "") + group))
        rows.append(
            (
                *((r.about(iri, "meeting"),) if meeting else ()),
                who,
                capacity(r, iri),
                (r.cites(iri), permalink(r, iri)),
            )
        )
    columns = (
        *([Column(r.say("column.meeting"))] if meeting else []),
        Column(r.say("column.who")),
        Column(r.say("column.capacity")),
        Column(r.say("common.evidence")),
    )
    return Table(caption.capitalize() or r.say("caption.attendance"), tuple(columns), tuple(rows))


def _rank(r: Reader, participation: str) -> tuple[int, str]:
    """People before bodies before groups, chairs first, then by name."""
    roles = " ".join(r.of.things(participation, "role"))
    if r.of.thing(participation, "person"):
        lead = 0 if ("role-chair" in roles or "role-head" in roles or "role-host" in roles) else 1
    else:
        lead = 2 if r.of.thing(participation, "organization") else 3
    return (lead, r.label(r.of.thing(participation, "person") or participation))
