"""How a Turtle file is laid out: on which line each subject begins, and where its comments stand.

A parser throws comments and lines away. This reads the tokens of a file that already parses (Turtle 1.1,
section 6.5 Grammar) and keeps just those two things, for findings and for the canonical form.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>\#[^\n\r]*)
    | (?P<string>\"{3}(?:[^"\\]++|\\.|\"{1,2}(?!\"))*+\"{3} | '{3}(?:[^'\\]++|\\.|'{1,2}(?!'))*+'{3}
               | "(?:[^"\\]++|\\.)*+" | '(?:[^'\\]++|\\.)*+')
    | (?P<iri><[^<>\s]*>)
    | (?P<mark><<\(?|\)?>>|\^\^|[.;,\[\](){}])
    | (?P<word>(?:[^\s;,\[\](){}"'<>\#\\^]|\\\S)+)
    """,
    re.VERBOSE | re.DOTALL,
)

Paragraphs: TypeAlias = tuple[tuple[str, ...], ...]
"""Paragraphs of full-line comments, each a tuple of its lines."""


@dataclass(frozen=True)
class Token:
    """One token: its `kind` (a group above), text, line (from 1), and whether it is the first on its line."""

    kind: str
    text: str
    line: int
    first: bool


@dataclass(frozen=True)
class Block:
    """One subject with all that is said of it.

    `comments` are the paragraphs of full-line comments above it, in order; the last belongs to the subject
    itself where `attached`, the others stand apart, with a blank line after each.
    """

    subject: str
    line: int
    comments: Paragraphs
    attached: bool


@dataclass(frozen=True)
class Layout:
    """A file's blocks in order, its header comment and the comments after the last block.

    `misplaced` holds the lines of comments that stand inside a block or among the prefixes; `unnamed` the
    lines with blank nodes, collections or other syntax that the record does not use.
    """

    header: Paragraphs
    blocks: tuple[Block, ...]
    trailing: Paragraphs
    misplaced: tuple[int, ...]
    unnamed: tuple[int, ...]


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text`, white space left out. What is no Turtle comes as one-character marks."""
    position, line, first = 0, 1, True
    while position < len(text):
        match = _TOKEN.match(text, position)
        kind, value = (match.lastgroup or "mark", match[0]) if match else ("mark", text[position])
        if kind == "word" and (stops := len(value) - len(value.rstrip("."))) and not value.endswith("\\."):
            value = value[:-stops] or "."
            kind = kind if value != "." else "mark"
        if kind != "space":
            yield Token(kind, value, line, first)
        position += len(value)
        line += value.count("\n")
        first = (first and kind == "space") if "\n" not in value else value.rstrip(" \t").endswith("\n")


@dataclass
class _Reader:
    """The state of one pass over the tokens."""

    header: Paragraphs = ()
    blocks: list[Block] = field(default_factory=list)
    pending: list[tuple[int, str]] = field(default_factory=list)
    misplaced: list[int] = field(default_factory=list)
    unnamed: list[int] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    begun: bool = False

    def paragraphs(self) -> Paragraphs:
        """The pending comments, as paragraphs of consecutive lines."""
        groups: list[list[str]] = []
        last = -1
        for line, comment in self.pending:
            if line == last + 1:
                groups[-1].append(comment)
            else:
                groups.append([comment])
            last = line
        return tuple(map(tuple, groups))

    def directive(self, statement: Sequence[Token]) -> None:
        if self.begun and self.pending:
            self.misplaced += [line for line, _ in self.pending]
        elif not self.begun:
            self.header = self.paragraphs()
        self.begun, self.pending = True, []
        keyword = statement[0].text.lstrip("@").lower()
        if keyword == "prefix" and len(statement) > 2:
            self.prefixes[statement[1].text.removesuffix(":")] = statement[2].text[1:-1]
        elif keyword == "base":
            self.unnamed.append(statement[0].line)

    def block(self, statement: Sequence[Token]) -> None:
        subject = statement[0]
        paragraphs = self.paragraphs()
        if not self.begun and len(paragraphs) > 1:
            self.header, paragraphs = paragraphs[:1], paragraphs[1:]
        attached = bool(self.pending) and self.pending[-1][0] == subject.line - 1
        self.blocks.append(Block(self.expand(subject), subject.line, paragraphs, attached))
        self.begun, self.pending = True, []

    def expand(self, token: Token) -> str:
        """The IRI that a subject token stands for; the token itself where it has none."""
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, colon, local = token.text.partition(":")
        if not colon or prefix not in self.prefixes:
            return token.text
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


def read(text: str) -> Layout:
    """The layout of a Turtle document that parses."""
    reader = _Reader()
    statement: list[Token] = []
    depth = 0
    for token in tokens(text):
        if token.kind == "comment":
            if statement or not token.first:
                reader.misplaced.append(token.line)
            else:
                reader.pending.append((token.line, token.text.rstrip()))
            continue
        if token.text in ("[", "(", "{", "<<", "<<(") or token.text.startswith("_:"):
            reader.unnamed.append(token.line)
        depth += (token.text in ("[", "(", "{")) - (token.text in ("]", ")", "}"))
        statement.append(token)
        sparql = statement[0].kind == "word" and statement[0].text.lower() in ("prefix", "base")
        if sparql and len(statement) == (3 if statement[0].text.lower() == "prefix" else 2):
            reader.directive(statement)
        elif token.text == "." and depth == 0 and token.kind == "mark":
            (reader.directive if statement[0].text.startswith("@") else reader.block)(statement)
        else:
            continue
        statement = []
    return Layout(
        reader.header,
        tuple(reader.blocks),
        reader.paragraphs(),
        tuple(reader.misplaced),
        tuple(dict.fromkeys(reader.unnamed)),
    )
