"""What the engine's parser complains of, as the person who wrote the query can use it.

The parser tells what it would have taken at the furthest place where it tried anything, its own tokens and
classes of characters among it. What says something to a person is picked out of that.
"""

import re
from typing import Final

from ontology.namespaces import PREFIXES
from service.evaluators.port import QuerySyntaxError
from service.limits import undeclared

_PLACE: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_PART: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\[_\]|\[(?:[^\]\']|\'[^\']*\')*\]|[^,\s](?:[^,]|,(?! ))*')
_KEYWORD: Final = re.compile(r"[A-Za-z]+")
_MOST: Final = 8
"""Tokens that are told; of more, none helps."""
_BACKSLASH: Final = r'"\\"'
"""What only a text may hold, as the parser writes it."""
_HINTS: Final = {
    "CONSTRUCT": "a query is SELECT, ASK, CONSTRUCT or DESCRIBE, after its PREFIX lines",
    "DISTINCT": "in SELECT a value needs brackets and a name: (COUNT(*) AS ?n)",
}
"""What is meant where nothing but a keyword is expected that hardly anyone wanted to write."""


def complaint(error: SyntaxError, text: str) -> QuerySyntaxError:
    """The parser's complaint with line and column, and prefixes that are missing."""
    message = str(error.args[0]) if error.args else str(error)
    place = _PLACE.match(message)
    if not place:
        return QuerySyntaxError(message)
    line, column = int(place[1]), int(place[2])
    lines = text.split("\n")
    near = lines[line - 1][max(0, column - 25) : column + 15].strip() if line <= len(lines) else ""
    told = f"Line {line}, column {column}, near {near!r}: {_reason(place[3].strip())}."
    return QuerySyntaxError(" ".join([*_missing_prefixes(text), told]), line, column)


def _reason(said: str) -> str:
    """What the parser said, as far as it means something."""
    if not said.startswith("expected "):
        return said
    parts = _PART.findall(said.removeprefix("expected ").removeprefix("one of "))
    reasons = [part for part in parts if part[0] not in '"[' and not _KEYWORD.fullmatch(part)]
    if reasons:
        return "; ".join(reasons)
    if len(parts) == 1 and parts[0] in _HINTS:
        return _HINTS[parts[0]]
    if _BACKSLASH in parts:
        return "a text does not end"
    # Classes of characters are what a name might go on with. Where any character was tried at the same place,
    # keywords were tried by their length and tell nothing.
    anything = "[_]" in parts
    tokens = [part for part in parts if part[0] == '"' or (part[0] != "[" and not anything)]
    if not 0 < len(tokens) <= _MOST:
        return "something is missing or out of place here"
    return f"expected {'one of ' if len(tokens) > 1 else ''}{', '.join(tokens)}"


def _missing_prefixes(text: str) -> list[str]:
    """A sentence for each prefix that is used and not declared, which the parser complains of elsewhere."""
    sentences = []
    for prefix in undeclared(text):
        known = f": add PREFIX {prefix}: <{PREFIXES[prefix]}>" if prefix in PREFIXES else ""
        sentences.append(f"The prefix {prefix}: is not declared{known}.")
    return sentences[:5]
