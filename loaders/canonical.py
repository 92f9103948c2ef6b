"""The canonical form of the record's Turtle, so that a difference between two versions shows meaning only.

docs/adding-a-record.md says it in words. What a file would lose by being rewritten (a comment inside a block,
a blank node) is told and left alone.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from loaders import turtle
from loaders.findings import Finding
from loaders.layout import Block
from loaders.turtle import Record, TurtleFile
from ontology.iri import term
from ontology.namespaces import PREFIXES, STANDARD, VOCABULARY

_NAMES: Final = (
    "rdfs:label dcterms:title dcterms:description skos:altLabel skos:hiddenLabel skos:exactMatch"
    " skos:definition"
)
_LAST: Final = "dateInferredFrom evidence asRead note"
_ACT: Final = (
    "party signatory speaker speakerCarriedOver onBehalfOf addressee sector measure platform purpose"
    " condition strength alternativeTo area about programme document date datePrecision"
    " periodStart periodEnd periodPrecision from fromPrecision due duePrecision figure meeting"
)
_STATED: Final = (
    "number date datePrecision periodStart periodEnd periodPrecision issuedBy signedBy area partOf about"
)
ORDER: Final[Mapping[str, str]] = {
    "Organization": "organizationType jurisdiction partOf",
    "AdministrativeUnit": "partOf unitType officialCode validFrom validUntil",
    "DigitalPlatform": "named partOf",
    "Programme": _STATED,
    "Document": _STATED,
    "Source": "fileName length sha256 date datePrecision dateInferredFrom about author publisher",
    "Post": "organization postType singleSeat",
    "Meeting": "date datePrecision dateInferredFrom mode place site party partOf about",
    "Participation": "meeting person organization group post side role onBehalfOf site date datePrecision",
    "Tenure": "person post organization attestedOn",
    "Recommendation": _ACT,
    "Request": _ACT,
    "Commitment": _ACT,
    "Agreement": _ACT,
    "PlatformStatement": (
        "platform role agent area sector date datePrecision from fromPrecision purpose meeting"
    ),
    "Claim": "speaker speakerCarriedOver onBehalfOf about area sector date datePrecision meeting",
    "Observation": (
        "indicator area about platform sector date periodStart periodEnd datePrecision value valueUpTo unit"
        " approximation kind reportedBy reporterCarriedOver comparedWith asRead meeting"
    ),
    "TerritorialChange": "date datePrecision before after legalBasis",
    "Evidence": "source paragraph start end sha256 citedDocument locator consultedAt consultedOn",
    "Concept": "skos:broader skos:inScheme",
}
"""The order of predicates by class, between the names and what comes last; in the vocabulary's namespace
where no prefix stands. Predicates that the list of a class does not name follow it, by IRI."""

_TYPE: Final = STANDARD["rdf"] + "type"
_XSD: Final = STANDARD["xsd"]
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_BARE: Final = {
    _XSD + "boolean": re.compile(r"true|false"),
    _XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    _XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
}
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LANGUAGES: Final = ("vi", "en")


class CanonicalError(ValueError):
    """A file that cannot be rewritten without losing something; `line` says where."""

    def __init__(self, line: int, message: str, fix: str) -> None:
        super().__init__(message)
        self.line, self.fix = line, fix


def check(record: Record) -> list[Finding]:
    """A finding for each file that is not in canonical form. The vocabulary is left as it is."""
    return [finding for file in _files(record) if (finding := _finding(file))]


def _finding(file: TurtleFile) -> Finding | None:
    try:
        text = canonical(file)
    except CanonicalError as error:
        return Finding(file.name, error.line, 0, "not-rewritable", "error", "", str(error), error.fix)
    if text == file.text:
        return None
    line = _first_difference(file.text, text)
    message = "the file is not in canonical form from this line on"
    return Finding(file.name, line, 0, "not-canonical", "error", "", message, "run `vndx check --fix`")


def fix(data: Path, *, progress: Callable[[str], None] = lambda message: None) -> list[Path]:
    """Rewrite the files in the folder `data` that are not in canonical form; returns those rewritten.

    Files that do not parse, or would lose something, stay as they are: `check` tells of them.
    """
    written = []
    record = turtle.read(data)
    broken = {finding.file for finding in record.findings}
    for file in _files(record):
        if file.name in broken:
            continue
        try:
            text = canonical(file)
        except CanonicalError:
            continue
        if text != file.text:
            progress(f"rewriting {file.name}")
            file.path.write_bytes(text.encode("utf-8"))
            written.append(file.path)
    return written


def canonical(file: TurtleFile) -> str:
    """The canonical form of a file that parses. Raises `CanonicalError` where that would lose something."""
    _refuse(file)
    subjects: dict[str, list[Triple]] = {}
    for triple in file.triples:
        subjects.setdefault(_iri(triple.subject), []).append(triple)
    blocks = sorted(file.layout.blocks, key=lambda block: _position(subjects.get(block.subject, [])))
    body = [_block(block, subjects[block.subject]) for block in blocks]
    prefixes = [f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in _used(file.triples)]
    head = [*map(_comment, file.layout.header), "".join(prefixes)]
    text = "\n".join(part for part in [*head, *body, *map(_comment, file.layout.trailing)] if part)
    if {quad.triple for quad in parse(text, RdfFormat.TURTLE)} != set(file.triples):
        raise CanonicalError(0, "the canonical form would not say the same", "tell the maintainers")
    return text


def write_term(value: object) -> str:
    """A term in Turtle: prefixed where it has a prefix, numbers bare, dates and texts quoted."""
    if isinstance(value, NamedNode):
        prefix, local = _split(value.value)
        return f"{prefix}:{local}" if prefix else f"<{value.value}>"
    if not isinstance(value, Literal):
        raise TypeError(f"{value} has no canonical form")
    if value.language:
        return f"{_quote(value.value)}@{value.language}"
    kind = value.datatype.value
    if kind == _XSD + "string":
        return _quote(value.value)
    if kind in _BARE and _BARE[kind].fullmatch(value.value):
        return value.value
    return f"{_quote(value.value)}^^{write_term(value.datatype)}"


def _files(record: Record) -> list[TurtleFile]:
    """The files that have a canonical form: all but the vocabulary, which is laid out for reading."""
    broken = {finding.file for finding in record.findings}
    return [
        file
        for file in record.files
        if file.graph.value != PREFIXES["graph"] + "vocabulary" and file.name not in broken
    ]


def _refuse(file: TurtleFile) -> None:
    """Raise where rewriting would lose a comment or cannot name a node."""
    layout = file.layout
    if layout.unnamed or any(isinstance(triple.object, BlankNode) for triple in file.triples):
        line = layout.unnamed[0] if layout.unnamed else 0
        raise CanonicalError(
            line, "blank nodes, collections and @base have no canonical form", "name the node"
        )
    if layout.misplaced:
        raise CanonicalError(
            layout.misplaced[0],
            "a comment inside a block or among the prefixes would be lost",
            "move it to lines of its own above the subject, or into vndx:note",
        )
    subjects = [block.subject for block in layout.blocks]
    for block in layout.blocks:
        if subjects.count(block.subject) > 1:
            raise CanonicalError(block.line, f"{block.subject} has two blocks", "join the two blocks by hand")


def _block(block: Block, triples: Sequence[Triple]) -> str:
    """One subject with its comments."""
    comments = "\n".join(map(_comment, block.comments)) + "\n" * (bool(block.comments) and not block.attached)
    objects: dict[str, list[object]] = {}
    for triple in triples:
        values = objects.setdefault(triple.predicate.value, [])
        if triple.object not in values:
            values.append(triple.object)
    lines = []
    for predicate in sorted(objects, key=_ranks(objects.get(_TYPE, []))):
        name = "a" if predicate == _TYPE else write_term(NamedNode(predicate))
        values = sorted(objects[predicate], key=_language)
        lines.append(f"{name} {' , '.join(map(write_term, values))}")
    subject = write_term(triples[0].subject)
    return f"{comments}{subject} " + " ;\n  ".join(lines) + " .\n"


def _comment(lines: Sequence[str]) -> str:
    """A paragraph of comment lines."""
    return "".join(line + "\n" for line in lines)


def _ranks(classes: Iterable[object]) -> Callable[[str], tuple[int, str]]:
    """The sort key of a predicate in a block with these classes."""
    own = " ".join(
        ORDER.get(value.value.removeprefix(VOCABULARY).removeprefix(STANDARD["skos"]), "")
        for value in classes
        if isinstance(value, NamedNode)
    )
    named = [_expand(name) for name in f"{_NAMES} {own}".split()]
    last = [_expand(name) for name in _LAST.split()]

    def rank(predicate: str) -> tuple[int, str]:
        if predicate == _TYPE:
            return -1, ""
        if predicate in named:
            return named.index(predicate), ""
        return (len(named) + 1 + last.index(predicate), "") if predicate in last else (len(named), predicate)

    return rank


def _language(value: object) -> int:
    """Vietnamese before English before other texts; whatever has no language stays in the curator's order."""
    language = value.language if isinstance(value, Literal) else None
    if language is None:
        return 0
    return _LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES)


