"""Pages of sources and of evidence: where everything comes from, and how to check it oneself."""

from visual.article import Code, Column, Note, Section, Table, Text
from visual.kinds import parts, spoken
from visual.reader import Reader


def source(r: Reader) -> tuple[str, list[Section]]:
    """A source: what is kept of it, and everything it says in the order of its paragraphs."""
    of = r.of
    passages = sorted((iri for iri in of.subjects("source") if of.is_a(iri, "Evidence")), key=r.place)
    rows, count = [], 0
    for passage in passages:
        said = r.by_day(of.subjects("evidence", passage))
        count += len(said)
        rows.append(
            (
                (r.cite_within(passage),),
                tuple(
                    piece
                    for i, iri in enumerate(said)
                    for piece in ((Text("; "), r.link(iri)) if i else (r.link(iri),))
                ),
                r.links({kind for iri in said for kind in r.our_classes(iri)}),
            )
        )
    columns = (
        Column(r.say("column.passage"), "when"),
        Column(r.say("column.statements")),
        Column(r.say("column.class")),
    )
    table = Table(r.say("caption.source"), columns, tuple(rows))
    sections = parts.facts(r, "publisher", "author", "date", "fileName", "length", "sha256", "note")
    sections += parts.section(r, "statements", passages, table)
    lede = r.tally(("passage", len(passages)), ("statement", count))
    return lede, sections


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
