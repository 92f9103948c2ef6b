"""Answers that are pages: HTML framed by language and theme."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

from service import asof, language
from service.context import Context
from visual.pages import Frame

VARY: Final = "Accept, Accept-Language, Cookie"
_YEAR: Final = 365 * 24 * 3600


def frame(request: Request) -> Frame:
    """The frame of the page that `request` asks for."""
    asked = asof.current()
    return Frame(
        language=language.choose(request),
        theme=language.theme(request),
        path=request.url.path,
        query=tuple(request.query_params.multi_items()),
        root=str(request.base_url).rstrip("/"),
        as_of=asked.day if asked else "",
        kept=((asof.PARAMETER, asked.text),) if asked else (),
    )


def page(
    request: Request,
    context: Context,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """The page that `template` makes of `values`.

    A language or theme in the address is kept by cookie, so that the links of the page need not carry it. In
    an older release they carry its digest, and a note at the head says what is read.
    """
    framed = frame(request)
    digest = _digest(context)
    values.setdefault("release", digest)
    older = _older(context, digest) if "release" in request.query_params else None
    if older:
        framed = replace(framed, kept=(*framed.kept, ("release", digest)))
    text = context.templates.render(template, framed, older=older, **values)
    answer = HTMLResponse(text, status)
    answer.headers.update(
        {
            "Content-Language": framed.language,
            "Vary": VARY,
            **(headers or {}),
        }
    )
    for name, value in (("lang", framed.language), ("theme", framed.theme)):
        if request.query_params.get(name) == value:
            answer.set_cookie(name, value, max_age=_YEAR, samesite="lax")
    return answer


def _older(context: Context, digest: str) -> Mapping[str, Mapping[str, Any]] | None:
    """The manifests of the older release that is read and of the one in force; None where they are one."""
    if not digest or context.releases.current().digest == digest:
        return None
    return {"read": context.release.manifest, "in_force": context.releases.current().release.manifest}


def _digest(context: Context) -> str:
    """The digest of the release in force; empty where none is (an error page still has to stand)."""
    try:
        return context.release.digest
    except Exception:
        return ""