def _position(triples: Sequence[Triple]) -> tuple[int, str, int, int]:
    """Evidence goes last, by source and position; all else stays in the curator's order."""
    facts = {triple.predicate.value: triple.object for triple in triples}
    if facts.get(_TYPE) != NamedNode(term("Evidence")):
        return 0, "", 0, 0
    source = str(facts.get(term("source"), ""))
    start, end = (facts.get(term(name)) for name in ("start", "end"))
    return 1, source, _integer(start), _integer(end)


def _integer(value: object) -> int:
    return int(value.value) if isinstance(value, Literal) and value.value.isdecimal() else 0


def _used(triples: Iterable[Triple]) -> list[str]:
    """The prefixes that the canonical form of `triples` uses, in the order of the namespaces."""
    found = set()
    for triple in triples:
        for node in (triple.subject, triple.predicate, triple.object):
            if isinstance(node, NamedNode) and node.value != _TYPE:
                found.add(_split(node.value)[0])
            if isinstance(node, Literal) and "^^" in write_term(node):
                found.add(_split(node.datatype.value)[0])
        if triple.predicate.value == _TYPE:
            found |= {_split(_iri(triple.subject))[0]}
    return [prefix for prefix in PREFIXES if prefix in found]


def _split(iri: str) -> tuple[str, str]:
    """Prefix and local name; two empty strings where the IRI has to be written in full."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if iri.startswith(namespace) and _LOCAL.fullmatch(local):
            return prefix, local
    return "", ""


def _expand(name: str) -> str:
    """The IRI of a name in the table above."""
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon else term(name)


def _iri(value: object) -> str:
    return value.value if isinstance(value, NamedNode) else str(value)


def _quote(text: str) -> str:
    """A short string; what would break the line is escaped, all other characters stand as they are."""
    escaped = "".join(_ESCAPES.get(character, character) for character in text)
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04X}", escaped) + '"'


def _first_difference(old: str, new: str) -> int:
    """The first line, from 1, in which two texts differ."""
    pairs = zip(old.split("\n"), new.split("\n"), strict=False)
    return next((number for number, (one, two) in enumerate(pairs, 1) if one != two), old.count("\n") + 1)
