"""Links of a page that is read in an older release, or as of a day: they lead on in the same."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final
from urllib.parse import quote

_DATED: Final = ("/id/", "/doc/", "/search", "/explore", "/api/", "/views")
CARRIED: Final[Mapping[str, tuple[str, ...]]] = {
    "asOf": _DATED,
    "release": (
        *_DATED,
        "/q",
        "/sparql",
        "/dataset",
        "/dumps/",
        "/graph/",
        "/rdf-graph-store",
        "/ontology",
        "/.well-known/void",
    ),
}
"""By parameter, how the addresses begin that are answered by it; `/q` stands for `/questions` too."""
_FIRST_PAGE: Final = "/"
"""The address of the first page, which is read in a release; every other begins so, too."""

_TAG: Final = re.compile(r"<(?:a|link|button|img|source)\b[^>]*>")
_ADDRESS: Final = re.compile(r'(\s(?:href|src|srcset|data-query|data-svg)=")(/[^"]*)"')
_FORM: Final = re.compile(r"<form\b[^>]*>")
_ACTION: Final = re.compile(r'\saction="(/[^"]*)"')
_LEAVES: Final = "data-leaves"
"""The attribute of a link that leads out of the release, or of the day, on purpose."""


def counts(parameter: str, path: str) -> bool:
    """Whether the address `path` is answered by `asOf` or `release`."""
    return path.startswith(CARRIED[parameter]) or (parameter == "release" and path == _FIRST_PAGE)


def carry(page: str, kept: Sequence[tuple[str, str]]) -> str:
    """The HTML of `page` with the parameters `kept` in each link and form that leads to where they count.

    A link that has such a parameter already stays as it is. The page is what our templates write: attributes
    in double quotes, with `<` and `>` as references.
    """
    if not kept:
        return page

    def form(match: re.Match[str]) -> str:
        action = _ACTION.search(match[0])
        if action is None or _LEAVES in match[0]:
            return match[0]
        path = action[1].partition("#")[0].partition("?")[0]
        return match[0] + "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in kept
            if counts(name, path)
        )

    def tag(match: re.Match[str]) -> str:
        return match[0] if _LEAVES in match[0] else _ADDRESS.sub(address, match[0])

    def address(match: re.Match[str]) -> str:
        whole, hash_, part = match[2].partition("#")
        path, _, query = whole.partition("?")
        asked = [query] if query else []
        asked += [
            f"{name}={quote(value)}"
            for name, value in kept
            if counts(name, path) and not re.search(rf"(?:^|[&;]){name}=", query)
        ]
        return f'{match[1]}{path}{"?" * bool(asked)}{"&amp;".join(asked)}{hash_}{part}"'

    return _FORM.sub(form, _TAG.sub(tag, page))
