"""Pages of meetings and of what was said at them: acts, statements, claims and figures."""

from visual.article import Figure, Section, Table, Text
from visual.kinds import lines, measures, parts, spoken
from visual.kinds.spoken import ACTS
from visual.reader import Reader


def meeting(r: Reader) -> tuple[str, list[Section]]:
    """A meeting: when, where and how, who was there on which side, and what each speaker said."""
    of = r.of
    sections = parts.facts(r, "date", "dateInferredFrom", "mode", "place", "party", "partOf", "about", "note")
    there = [iri for iri in of.subjects("meeting") if of.is_a(iri, "Participation")]
    sections += parts.section(r, "participants", there, *_sides(r, there))
    acts = [iri for iri in of.subjects("meeting") if of.is_a(iri, *ACTS)]
    sections += parts.acts(r, acts)
    platforms = [iri for iri in of.subjects("meeting") if of.is_a(iri, "PlatformStatement")]
    sections += parts.section(r, "platforms", platforms, lines.platform_statements(r, platforms))
    figures = [iri for iri in of.subjects("meeting") if of.is_a(iri, "Observation")]
    sections += parts.section(r, "figures", figures, measures.observations(r, figures))
    claims = [iri for iri in of.subjects("meeting") if of.is_a(iri, "Claim")]
    sections += parts.section(r, "claims", claims, spoken.claims(r, claims))
    within = of.subjects("partOf")
    sections += parts.section(r, "parts", within, lines.meetings(r, within))
    people = {iri for part in there for iri in of.things(part, "person")}
    others = {part for part in there if not of.things(part, "person")}
    lede = r.tally(
        ("person-named", len(people)),
        ("body-or-group", len(others)),
        ("recommendation", _of(r, acts, "Recommendation")),
        ("commitment", _of(r, acts, "Commitment")),
        ("request", _of(r, acts, "Request")),
    )
    return lede, sections


def _of(r: Reader, iris: list[str], name: str) -> int:
    return len({iri for iri in iris if r.of.is_a(iri, name)})


def _sides(r: Reader, participations: list[str]) -> list[Table]:
    """One table for each side, in the order of the sides' labels; those without a side last."""
    sides: dict[str, list[str]] = {}
    for iri in participations:
        sides.setdefault(r.of.thing(iri, "side") or "", []).append(iri)
    order = sorted(sides, key=lambda side: (not side, side.endswith("not-stated"), -len(sides[side]), side))
    return [lines.attendance(r, sides[side], caption=r.label(side) if side else "") for side in order]


def act(r: Reader) -> tuple[str, list[Section]]:
    """An act of speech: everything it holds."""
    names = (
        "speaker", "speakerCarriedOver", "onBehalfOf", "party", "signatory", "addressee", "strength",
        "measure", "platform", "sector", "area", "purpose", "condition", "alternativeTo", "from", "due",
        "about", "document", "programme", "meeting", "date", "span", "asRead", "note",
    )  # fmt: skip
    sections = parts.facts(r, *names)
    figures = r.of.things(r.of.focus, "figure")
    return "", sections + parts.section(r, "figures", figures, lines.named(r, figures))


def statement(r: Reader) -> tuple[str, list[Section]]:
    """What a source says of a platform, or states of anything else."""
    names = (
        "platform", "role", "agent", "claimType", "speaker", "speakerCarriedOver", "onBehalfOf", "about",
        "area", "sector", "date", "from", "meeting", "document", "programme", "asRead", "note",
    )  # fmt: skip
    return "", parts.facts(r, *names)


def observation(r: Reader) -> tuple[str, list[Section]]:
    """A figure as a person reads it, what it measures, and who reported it."""
    of = r.of
    names = (
        "indicator", "kind", "area", "about", "platform", "sector", "period", "reportedBy",
        "reporterCarriedOver", "comparedWith", "meeting", "asRead", "note",
    )  # fmt: skip
    found = parts.facts(r, *names)
    figure = Section("value", r.say("resource.value"), (Figure(r.amount(of.focus)),))
    compared = of.subjects("comparedWith")
    holding = of.subjects("figure")
    return "", [
        figure,
        *found,
        *parts.section(r, "contained", holding, spoken.acts(r, holding)),
        *parts.section(r, "compared", compared, measures.observations(r, compared)),
    ]


def indicator(r: Reader) -> tuple[str, list[Section]]:
    """An indicator: what it counts, and every figure of it, targets and measurements told apart."""
    of = r.of
    figures = of.subjects("indicator")
    kinds: dict[str, list[str]] = {}
    for iri in figures:
        kinds.setdefault(of.thing(iri, "kind") or "", []).append(iri)
    tables = []
    for kind in sorted(kinds, key=lambda kind: (not kind.endswith("measured"), kind)):
        table = measures.observations(r, kinds[kind], marked=not kind)
        caption = Text(r.label(kind)).text if kind else table.caption
        tables.append(Table(caption.capitalize(), table.columns, table.rows))
    charts = tuple(measures.charts(r, figures))
    sections = [Section("chart", r.say("resource.chart"), charts)] if charts else []
    sections += measures.conflicts(r, figures)
    return r.words(of.focus, "skos:definition"), sections + parts.section(r, "figures", figures, *tables)
