"""One way of writing for each kind of thing, and one that serves any.

A writer takes a `Reader` and gives one sentence on what is known (or nothing) and the sections in order.
"""

from collections.abc import Callable, Mapping
from typing import Final

from visual.addresses import local
from visual.article import Article, Section
from visual.description import Description, kind_of
from visual.kinds import bodies, origins, parts, people, places, sayings
from visual.kinds.everything import everything
from visual.reader import Reader
from visual.words import Language

Writer = Callable[[Reader], tuple[str, list[Section]]]

WRITERS: Final[Mapping[str, Writer]] = {
    "person": people.person,
    "post": people.post,
    "tenure": people.tenure,
    "participation": people.participation,
    "organization": bodies.organization,
    "platform": bodies.platform,
    "programme": bodies.programme,
    "document": bodies.document,
    "concept": bodies.concept,
    "unit": places.unit,
    "change": places.change,
    "meeting": sayings.meeting,
    "act": sayings.act,
    "statement": sayings.statement,
    "observation": sayings.observation,
    "indicator": sayings.indicator,
    "source": origins.source,
    "evidence": origins.evidence,
}


def write(of: Description, language: Language, *, limit: int = 5_000) -> Article:
    """The page of `of.focus`; `limit` bounds each table of everything that is said."""
    reader = Reader(of, language)
    kind = kind_of(of.focus)
    writer = WRITERS.get(kind)
    lede, sections = writer(reader) if writer else ("", [])
    sections = [parts.telling(section, local(of.focus)) for section in sections]
    other: Language = "en" if language == "vi" else "vi"
    title = reader.label(of.focus)
    gloss = Reader(of, other).label(of.focus) if of.text(of.focus, "rdfs:label", other) else ""
    return Article(
        title=title,
        kind=reader.class_label(of.focus),
        lede=lede,
        gloss=gloss if gloss != title else "",
        gloss_lang=other,
        also=tuple(sorted({value.value for value in of.objects(of.focus, "skos:altLabel")})),  # type: ignore[union-attr]
        sections=(*sections, *parts.evidence(reader), everything(reader, limit)),
    )
