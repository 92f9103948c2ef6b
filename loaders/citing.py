"""From a curator's draft, which quotes the source, to the record, which only points to it.

A draft is Turtle in which an evidence is written as the passage's own words between « and ». The record
gets the evidence's IRI in their place and, at the end of the file, one block for each passage; the words
themselves stay on the curator's desk.
"""

import re
from collections.abc import Mapping

from loaders.evidence import Passage, PassageError, find

_QUOTE = re.compile(r"(?:([a-z0-9-]+))?«([^»]*)»")


def evidence_block(passage: Passage) -> str:
    """The Turtle of one evidence, in canonical form."""
    return (
        f"evidence:{passage.slug} a vndx:Evidence ;\n"
        f"  vndx:source source:{passage.source} ;\n"
        f"  vndx:paragraph {passage.paragraph} ;\n"
        f"  vndx:start {passage.start} ;\n"
        f"  vndx:end {passage.end} ;\n"
        f'  vndx:sha256 "{passage.sha256}" .\n'
    )


def cite(draft: str, texts: Mapping[str, str], source: str) -> tuple[str, list[str]]:
    """Turtle with every quotation of `draft` replaced by its evidence, and the problems found.

    `texts` maps a source's slug to its text. `«words»` quotes `source`; `other-slug«words»` quotes another
    source. Each problem names its line in the draft; where there is any, the Turtle is not to be used.
    Evidence that the draft already spells out is not written twice.
    """
    passages: dict[str, Passage] = {}
    problems: list[str] = []

    def replace(match: re.Match[str]) -> str:
        slug = match[1] or source
        try:
            if slug not in texts:
                raise PassageError(f"there is no source {slug!r}")
            passage = find(slug, texts[slug], match[2])
        except PassageError as error:
            line = draft.count("\n", 0, match.start()) + 1
            problems.append(f"line {line}: {error}")
            return match[0]
        passages[passage.slug] = passage
        return f"evidence:{passage.slug}"

    turtle = _QUOTE.sub(replace, draft)
    new = [
        passage
        for slug, passage in passages.items()
        if passage.source == source and f"\nevidence:{slug} a " not in turtle
    ]
    blocks = [evidence_block(passage) for passage in sorted(new, key=lambda item: (item.start, item.end))]
    return "\n".join([turtle.rstrip("\n") + "\n", *blocks]), problems
