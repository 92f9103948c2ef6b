"""What a query's text may be, found out before anything parses it: length, depth, number of parts, SERVICE.

The scanner knows as much of SPARQL 1.1's grammar (section 19.8) as it takes to tell strings, IRIs and
comments from the rest. It never fails: text that is not SPARQL is left to the parser. It takes time in
proportion to the text: no alternative of its expression is tried twice over the same stretch.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from service.evaluators.port import QueryRefused

_BLANK: Final = r"(?P<blank>[ \t\r\n]+ | \#[^\r\n]*)"
_IRI: Final = r"""(?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)"""
# Long ones without an end reach to the end of the text, short ones to the end of the line.
_STRING: Final = r"""
    (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*+\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}
              | (?!\"{3}|'{3})(?:"(?:[^"\\\r\n]|\\.)*+" | '(?:[^'\\\r\n]|\\.)*+'))
  | (?P<cut>\"{3}.*+ | '{3}.*+ | "(?:[^"\\\r\n]|\\.)*+ | '(?:[^'\\\r\n]|\\.)*+)
"""
_PLAIN: Final = r"""
    (?P<variable>[?$]\w+)
  | (?P<tag>@[A-Za-z][A-Za-z0-9-]*)
  | (?P<word>[^\W\d]\w*+(?![.:\-]))
  | (?P<name>(?:[^\W\d_][\w.\-]*+(?<!\.)|_)?+:(?:(?:[\w:%\-]|\\[^\w\s]|\.(?=[.\w:%\\\-]))+)?)
  | (?P<run>[^\W\d_][\w.\-]*+)
"""
_PARTS: Final = r"""
    (?P<part>[^\W\d]\w*)
  | (?P<number>\d+)
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
  | (?P<join>[.;])
  | (?P<other>.)
"""


def _regex(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.VERBOSE | re.DOTALL)


_TOKEN: Final = _regex(_BLANK, _IRI, _STRING, _PLAIN, _PARTS)
_UNQUOTED: Final = _regex(_BLANK, _IRI, _PLAIN, _PARTS)
_PART: Final = _regex(_PARTS)

_JOINING: Final = frozenset({"UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "GRAPH", "SELECT", "EXISTS"})
_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
)
_FRESH: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
_KEYWORDS: Final = _JOINING | _FRESH | {"SERVICE", "FROM"}
_MODIFIERS: Final = frozenset({"ORDER", "LIMIT", "OFFSET"})

# The parser unescapes \u before it reads tokens (SPARQL 1.1, 19.2), so a keyword may be spelled with escapes.
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# `FILTER(?a<?b)SERVICE?c#>`: what looks like an IRI may be a comparison that ends in a service clause.
_HIDDEN: Final = re.compile(r"\)\.?service", re.IGNORECASE)

_PLAIN_BEGINNING: Final = re.compile(
    r"""(?:[ \t\r\n]*+ PREFIX[ \t\r\n]++ [\w\-]*+: [ \t\r\n]*+ <[^<>"{}|^`\\\x00-\x20]*+>)*+
        [ \t\r\n]*+ (?:SELECT|ASK|CONSTRUCT|DESCRIBE)\b""",
    re.VERBOSE | re.ASCII | re.IGNORECASE,
)
_TELLING: Final = ("\\", "SERVICE", "FROM", "NOW", "RAND", "UUID", "BNODE")
"""One of these stands in every query that names a dataset, is fresh, or is refused for more than its size."""


@dataclass(frozen=True)
class Limits:
    """The bounds on a query: bytes of text, depth of `( { [`, tokens, joins of patterns."""

    text: int
    depth: int
    tokens: int
    patterns: int


@dataclass(frozen=True)
class Scan:
    """What the scanner saw: `form` is the first keyword after the prologue, `keywords` those that matter.

    `modifiers` are ORDER, LIMIT and OFFSET where they are the whole query's, and not a subquery's. `links`
    are opening brackets and signs such as `! / | +`, each of which may take a parser one call deeper.
    """

    tokens: int
    depth: int
    patterns: int
    form: str
    keywords: frozenset[str]
    modifiers: frozenset[str] = frozenset()
    links: int = 0

    @property
    def fresh(self) -> frozenset[str]:
        """The functions in the query that give something else each time."""
        return self.keywords & _FRESH

    @property
    def stable(self) -> bool:
        """Whether the query's answer depends on nothing but the graph."""
        return not self.fresh

    @property
    def names_dataset(self) -> bool:
        """Whether the query has a FROM clause, which then is its dataset."""
        return "FROM" in self.keywords


def plain(text: str, limits: Limits) -> bool:
    """Whether a glance tells that `check` would let `text` pass, as stable and naming no dataset.

    So it is with most small queries, for which scanning would be a good part of the work.
    """
    if 4 * len(text) > limits.text or len(text) > min(limits.tokens, limits.patterns):
        return False
    if text.count("(") + text.count("[") + text.count("{") > limits.depth:
        return False
    upper = text.upper()
    return not any(word in upper for word in _TELLING) and _PLAIN_BEGINNING.match(text) is not None


def check(text: str, limits: Limits) -> Scan:
    """Scan `text` and refuse what the limits or the service's rules forbid. Raises `QueryRefused`."""
    size = len(text.encode("utf-8", "surrogatepass")) if len(text) * 4 > limits.text else 0
    if size > limits.text:
        raise QueryRefused(
            f"The query has {size} bytes; this service reads up to {limits.text}.", "query-too-long"
        )
    found = scan(text, limits)
    if "\\" in text:
        spelled = scan(unescaped(text), limits)
        found = replace(spelled, keywords=found.keywords | spelled.keywords)
    if found.form in _UPDATES:
        raise QueryRefused(
            f"{found.form} is an update, and this service is read-only: to change the graph, "
            "change its Turtle and build a release.",
            "update-refused",
        )
    if "SERVICE" in found.keywords:
        raise QueryRefused(
            "SERVICE would make this service call another one, so it is refused: ask that endpoint yourself.",
            "service-refused",
        )
    return found


def scan(text: str, limits: Limits) -> Scan:
    """The figures of a query's text. Raises `QueryRefused` as soon as one of them is over its limit."""
    tokens = depth = deepest = patterns = links = 0
    form = ""
    keywords, modifiers = set(), set()
    for match in pieces(text):
        kind = match.lastgroup
        if kind == "blank":
            continue
        tokens += 1
        if kind == "open":
            depth += 1
            links += 1
            deepest = max(deepest, depth)
        elif kind == "close":
            depth -= 1
        elif kind == "join":
            patterns += 1
        elif kind in ("word", "part"):
            word = match[0].upper()
            if not form and word not in ("PREFIX", "BASE", "VERSION"):
                form = word
            if word in _KEYWORDS:
                keywords.add(word)
                patterns += word in _JOINING
            elif word in _MODIFIERS and not depth:
                modifiers.add(word)
        elif kind == "other":
            links += match[0] != ","
        elif kind == "iri" and _HIDDEN.search(match[0]):
            keywords.add("SERVICE")
        if tokens > limits.tokens or deepest > limits.depth or patterns > limits.patterns:
            raise _too_complex(tokens, deepest, limits)
    return Scan(tokens, deepest, patterns, form, frozenset(keywords), frozenset(modifiers), links)


def pieces(text: str) -> Iterator[re.Match[str]]:
    """The tokens of `text`, in order.

    A run of letters, dots and hyphens that no colon ends is no prefixed name, and nor is any part of it. A
    string without an end is taken for what it may be where an IRI was not one: a part of the query.
    """
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "run":
            yield from _PART.finditer(text, *match.span())
        elif match.lastgroup == "cut":
            for inner in _UNQUOTED.finditer(text, match.start() + 1, match.end()):
                if inner.lastgroup == "run":
                    yield from _PART.finditer(text, *inner.span())
                else:
                    yield inner
        else:
            yield match


def undeclared(text: str) -> list[str]:
    """The prefixes that `text` uses and does not declare, in order."""
    declared: set[str] = set()
    used: dict[str, None] = {}
    previous = ""
    for match in pieces(text):
        if match.lastgroup == "blank":
            continue
        if match.lastgroup == "name":
            prefix, _, local = match[0].partition(":")
            if previous == "PREFIX" and not local:
                declared.add(prefix)
            elif prefix != "_":
                used[prefix] = None
        previous = match[0].upper()
    return [prefix for prefix in used if prefix not in declared]


def _too_complex(tokens: int, depth: int, limits: Limits) -> QueryRefused:
    if depth > limits.depth:
        return QueryRefused(f"The query nests brackets more than {limits.depth} deep.")
    if tokens > limits.tokens:
        return QueryRefused(f"The query has more than {limits.tokens} tokens.")
    return QueryRefused(f"The query joins more than {limits.patterns} patterns.")


def unescaped(text: str) -> str:
    """`text` with its codepoint escapes replaced by what they stand for (SPARQL 1.1, 19.2)."""
    return _ESCAPE.sub(_letter, text)


def _letter(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number < 0x110000 else match[0]
