"""Pages of administrative units and of the changes between them."""

from datetime import date, timedelta

from visual import reading
from visual.article import Cell, Chain, Column, Link, Note, Section, Table, Text
from visual.kinds import lines, parts
from visual.kinds.bodies import concerning, gathered, met, said
from visual.reader import Reader


def unit(r: Reader) -> tuple[str, list[Section]]:
    """A unit as it was in its time: meetings, what it was told and promised, figures, what became of it."""
    of = r.of
    bodies = of.subjects("jurisdiction")
    within = [iri for iri in of.subjects("partOf") if of.is_a(iri, "AdministrativeUnit")]
    changes = r.by_day([*of.subjects("before"), *of.subjects("after")])
    lede = r.tally(
        ("meeting", len([iri for iri in gathered(r, "party") if of.is_a(iri, "Meeting")])),
        ("recommendation", len([i for i in gathered(r, "addressee") if of.is_a(i, "Recommendation")])),
        ("figure", len({iri for iri in of.subjects("area") if of.is_a(iri, "Observation")})),
    )
    sections = parts.facts(r, "unitType", "partOf", "validFrom", "validUntil", "officialCode", "note")
    sections += parts.section(r, "changes", changes, *(chain(r, iri) for iri in changes))
    sections += due(r)
    sections += met(r) + said(r) + concerning(r)
    sections += parts.section(r, "bodies", bodies, lines.named(r, bodies))
    sections += parts.section(r, "parts", within, lines.named(r, within))
    return " ".join(filter(None, (_time(r), lede))), sections


def _time(r: Reader) -> str:
    """From when and until when the unit was; empty where neither is known."""
    first, last = (r.of.value(r.of.focus, name) for name in ("validFrom", "validUntil"))
    days = {name: reading.date(day, "day", r.language) for name, day in (("a", first), ("b", last)) if day}
    if first and last:
        return r.say("lede.valid-between", first=days["a"], last=days["b"])
    if first:
        return r.say("lede.valid-from", first=days["a"])
    return r.say("lede.valid-until", last=days["b"]) if last else ""


def due(r: Reader) -> list[Section]:
    """Commitments by the unit or to it that have a due date, and what the sources say of each afterwards."""
    of = r.of
    found = {
        act
        for act in gathered(r, "speaker", "onBehalfOf", "addressee", "party")
        if of.is_a(act, "Commitment", "Agreement") and of.value(act, "due")
    }
    rows: list[tuple[Cell, ...]] = []
    for act in sorted(found, key=lambda act: (of.value(act, "due") or "", r.label(act), act)):
        parties = {iri for name in ("speaker", "onBehalfOf", "party") for iri in of.things(act, name)}
        who = ", ".join(sorted(r.label(iri) for iri in parties))
        later = _later(r, act)
        cell: Cell = r.links(later) if later else (Text(r.say("due.nothing"), "soft"),)
        what: Cell = (r.link(act), *((Text(r.say("due.by", who=who), "under"),) if who else ()))
        rows.append(((Text(r.date(act, "due", "duePrecision")),), what, cell, (r.cites(act),)))
    columns = (
        Column(r.say("column.due"), "when"),
        Column(r.say("column.promised")),
        Column(r.say("column.later")),
        Column(r.say("common.evidence")),
    )
    table = Table(r.say("caption.due"), columns, tuple(rows))
    return parts.section(r, "due", sorted(found), table, Note(r.say("due.note")))


def _later(r: Reader, act: str) -> list[str]:
    """What refers to the act and is of a day after its due date."""
    of, limit = r.of, r.of.value(act, "due") or ""
    referring = {iri for predicate in REFERRING for iri in of.subjects(predicate, act)}
    return r.by_day(iri for iri in referring if _day(r, iri) > limit)


REFERRING = ("about", "comparedWith", "partOf", "figure")
"""By what one statement speaks of another; an alternative stands beside it and says nothing of it."""


def _day(r: Reader, iri: str) -> str:
    """The day of a statement: its own, or else that of the latest source it rests on."""
    sources = [r.of.thing(passage, "source") for passage in r.of.things(iri, "evidence")]
    days = [r.of.value(source, "date") or "" for source in sources if source]
    return r.day_of(iri) or max(days, default="")


def chain(r: Reader, change: str) -> Chain:
    """Which units became which, when, and on what basis."""
    day = r.of.value(change, "date") or ""
    try:
        eve = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    except ValueError:
        eve = day
    basis = (
        *r.about(change, "legalBasis"),
        Text(" "),
        r.cites(change),
        Text(" "),
        lines.permalink(r, change),
    )
    return Chain(
        before=tuple(_named(r, change, "before")),
        until=r.say("chain.until", day=reading.date(eve, "day", r.language)),
        after=tuple(_named(r, change, "after")),
        since=r.say("chain.since", day=r.date(change)),
        basis=basis,
        focus=r.link(r.of.focus).href,
    )


def _named(r: Reader, change: str, name: str) -> list[Link]:
    return sorted(
        (r.link(iri) for iri in dict.fromkeys(r.of.things(change, name))), key=lambda link: link.text
    )


def change(r: Reader) -> tuple[str, list[Section]]:
    """A territorial change: which units became which, on what day and on what legal basis."""
    shown = Section("changes", r.say("resource.changes"), (chain(r, r.of.focus),))
    return "", [shown, *parts.facts(r, "date", "legalBasis", "note")]
