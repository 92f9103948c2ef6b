"""Pages of sources and of evidence: where everything comes from, and how to check it oneself."""

from collections.abc import Iterator, Mapping

from visual import reading
from visual.article import Cites, Code, Entries, Entry, Group, Groups, Note, Section, Text
from visual.kinds import parts, spoken
from visual.reader import Reader


def source(r: Reader) -> tuple[str, list[Section]]:
    """A source: what is kept of it, and everything it says, paragraph by paragraph in their order."""
    of = r.of
    passages = sorted((iri for iri in of.subjects("source") if of.is_a(iri, "Evidence")), key=r.place)
    paragraphs: dict[str, dict[str, list[str]]] = {}
    for passage in passages:
        resting = paragraphs.setdefault(of.value(passage, "paragraph") or "", {})
        for iri in r.by_day(of.subjects("evidence", passage)):
            if iri != of.focus:
                resting.setdefault(iri, []).append(passage)
    groups = tuple(
        Group((Text(r.say("source.paragraph", n=number)),), "", Entries(tuple(_said(r, resting))))
        for number, resting in paragraphs.items()
        if resting
    )
    said = [iri for resting in paragraphs.values() for iri in resting]
    sections = parts.facts(r, "publisher", "author", "date", "fileName", "length", "sha256", "note")
    sections += parts.section(r, "statements", said, Note(r.say("caption.source")), Groups(groups))
    lede = r.tally(("passage", len(passages)), ("statement", len(set(said))))
    return lede, sections


def _said(r: Reader, resting: Mapping[str, list[str]]) -> Iterator[Entry]:
    """What rests on passages of one paragraph: each statement once, with its kind and passages."""
    for iri, passages in resting.items():
        kind = Text(reading.spaced(r.label(name) for name in r.our_classes(iri)), "tag")
        cites = tuple(r.cite_within(passage) for passage in passages)
        yield Entry((r.link(iri), Text(" "), kind), (), Cites(cites))


def evidence(r: Reader) -> tuple[str, list[Section]]:
    """A passage: where it stands, its digest, how to check it, and what rests on it."""
    of = r.of
    sections = parts.facts(
        r, "source", "paragraph", "start", "end", "sha256", "citedDocument", "locator", "consultedAt",
        "consultedOn", "note",
    )  # fmt: skip
    resting = of.subjects("evidence") + of.subjects("dateInferredFrom")
    sections += parts.section(r, "rests", resting, spoken.claims(r, resting))
    if check := one_liner(r):
        sections.append(
            Section("check", r.say("resource.check"), (Note(r.say("evidence.check")), Code(check)))
        )
    return "", sections


def one_liner(r: Reader) -> str:
    """A command that prints the digest of the passage in the reader's copy; empty where no span is known."""
    of = r.of
    article = of.thing(of.focus, "source")
    start, end = of.value(of.focus, "start"), of.value(of.focus, "end")
    name = of.value(article, "fileName") if article else None
    if name is None or start is None or end is None or not (start.isdigit() and end.isdigit()):
        return ""
    # The name comes from data and goes into a shell: `repr` quotes it for Python, the check keeps quotes out.
    if any(sign in name for sign in "'\"\\$`\n"):
        return ""
    return (
        'python3 -c "import hashlib,pathlib;'
        f"t=pathlib.Path('{name}').read_bytes().decode();"
        f'print(hashlib.sha256(t[{start}:{end}].encode()).hexdigest())"'
    )
