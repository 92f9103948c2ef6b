"""Pages of organizations, platforms, programmes, documents and concepts."""

import re
from dataclasses import replace

from visual.article import Cites, Entries, Entry, Section, Text
from visual.kinds import lines, measures, parts, spoken
from visual.kinds.spoken import ACTS
from visual.reader import Reader


def organization(r: Reader) -> tuple[str, list[Section]]:
    """An organization: its posts and who held them, meetings, what it said and was told, its platforms."""
    of = r.of
    sections = parts.facts(r, "organizationType", "jurisdiction", "partOf", "note")
    held = [iri for iri in of.subjects("organization") if of.is_a(iri, "Tenure")]
    sections += parts.section(r, "holders", held, lines.tenures(r, held, person=True), parts.attested_only(r))
    taught = {post for iri in held for post in of.things(iri, "post")}
    posts = [iri for iri in of.subjects("organization") if of.is_a(iri, "Post") and iri not in taught]
    sections += parts.section(r, "other-posts", posts, lines.named(r, posts))
    sections += met(r)
    sections += said(r)
    sections += concerning(r)
    within = [iri for iri in of.subjects("partOf") if of.is_a(iri, "Organization")]
    sections += parts.section(r, "parts", within, lines.named(r, within))
    issued = of.subjects("issuedBy") + of.subjects("publisher")
    sections += parts.section(r, "documents", issued, lines.named(r, issued))
    lede = r.tally(
        ("post", len(taught) + len(set(posts))),
        ("meeting", len(set(_meetings(r)))),
        ("recommendation", _spoken(r, "Recommendation")),
        ("commitment", _spoken(r, "Commitment")),
    )
    return lede, sections


def gathered(r: Reader, *names: str) -> list[str]:
    """What has the focus, or a body of its territory, under any of the properties; each once."""
    of = r.of
    targets = [of.focus, *of.subjects("jurisdiction")]
    return list(dict.fromkeys(iri for name in names for one in targets for iri in of.subjects(name, one)))


def _meetings(r: Reader) -> list[str]:
    of = r.of
    found = [iri for iri in gathered(r, "party", "place") if of.is_a(iri, "Meeting")]
    for iri in gathered(r, "organization", "onBehalfOf"):
        if of.is_a(iri, "Participation"):
            found += of.things(iri, "meeting")
    return found


def _spoken(r: Reader, name: str) -> int:
    speaking = r.of.subjects("speaker") + r.of.subjects("onBehalfOf")
    return len({iri for iri in speaking if r.of.is_a(iri, name)})


def met(r: Reader) -> list[Section]:
    """The meetings that a body or a place was party to, and who was there for it."""
    of = r.of
    meetings = list(dict.fromkeys(_meetings(r)))
    there = [iri for iri in gathered(r, "onBehalfOf", "organization") if of.is_a(iri, "Participation")]
    return [
        *parts.section(r, "meetings", meetings, lines.meetings(r, meetings)),
        *parts.section(r, "attended", there, lines.attendance(r, there, meeting=True)),
    ]


def said(r: Reader) -> list[Section]:
    """What was said by a body or on its behalf, and what was put to it."""
    of = r.of
    agreed = [iri for iri in gathered(r, "party") if of.is_a(iri, "Agreement")]
    sections = parts.acts(r, [*gathered(r, "speaker", "onBehalfOf"), *agreed])
    received = [iri for iri in gathered(r, "addressee") if of.is_a(iri, *ACTS)]
    for slug, name in (
        ("recommendations-received", "Recommendation"),
        ("requests-received", "Request"),
        ("commitments-received", "Commitment"),
    ):
        chosen = [iri for iri in received if of.is_a(iri, name)]
        sections += parts.section(r, slug, chosen, spoken.acts(r, chosen))
    return sections


def concerning(r: Reader) -> list[Section]:
    """Platforms, figures, claims and acts that concern a thing without being said by it or to it."""
    of = r.of
    platforms = [
        iri for iri in of.subjects("agent") + of.subjects("area") if of.is_a(iri, "PlatformStatement")
    ]
    figures = [iri for iri in of.subjects("area") + of.subjects("about") if of.is_a(iri, "Observation")]
    reported = [iri for iri in gathered(r, "reportedBy") if iri not in figures]
    claims = [iri for iri in of.subjects("about") + of.subjects("speaker") if of.is_a(iri, "Claim")]
    shown = set(gathered(r, "speaker", "onBehalfOf", "addressee", "party"))
    about = [iri for iri in gathered(r, "about", "area") if of.is_a(iri, *ACTS) and iri not in shown]
    programmes = [
        iri for iri in of.subjects("about") + of.subjects("area") if of.is_a(iri, "Programme", "Document")
    ]
    return [
        *parts.section(r, "platforms", platforms, lines.platform_statements(r, platforms)),
        *parts.section(r, "figures", figures, measures.observations(r, figures)),
        *parts.section(r, "reported", reported, measures.observations(r, reported)),
        *parts.section(r, "about", about, spoken.acts(r, about)),
        *parts.section(r, "claims", claims, spoken.claims(r, claims)),
        *parts.section(r, "programmes", programmes, lines.named(r, programmes)),
    ]


