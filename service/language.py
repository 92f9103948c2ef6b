"""Which language and theme a request is answered in: by its address, then its cookies, then its headers."""

from typing import Final

from starlette.requests import Request

from visual.pages import THEMES, Theme
from visual.words import LANGUAGES, Language

DEFAULT: Final[Language] = "vi"


def choose(request: Request) -> Language:
    """`?lang=`, then the cookie `lang`, then Accept-Language (RFC 9110 section 12.5.4), else Vietnamese."""
    for wanted in (request.query_params.get("lang"), request.cookies.get("lang")):
        for language in LANGUAGES:
            if wanted == language:
                return language
    return _accepted(request.headers.get("accept-language", ""))


def theme(request: Request) -> Theme:
    """`?theme=`, then the cookie `theme`, else `auto`: as the reader's system has it."""
    for wanted in (request.query_params.get("theme"), request.cookies.get("theme")):
        for name in THEMES:
            if wanted == name:
                return name
    return "auto"


def _accepted(header: str) -> Language:
    """The language of highest weight in an Accept-Language header; of equals the first."""
    best, weight = DEFAULT, 0.0
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        value = _weight(parameter)
        for language in LANGUAGES:
            if primary == language and value > weight:
                best, weight = language, value
    return best


def _weight(parameter: str) -> float:
    """The weight that `q=0.8` gives; 1 without a parameter, 0 where it is malformed."""
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
