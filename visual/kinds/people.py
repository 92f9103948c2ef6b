"""Pages of people, posts, tenures and participations."""

from visual.article import Section
from visual.kinds import lines, measures, parts, spoken
from visual.kinds.spoken import ACTS
from visual.reader import Reader


def person(r: Reader) -> tuple[str, list[Section]]:
    """A person: posts as attested, meetings, what they recommended, asked, promised and reported."""
    of = r.of
    tenures = of.subjects("person")
    posts = [iri for iri in tenures if of.is_a(iri, "Tenure")]
    meetings = [iri for iri in tenures if of.is_a(iri, "Participation")]
    acts = of.subjects("speaker") + of.subjects("signatory")
    sections = parts.section(r, "posts", posts, lines.tenures(r, posts, person=False))
    sections += parts.section(r, "meetings", meetings, lines.participations(r, meetings))
    sections += parts.acts(r, acts)
    received = [iri for iri in of.subjects("addressee") if of.is_a(iri, "Act", *ACTS)]
    sections += parts.section(r, "addressed", received, spoken.acts(r, received))
    figures = of.subjects("reportedBy")
    sections += parts.section(r, "reported", figures, measures.observations(r, figures))
    claims = [iri for iri in of.subjects("speaker") + of.subjects("about") if of.is_a(iri, "Claim")]
    sections += parts.section(r, "claims", claims, spoken.claims(r, claims))
    days = sorted(filter(None, (of.value(iri, "attestedOn") for iri in posts)))
    lede = r.tally(
        ("post", len({iri for tenure in posts for iri in of.things(tenure, "post")})),
        ("meeting", len({iri for part in meetings for iri in of.things(part, "meeting")})),
        ("recommendation", len([iri for iri in acts if of.is_a(iri, "Recommendation")])),
        ("commitment", len([iri for iri in acts if of.is_a(iri, "Commitment")])),
        ("figure", len(figures)),
        days=(days[0], days[-1]) if days else None,
    )
    return lede, sections


def post(r: Reader) -> tuple[str, list[Section]]:
    """A post: its organization, and who is attested in it when."""
    of = r.of
    held = [iri for iri in of.subjects("post") if of.is_a(iri, "Tenure")]
    meetings = [iri for iri in of.subjects("post") if of.is_a(iri, "Participation")]
    sections = parts.facts(r, "organization", "postType")
    sections += parts.section(r, "holders", held, lines.tenures(r, held, person=True), parts.attested_only(r))
    sections += parts.section(r, "attended", meetings, lines.attendance(r, meetings, meeting=True))
    issued = of.subjects("signedBy") + of.subjects("issuedBy")
    sections += parts.section(r, "documents", issued, lines.named(r, issued))
    return r.say("lede.single-seat") if of.value(of.focus, "singleSeat") == "true" else "", sections


def tenure(r: Reader) -> tuple[str, list[Section]]:
    """One source's word that a person held a post on a day."""
    return r.say("lede.tenure"), parts.facts(r, "person", "post", "organization", "attestedOn", "note")


def participation(r: Reader) -> tuple[str, list[Section]]:
    """One person's part in one meeting."""
    names = (
        "meeting", "person", "organization", "group", "post", "role", "side", "onBehalfOf", "site", "note",
    )  # fmt: skip
    return "", parts.facts(r, *names)