def platform(r: Reader) -> tuple[str, list[Section]]:
    """A platform: where it was recommended, how strongly and beside what; who uses, runs or plans it."""
    of = r.of
    acts = [iri for iri in of.subjects("platform") + of.subjects("about") if of.is_a(iri, *ACTS)]
    advised = [iri for iri in acts if of.is_a(iri, "Recommendation")]
    other = [iri for iri in acts if iri not in advised]
    said = [iri for iri in of.subjects("platform") if of.is_a(iri, "PlatformStatement")]
    figures = [iri for iri in of.subjects("platform") + of.subjects("about") if of.is_a(iri, "Observation")]
    claims = [iri for iri in of.subjects("about") if of.is_a(iri, "Claim")]
    sections = [
        *parts.facts(r, "note"),
        *parts.section(r, "recommendations", advised, spoken.recommended(r, advised)),
        *parts.section(r, "uses", said, lines.platform_statements(r, said, platform=False)),
        *parts.section(r, "about", other, spoken.acts(r, other)),
        *parts.section(r, "figures", figures, measures.observations(r, figures)),
        *parts.section(r, "claims", claims, spoken.claims(r, claims)),
    ]
    return r.tally(("recommendation", len(set(advised))), ("statement", len(set(said + claims)))), sections


def programme(r: Reader) -> tuple[str, list[Section]]:
    """A programme, project or zone: where, part of what, and what was said of it."""
    names = ("area", "partOf", "about", "date", "span", "issuedBy", "number", "note")
    within = [iri for iri in r.of.subjects("partOf") if not r.of.is_a(iri, *ACTS)]
    named = [iri for iri in r.of.subjects("programme") if r.of.is_a(iri, *ACTS)]
    return "", [
        *parts.facts(r, *names),
        *parts.section(r, "parts", within, lines.named(r, within)),
        *parts.section(r, "acts", named, spoken.acts(r, named)),
        *concerning(r),
    ]


def document(r: Reader) -> tuple[str, list[Section]]:
    """A document: number, date, who issued and signed it, and what was said of it."""
    names = ("number", "date", "span", "issuedBy", "signedBy", "partOf", "about", "note")
    of = r.of
    named = [iri for iri in of.subjects("document") if of.is_a(iri, *ACTS)]
    basis = of.subjects("legalBasis")
    cited = of.subjects("citedDocument")
    return "", [
        *parts.facts(r, *names),
        *parts.section(r, "acts", named, spoken.acts(r, named)),
        *parts.section(r, "changes", basis, lines.named(r, basis)),
        *parts.section(r, "cited", cited, _cited(r, cited)),
        *concerning(r),
    ]


def _cited(r: Reader, passages: list[str]) -> Entries:
    """The items of a document that are cited, in the order of their numbers, each with what rests on it."""
    resting: dict[str, list[str]] = {}
    for iri in passages:
        resting.setdefault(r.cite(iri).text, []).append(iri)

    def place(locator: str) -> list[tuple[int, str]]:
        return [(int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", locator)]

    items = []
    for locator in sorted(resting, key=place):
        said = r.links(iri for passage in resting[locator] for iri in r.of.subjects("evidence", passage))
        several = len(resting[locator]) > 1
        links = [r.cite(iri) for iri in sorted(resting[locator])]
        numbered = [replace(link, text=str(number)) for number, link in enumerate(links, 1)]
        what = Text(locator) if several else links[0]
        items.append(Entry((what,), (said,) if said else (), Cites(tuple(numbered)) if several else None))
    return Entries(tuple(items))


def concept(r: Reader) -> tuple[str, list[Section]]:
    """A concept: what it means, its scheme, and what it is used for."""
    of = r.of
    acts = [
        iri for name in ("sector", "measure", "strength") for iri in of.subjects(name) if of.is_a(iri, *ACTS)
    ]
    platforms = [
        iri for name in ("role", "sector") for iri in of.subjects(name) if of.is_a(iri, "PlatformStatement")
    ]
    figures = [
        iri
        for name in ("kind", "unit", "approximation", "sector")
        for iri in of.subjects(name)
        if of.is_a(iri, "Observation")
    ]
    claims = [iri for name in ("claimType", "sector") for iri in of.subjects(name) if of.is_a(iri, "Claim")]
    there = [iri for name in ("side", "role") for iri in of.subjects(name) if of.is_a(iri, "Participation")]
    meetings, units = of.subjects("mode"), of.subjects("unitType")
    members = of.subjects("skos:inScheme")
    typed = of.subjects("organizationType") + of.subjects("postType")
    sections = [
        *parts.facts(r, "skos:inScheme", "skos:broader"),
        *parts.section(r, "members", members, lines.named(r, members)),
        *parts.section(r, "typed", typed, lines.named(r, typed)),
        *parts.section(r, "acts", acts, spoken.acts(r, acts)),
        *parts.section(r, "platforms", platforms, lines.platform_statements(r, platforms)),
        *parts.section(r, "figures", figures, measures.observations(r, figures)),
        *parts.section(r, "claims", claims, spoken.claims(r, claims)),
        *parts.section(r, "meetings", meetings, lines.meetings(r, meetings)),
        *parts.section(r, "attended", there, lines.attendance(r, there, meeting=True)),
        *parts.section(r, "units", units, lines.named(r, units)),
    ]
    return r.words(of.focus, "skos:definition"), sections
