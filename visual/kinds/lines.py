"""How statements of each class stand on the page of whatever they concern."""

from collections.abc import Iterable

from visual import reading
from visual.addresses import local
from visual.article import Cell, Column, Entries, Entry, Link, Table, Text
from visual.reader import Reader

_FIRM = ("strength-recommended", "strength-required", "strength-pledged", "strength-concluded")


def strength(r: Reader, act: str) -> Cell:
    """How strongly an act is meant, as a mark; the firm ones stand out, a mere example recedes."""
    iri = r.of.thing(act, "strength")
    if iri is None:
        return ()
    return (Text(r.label(iri), "strong" if iri.endswith(_FIRM) else "tag"),)


def acts(r: Reader, iris: Iterable[str]) -> Entries:
    """Acts of speech: what, how strongly, by whom to whom, when, until when, or what instead."""
    return Entries(tuple(act(r, iri) for iri in r.by_day(iris)))


def act(r: Reader, iri: str) -> Entry:
    """One act of speech."""
    meta: list[Cell] = []
    if when := r.date(iri) or _meeting_date(r, iri):
        meta.append((Text(when),))
    speakers, addressees = r.about(iri, "speaker", "party"), r.about(iri, "addressee")
    if speakers or addressees:
        meta.append((*speakers, *((Text(" → "), *addressees) if addressees else ())))
    for name in ("platform", "sector", "alternativeTo"):
        if found := r.about(iri, name):
            meta.append((Text(r.say(f"line.{name}") + " "), *found))
    for name in ("from", "due"):
        if day := r.date(iri, name, f"{name}Precision"):
            meta.append((Text(r.say(f"line.{name}", date=day)),))
    what: Cell = (r.link(iri), *((Text(" "), *mark) if (mark := strength(r, iri)) else ()))
    return Entry(what, tuple(meta), r.cites(iri))


def claims(r: Reader, iris: Iterable[str]) -> Entries:
    """Whatever else the sources state."""
    items = []
    for iri in r.by_day(iris):
        meta: list[Cell] = [(Text(when),)] if (when := r.date(iri) or _meeting_date(r, iri)) else []
        if speakers := r.about(iri, "speaker"):
            meta.append(speakers)
        items.append(Entry((r.link(iri),), tuple(meta), r.cites(iri)))
    return Entries(tuple(items))


def observations(r: Reader, iris: Iterable[str]) -> Table:
    """Figures: what they measure and where, the value in words with its kind, the time, where it says so."""
    rows = []
    for iri in sorted(dict.fromkeys(iris), key=lambda iri: (_indicator(r, iri), r.day_of(iri), iri)):
        kind = r.of.thing(iri, "kind")
        mark = Text(r.label(kind), "tag" if kind.endswith("kind-measured") else "soft") if kind else None
        rows.append(
            (
                (r.link(iri), *_under(r, iri, "indicator", "area", "reportedBy")),
                (Text(r.amount(iri)), *((Text(" "), mark) if mark else ())),
                (Text(r.period(iri)),),
                (r.cites(iri),),
            )
        )
    columns = (
        Column(r.say("column.figure")),
        Column(r.say("column.value"), "figure"),
        Column(r.say("column.time")),
        Column(r.say("common.evidence")),
    )
    return Table(r.say("caption.observations"), columns, tuple(rows))


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
                (Text(r.date(iri) or _meeting_date(r, iri)),),
                (r.cites(iri), _permalink(r, iri)),
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
                (r.cites(iri), _permalink(r, iri)),
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
                capacity(r, iri),
                r.about(iri, "side"),
                (r.cites(iri), _permalink(r, iri)),
            )
        )
    columns = (
        Column(r.say("common.date"), "when"),
        Column(r.say("column.meeting")),
        Column(r.say("column.capacity")),
        Column(r.say("column.side")),
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
            (r.link(iri), *_under(r, iri, "mode", "place")),
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


def named(r: Reader, iris: Iterable[str]) -> Entries:
    """Things by name, one a line."""
    links = sorted((r.link(iri) for iri in dict.fromkeys(iris)), key=lambda link: link.text)
    return Entries(tuple(Entry((link,)) for link in links))


def _under(r: Reader, iri: str, *names: str) -> Cell:
    """The labels of what `iri` has under the properties named, in small print; the focus itself left out."""
    found = [r.label(thing) for name in names for thing in r.of.things(iri, name) if thing != r.of.focus]
    return (Text(reading.spaced(dict.fromkeys(found)), "under"),) if found else ()


def _permalink(r: Reader, iri: str) -> Link:
    return Link(r.say("line.permalink"), local(iri), title=r.label(iri), tone="detail")


def _indicator(r: Reader, observation: str) -> str:
    indicator = r.of.thing(observation, "indicator")
    return r.label(indicator) if indicator else ""


def _meeting_date(r: Reader, subject: str) -> str:
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
                (r.cites(iri), _permalink(r, iri)),
            )
        )
    columns = (
        *([Column(r.say("column.meeting"))] if meeting else []),
        Column(r.say("column.who")),
        Column(r.say("column.capacity")),
        Column(r.say("common.evidence")),
    )
    return Table(caption.capitalize() or r.say("caption.attendance"), tuple(columns), tuple(rows))


def recommended(r: Reader, iris: Iterable[str]) -> Table:
    """Recommendations of one platform: to whom, how strongly, by whom, what instead, where it says so."""
    rows = []
    for iri in r.by_day(iris):
        rows.append(
            (
                (Text(r.date(iri) or _meeting_date(r, iri)),),
                (*r.about(iri, "addressee", "area"), *_under(r, iri, "sector")),
                strength(r, iri),
                r.about(iri, "speaker"),
                r.about(iri, "alternativeTo"),
                (r.cites(iri), _permalink(r, iri)),
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


def changes(r: Reader, iris: Iterable[str]) -> Table:
    """Territorial changes: when, from which units, to which, on what basis."""
    rows = [
        (
            (Text(r.date(iri)),),
            r.about(iri, "before"),
            r.about(iri, "after"),
            r.about(iri, "legalBasis"),
            (r.cites(iri), _permalink(r, iri)),
        )
        for iri in r.by_day(iris)
    ]
    columns = (
        Column(r.say("common.date"), "when"),
        Column(r.say("column.before")),
        Column(r.say("column.after")),
        Column(r.say("column.legal-basis")),
        Column(r.say("common.evidence")),
    )
    return Table(r.say("caption.changes"), columns, tuple(rows))


def _rank(r: Reader, participation: str) -> tuple[int, str]:
    """People before bodies before groups, chairs first, then by name."""
    roles = " ".join(r.of.things(participation, "role"))
    if r.of.thing(participation, "person"):
        lead = 0 if ("role-chair" in roles or "role-head" in roles or "role-host" in roles) else 1
    else:
        lead = 2 if r.of.thing(participation, "organization") else 3
    return (lead, r.label(r.of.thing(participation, "person") or participation))
