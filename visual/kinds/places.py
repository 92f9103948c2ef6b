"""Pages of administrative units and of the changes between them."""

from visual.article import Section
from visual.kinds import lines, parts
from visual.kinds.bodies import concerning, met, said
from visual.reader import Reader


def unit(r: Reader) -> tuple[str, list[Section]]:
    """A unit as it was in its time: meetings, what it was told and promised, figures, what became of it."""
    of = r.of
    bodies = of.subjects("jurisdiction")
    within = [iri for iri in of.subjects("partOf") if of.is_a(iri, "AdministrativeUnit")]
    changes = [*of.subjects("before"), *of.subjects("after")]
    lede = r.tally(
        ("meeting", len({iri for iri in of.subjects("party") if of.is_a(iri, "Meeting")})),
        ("recommendation", len({i for i in of.subjects("addressee") if of.is_a(i, "Recommendation")})),
        ("figure", len({iri for iri in of.subjects("area") if of.is_a(iri, "Observation")})),
    )
    sections = parts.facts(r, "unitType", "partOf", "validFrom", "validUntil", "officialCode", "note")
    sections += parts.section(r, "changes", changes, lines.changes(r, changes))
    sections += met(r) + said(r) + concerning(r)
    sections += parts.section(r, "bodies", bodies, lines.named(r, bodies))
    sections += parts.section(r, "parts", within, lines.named(r, within))
    return lede, sections


def change(r: Reader) -> tuple[str, list[Section]]:
    """A territorial change: which units became which, on what day and on what legal basis."""
    return "", parts.facts(r, "date", "before", "after", "legalBasis", "note")
