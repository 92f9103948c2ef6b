"""The FROM clauses of a query's text (SPARQL 1.1, 13.2), for endpoints that overlook them."""

from typing import Final
from urllib.parse import urljoin

from service.evaluators.port import QueryRefused
from service.limits import pieces, unescaped

_ESCAPED: Final = "\\"


def dataset(text: str, base: str) -> tuple[list[str], list[str]]:
    """The IRIs of FROM and those of FROM NAMED, in order. Relative ones are resolved against `base`.

    Raises `QueryRefused` for a prefixed name that cannot be resolved here.
    """
    default: list[str] = []
    named: list[str] = []
    prefixes: dict[str, str] = {}
    before, last = "", ""
    for match in pieces(unescaped(text)):
        kind, piece = match.lastgroup, match[0]
        if kind == "blank":
            continue
        if kind == "iri":
            # urljoin drops an empty fragment, which a prefix may well end with.
            iri = urljoin(base, piece[1:-1]) + "#" * piece.endswith("#>")
            if last == "BASE":
                base = iri
            elif before == "PREFIX":
                prefixes[last] = iri
        if kind in ("iri", "name") and (last == "FROM" or (before, last) == ("FROM", "NAMED")):
            graph = iri if kind == "iri" else _expanded(piece, prefixes)
            (default if last == "FROM" else named).append(graph)
        before, last = last, piece if kind == "name" else piece.upper()
    return default, named


def _expanded(name: str, prefixes: dict[str, str]) -> str:
    prefix, _, local = name.partition(":")
    if prefix + ":" not in prefixes or _ESCAPED in local:
        raise QueryRefused(
            f"The endpoint behind this service does not read FROM {name}: write the IRI in full.",
            "bad-request",
        )
    return prefixes[prefix + ":"] + local
