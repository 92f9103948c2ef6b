"""The canonical form of the record's Turtle, so that a difference between two versions shows meaning only.

docs/adding-a-record.md says it in words. What a file would lose by being rewritten (a comment inside a block,
a blank node) is told and left alone.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from loaders import turtle
from loaders.findings import Finding
from loaders.layout import Block
from loaders.order import ranks
from loaders.terms import used, write_term
from loaders.turtle import Record, TurtleFile
from ontology.iri import term
from ontology.namespaces import PREFIXES, STANDARD

_TYPE: Final = STANDARD["rdf"] + "type"
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
    for file in _files(turtle.read(data)):
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
    prefixes = [f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in used(file.triples)]
    head = [*map(_comment, file.layout.header), "".join(prefixes)]
    text = "\n".join(part for part in [*head, *body, *map(_comment, file.layout.trailing)] if part)
    if {quad.triple for quad in parse(text, RdfFormat.TURTLE)} != set(file.triples):
        raise CanonicalError(0, "the canonical form would not say the same", "tell the maintainers")
    return text


def _files(record: Record) -> list[TurtleFile]:
    """The files with a canonical form: all that parse but the vocabulary, which is laid out for reading."""
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
    times = Counter(block.subject for block in layout.blocks)
    for block in layout.blocks:
        if times[block.subject] > 1:
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
    for predicate in sorted(objects, key=ranks(objects.get(_TYPE, []))):
        name = "a" if predicate == _TYPE else write_term(NamedNode(predicate))
        values = sorted(objects[predicate], key=_language)
        lines.append(f"{name} {' , '.join(map(write_term, values))}")
    subject = write_term(triples[0].subject)
    return f"{comments}{subject} " + " ;\n  ".join(lines) + " .\n"


def _comment(lines: Sequence[str]) -> str:
    """A paragraph of comment lines."""
    return "".join(line + "\n" for line in lines)


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


def _iri(value: object) -> str:
    return value.value if isinstance(value, NamedNode) else str(value)


def _first_difference(old: str, new: str) -> int:
    """The first line, from 1, in which two texts differ."""
    pairs = zip(old.split("\n"), new.split("\n"), strict=False)
    return next((number for number, (one, two) in enumerate(pairs, 1) if one != two), old.count("\n") + 1)
