"""What the engine's parser complains of, as the person who wrote the query can use it."""

import re
from typing import Final

from ontology.namespaces import PREFIXES
from service.evaluators.port import QuerySyntaxError
from service.limits import undeclared

_PLACE: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def complaint(error: SyntaxError, text: str) -> QuerySyntaxError:
    """The parser's complaint with line and column; the alternatives it lists are cut to what can be read."""
    message = str(error.args[0]) if error.args else str(error)
    place = _PLACE.match(message)
    if not place:
        return QuerySyntaxError(message)
    line, column, expected = int(place[1]), int(place[2]), place[3].strip()
    lines = text.split("\n")
    near = lines[line - 1][max(0, column - 25) : column + 15].strip() if line <= len(lines) else ""
    if len(expected) > 200:
        expected = expected[:200].rsplit(",", 1)[0] + ", ..."
    message = f"Line {line}, column {column}, near {near!r}: {expected}."
    return QuerySyntaxError(" ".join([*_missing_prefixes(text), message]), line, column)


def _missing_prefixes(text: str) -> list[str]:
    """A sentence for each prefix that is used and not declared, which the parser complains of elsewhere."""
    sentences = []
    for prefix in undeclared(text):
        known = f": add PREFIX {prefix}: <{PREFIXES[prefix]}>" if prefix in PREFIXES else ""
        sentences.append(f"The prefix {prefix}: is not declared{known}.")
    return sentences[:5]
