"""A description read in one language: links, dates, figures and references as they stand on a page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import Literal, NamedNode

from ontology.iri import IriError, parse
from ontology.namespaces import STANDARD, VOCABULARY, prefixed
from visual import reading
from visual.addresses import local
from visual.article import Cell, Cites, Link, Piece, Text
from visual.description import LABEL, Description, Term, expand
from visual.locator import located
from visual.words import Language, catalogue, word

_XSD: Final = STANDARD["xsd"]
_NUMBERS: Final = {_XSD + "integer", _XSD + "decimal", _XSD + "double"}
_DAY: Final = re.compile(r"(?<= · )\d{4}-\d{2}-\d{2}$")
_PRECISIONS: Final = {expand(f"{name}Precision") for name in ("date", "from", "due", "period")}
_COMMA: Piece = Text(", ")


@dataclass(frozen=True)
class Reader:
    """Reads `of` in `language`."""

    of: Description
    language: Language

    def say(self, key: str, **values: object) -> str:
        """Words of the interface."""
        return word(key, self.language, **values)

    def label(self, iri: str) -> str:
        """The label of a thing; a day at the end of one made by rule is read as days are."""
        return self._in_words(self.of.label(iri, self.language))

    def _in_words(self, label: str) -> str:
        return _DAY.sub(lambda day: reading.date(day[0], "day", self.language), label)

    def link(self, iri: str) -> Link:
        """A thing by its label."""
        return Link(self.label(iri), local(iri))

    def links(self, iris: Iterable[str]) -> Cell:
        """Things by their labels, with commas between them, in the order of the labels."""
        pieces: list[Piece] = []
        for link in sorted((self.link(iri) for iri in dict.fromkeys(iris)), key=lambda link: link.text):
            pieces += [_COMMA, link] if pieces else [link]
        return tuple(pieces)

    def about(self, subject: str, *names: str) -> Cell:
        """The things that `subject` has under any of the properties named, as links."""
        return self.links(iri for name in names for iri in self.of.things(subject, name))

    def words(self, subject: str, name: str) -> str:
        """The literal of a property in this language; empty where there is none."""
        return self.of.text(subject, name, self.language) or ""

    def date(self, subject: str, name: str = "date", precision: str = "datePrecision") -> str:
        """A date of `subject` as a person reads it; empty where there is none."""
        value = self.of.value(subject, name)
        return reading.date(value, self.of.value(subject, precision) or "day", self.language) if value else ""

    def period(self, subject: str) -> str:
        """The date of `subject`, or its period; empty where there is neither."""
        start, end = self.of.value(subject, "periodStart"), self.of.value(subject, "periodEnd")
        if not (start or end):
            return self.date(subject)
        stated = self.of.value(subject, "periodPrecision") or self.of.value(subject, "datePrecision")
        precision = stated or "day"
        ends = [reading.date(day, precision, self.language) if day else "…" for day in (start, end)]
        if start and end and (whole := _whole_year(start, end)):
            return reading.date(whole, "year", self.language)
        return " – ".join(dict.fromkeys(ends))

    def day_of(self, subject: str) -> str:
        """What things are put in order by: date, end of period, or day attested; ISO, or empty."""
        for name in ("date", "periodEnd", "attestedOn"):
            if value := self.of.value(subject, name):
                return value
        meeting = self.of.thing(subject, "meeting")
        return (self.of.value(meeting, "date") or "") if meeting else ""

    def by_day(self, iris: Iterable[str]) -> list[str]:
        """Things in the order of their dates, then of their labels."""
        return sorted(dict.fromkeys(iris), key=lambda iri: (self.day_of(iri), self.label(iri), iri))

    def cites(self, *subjects: str) -> Cites:
        """The passages that statements rest on, in the order of source and position.

        Of several passages of one paragraph the first is named in full, the others by their characters.
        """
        found = {iri for subject in subjects for iri in self.of.things(subject, "evidence")} - {self.of.focus}
        links: list[Link] = []
        named: set[str] = set()
        for link in (self.cite(iri) for iri in sorted(found, key=self.place)):
            again = link.text in named
            named.add(link.text)
            links.append(replace(link, text=f"+ {link.title.rpartition(' · ')[2]}") if again else link)
        return Cites(tuple(links))

    def place(self, evidence: str) -> tuple[str, int, int, str]:
        """What passages are put in order by: the source's date and name, the position, then their IRI."""
        source = self.of.thing(evidence, "source") or ""
        day = self.of.value(source, "date") or ""
        return (
            day + source,
            int(self.of.value(evidence, "start") or 0),
            int(self.of.value(evidence, "end") or 0),
            evidence,
        )

    def cite(self, evidence: str) -> Link:
        """A short reference to a passage: the source's date and the paragraph, or a document's locator."""
        source = self.of.thing(evidence, "source")
        paragraph = self.of.value(evidence, "paragraph")
        if source is None or paragraph is None:
            document = self.of.thing(evidence, "citedDocument")
            locator = self.of.value(evidence, "locator") or ""
            name = self.label(document) if document else ""
            shown = located(locator, self.language)
            printed = f" ({locator})" if shown != locator else ""
            return Link(
                shown or name or self.label(evidence),
                local(evidence),
                lang="vi" if shown and shown == locator else "",
                title=", ".join(filter(None, (name, shown))) + printed,
            )
        where = self.say("common.paragraph", n=paragraph)
        span = self._characters(evidence)
        when = self.date(source) or self.label(source)
        return Link(f"{when}, {where}", local(evidence), title=f"{self.label(source)} · {where} · {span}")

    def amount(self, observation: str) -> str:
        """The value of an observation in words, with approximation and measuring unit."""
        value = self.of.value(observation, "value")
        if value is None:
            return self.words(observation, "asRead")
        unit = self.of.thing(observation, "unit")
        approximation = self.of.thing(observation, "approximation")
        return reading.amount(
            value,
            self.language,
            up_to=self.of.value(observation, "valueUpTo"),
            approximation=self.label(approximation) if approximation else None,
            unit=self.label(unit) if unit else None,
            rank=unit == expand("concept:unit-rank"),
        )

    def term(self, value: Term) -> Piece:
        """Any value at all: a link for a thing, a literal as it is read; blank nodes lead nowhere."""
        if isinstance(value, Literal):
            kind = value.datatype.value
            if kind == _XSD + "date":
                return Text(reading.date(value.value, "day", self.language))
            if kind == _XSD + "boolean" and value.value in ("true", "false"):
                return Text(self.say("common.yes" if value.value == "true" else "common.no"))
            if kind in _NUMBERS:
                return Text(reading.number(value.value, self.language))
            return Text(value.value, lang=value.language or "")
        if not isinstance(value, NamedNode):
            return Text(str(value))
        return Link(self.short(value.value), local(value.value), title=value.value)

    def valued(self, predicate: str, value: Term) -> Piece:
        """A value of a property: as any other, but how exact a date is, and the day in a name, in words."""
        if isinstance(value, Literal):
            if predicate in _PRECISIONS and f"precision.{value.value}" in catalogue():
                return Text(self.say(f"precision.{value.value}"))
            if predicate == LABEL:
                return Text(self._in_words(value.value), lang=value.language or "")
        return self.term(value)

    def short(self, iri: str) -> str:
        """The label of a thing, or its IRI with a prefix where it has no label."""
        if self.of.text(iri, "rdfs:label", self.language):
            return self.label(iri)
        try:
            thing = parse(iri)
            return f"#{thing.part}" if thing.part else thing.path
        except IriError:
            name = prefixed(iri, STANDARD) or iri
            return self.say(f"standard.{name}") if f"standard.{name}" in catalogue() else name

    def link_or_name(self, iri: str) -> Link:
        """A thing by its label, or by its IRI where it has none."""
        return Link(self.short(iri), local(iri), title=iri)

    def property_label(self, name: str) -> str:
        """The label of a property with a capital letter, as it stands before what it has."""
        label = self.short(expand(name))
        return label[:1].upper() + label[1:]

    def our_classes(self, iri: str) -> list[str]:
        """The classes of a thing that are of our vocabulary, the most exact ones only."""
        classes = {kind for kind in self.of.classes(iri) if kind.startswith(VOCABULARY)}
        exact = classes - {expand("Act")} or classes
        return sorted(exact)

    def class_label(self, iri: str) -> str:
        """What kind of thing it is, in words; for a thing of other vocabularies the name of its class."""
        classes = self.our_classes(iri) or sorted(self.of.classes(iri))
        return reading.spaced(self.short(kind) for kind in classes)

    def cite_within(self, evidence: str) -> Link:
        """A reference to a passage on the page of its own source, under its paragraph: the characters."""
        return Link(self._characters(evidence), local(evidence), title=self.label(evidence))

    def _characters(self, evidence: str) -> str:
        """From which character of its source to which a passage goes, in words."""
        return self.say(
            "common.characters",
            start=self.of.value(evidence, "start") or "?",
            end=self.of.value(evidence, "end") or "?",
        )

    def tally(self, *counts: tuple[str, int], days: tuple[str, str] | None = None) -> str:
        """One sentence of what the page holds (`7 chức vụ, 5 cuộc họp.`); empty without any."""
        parts = [reading.count(n, f"count.{key}", self.language) for key, n in counts if n]
        if not parts:
            return ""
        sentence = ", ".join(parts)
        if days and days[0] != days[1]:
            first, last = (reading.date(day, "day", self.language) for day in days)
            return self.say("lede.attested-between", what=sentence, first=first, last=last)
        if days:
            return self.say(
                "lede.attested-on", what=sentence, day=reading.date(days[0], "day", self.language)
            )
        return self.say("lede.attested", what=sentence)


def _whole_year(start: str, end: str) -> str | None:
    year = start[:4]
    return f"{year}-01-01" if (start, end) == (f"{year}-01-01", f"{year}-12-31") else None
