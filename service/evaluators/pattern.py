"""Queries of one triple pattern, read without a parser.

A closed grammar over a part of SPARQL 1.1's (section 19.8), so small that one regular expression holds it:
`SELECT ?x { <s> <p> ?x } LIMIT 5`, `ASK { <s> <p> <o> }` and `DESCRIBE <s>`, after PREFIX. Whatever else a
text says, also where it means the same, is left to the engine. The expression never tries an alternative
twice over the same stretch, so it takes time in proportion to the text.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from pyoxigraph import NamedNode

from service.evaluators.port import Form

LONGEST: Final = 4096
"""Characters of the texts that are read here."""

_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_GAP: Final = r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+"
_SPACE: Final = r"[ \t\r\n]++" + _GAP
_IRI: Final = r'<[A-Za-z][A-Za-z0-9+.\-]*+:[^\x00-\x20<>"{}|^`\\]*+>'
_PREFIX: Final = r"(?:[A-Za-z][A-Za-z0-9_\-]*+)?+:"
# A name may go on with more than is read here (a dot, a letter of another script): then it is not read.
_END: Final = r"(?=[ \t\r\n}\#]|\.[ \t\r\n}\#]|\Z)"
_NAME: Final = _PREFIX + r"[A-Za-z0-9_][A-Za-z0-9_\-]*+" + _END
_VARIABLE: Final = r"[?$][A-Za-z_][A-Za-z0-9_]*+" + _END
_RESOURCE: Final = rf"(?:{_IRI}|{_NAME})"
_DECLARATION: Final = rf"(?i:PREFIX){_SPACE}({_PREFIX}){_GAP}({_IRI}){_GAP}"
_TRIPLE: Final = (
    rf"\{{{_GAP}(?P<subject>{_RESOURCE}|{_VARIABLE}){_GAP}"
    rf"(?P<predicate>{_RESOURCE}|{_VARIABLE}|a(?=[ \t\r\n])){_GAP}"
    rf"(?P<object>{_RESOURCE}|{_VARIABLE}){_GAP}(?:\.{_GAP})?+\}}{_GAP}"
)
_DECLARATIONS: Final = re.compile(_DECLARATION)
_QUERY: Final = re.compile(
    rf"{_GAP}(?P<prologue>(?:{_DECLARATION})*+)(?:"
    rf"(?:(?i:SELECT){_SPACE}(?P<projection>(?:{_VARIABLE}{_SPACE})++|\*{_GAP})|(?P<ask>(?i:ASK)){_GAP})"
    rf"(?:(?i:WHERE){_GAP})?+{_TRIPLE}(?:(?i:LIMIT){_SPACE}(?P<limit>[0-9]{{1,9}}+){_GAP})?+"
    rf"|(?i:DESCRIBE){_SPACE}(?P<described>{_RESOURCE}){_GAP})\Z"
)
_NAMES: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+")
_LAST_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_\-]*\Z")

Term = NamedNode | None
"""A resource, or None for a variable."""


class Pattern(NamedTuple):
    """What a text asks: triples of that subject, predicate and object.

    Of solutions, `columns` are the variables in the order of the answer, each with the place (0, 1, 2) in the
    triple that it stands for, and there are at most `limit` of them, if that is not None.
    """

    form: Form
    subject: Term
    predicate: Term
    object: Term
    columns: tuple[tuple[str, int], ...] = ()
    limit: int | None = None


class Parted(NamedTuple):
    """A text, taken apart around the last name of the resource that it asks about.

    With any other name of `[A-Za-z0-9_][A-Za-z0-9_-]*` in its place, what stands `before` and `after` is read
    as in this one, as long as the whole is not longer than `LONGEST`: no token of the grammar begins or ends
    within such a name.
    """

    before: str
    name: str
    after: str
    pattern: Pattern
    iri: str
    """What stands before the name in the IRI of the resource."""

    def pattern_of(self, name: str) -> Pattern:
        """The pattern of the text that has `name` instead. Raises ValueError where there is no such IRI."""
        resource = NamedNode(self.iri + name)
        form, subject, predicate, object, columns, limit = self.pattern
        if subject is None:
            return Pattern(form, None, predicate, resource, columns, limit)
        return Pattern(form, resource, predicate, object, columns, limit)


def read(text: str) -> Pattern | None:
    """The pattern that `text` asks for; None for any other text, wrong ones among them.

    Either the subject or the object of a pattern is a resource, so it never asks for the whole graph.
    """
    found = _matched(text)
    return None if found is None else _pattern(found)


def part(text: str) -> Parted | None:
    """`text` around the name that it asks about; None where it has no pattern, or no such name."""
    found = _matched(text)
    pattern = None if found is None else _pattern(found)
    if found is None or pattern is None:
        return None
    group = "described" if found["described"] else "object" if pattern.subject is None else "subject"
    resource = pattern.subject or pattern.object
    start, end = found.span(group)
    end -= text[end - 1] == ">"
    named = _LAST_NAME.search(text[start:end])
    if named is None or resource is None:
        return None
    name = named[0]
    iri = resource.value.removesuffix(name)
    if "%" in iri[-2:]:
        return None  # the name goes on with an escape, another might not, or begin one
    return Parted(text[: end - len(name)], name, text[end:], pattern, iri)


def _matched(text: str) -> re.Match[str] | None:
    # Escapes are undone before anything else is read (19.2): a comment might end where it does not seem to.
    return None if len(text) > LONGEST or "\\" in text else _QUERY.match(text)


def _pattern(found: re.Match[str]) -> Pattern | None:
    prefixes = _prefixes(found["prologue"])
    try:
        if found["described"]:
            return Pattern("graph", _resource(found["described"], prefixes), None, None)
        terms: list[Term] = []
        variables: dict[str, int] = {}
        for place, term in enumerate(found.group("subject", "predicate", "object")):
            if term[0] not in "?$":
                terms.append(_resource(term, prefixes))
            elif term[1:] in variables:
                return None  # it stands in two places
            else:
                terms.append(None)
                variables[term[1:]] = place
    except (KeyError, ValueError):  # a prefix that is not declared, or not an IRI: the engine says where
        return None
    subject, predicate, object = terms
    if subject is None and object is None:
        return None
    if found["ask"]:
        return None if found["limit"] else Pattern("boolean", subject, predicate, object)
    columns = _columns(found["projection"], variables)
    limit = int(found["limit"]) if found["limit"] else None
    return Pattern("solutions", subject, predicate, object, columns, limit) if columns else None


def _columns(projection: str, variables: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """The variables that are asked for, with their places; none where that is not one of the pattern's.

    `*` gives them in the order of their names, as the engine does.
    """
    if projection[0] == "*":
        return tuple(sorted(variables.items()))
    names = re.sub(r"\#[^\r\n]*", "", projection) if "#" in projection else projection
    asked = _NAMES.findall(names)
    if len(set(asked)) != len(asked) or not variables.keys() >= set(asked):
        return ()
    return tuple((name, variables[name]) for name in asked)


@lru_cache(maxsize=128)
def _prefixes(prologue: str) -> Mapping[str, str]:
    """Prefixes with their colon, and what they stand for; of two declarations the later counts (4.1.1)."""
    return {prefix: iri[1:-1] for prefix, iri in _DECLARATIONS.findall(prologue)}


def _resource(written: str, prefixes: Mapping[str, str]) -> NamedNode:
    """The resource that is written so. Raises KeyError for an unknown prefix, ValueError for no plain IRI."""
    if written == "a":
        return NamedNode(_TYPE)
    if written[0] == "<":
        iri = written[1:-1]
    else:
        prefix, colon, local = written.partition(":")
        iri = prefixes[prefix + colon] + local
    if "/." in iri:
        raise ValueError("resolving it against the base might change it (RFC 3986, section 5.2.4)")
    return NamedNode(iri)
