"""Citations of statements, questions and the dataset, each pinned to the release in force."""

from starlette.requests import Request
from starlette.responses import Response

from service import asof
from service.context import Context
from service.pages.response import VARY
from visual.citation import FORMS, Citation, Kind
from visual.reader import Reader
from visual.words import Language, word


def cited(
    request: Request,
    context: Context,
    path: str,
    title: str,
    spoken: Language,
    *,
    kind: Kind = "entry",
    note: str = "",
) -> Citation:
    """The citation of what stands at `path`; `note` says what it rests on."""
    release, asked = context.release, asof.current()
    dated = f"&{asof.PARAMETER}={asked.day}" if asked else ""
    return Citation(
        key="vndx" + path.removeprefix("/doc").replace("/", "-"),
        kind=kind,
        title=title,
        container=word("site.subtitle", spoken),
        date=str(release.manifest.get("date") or ""),
        digest=release.digest,
        address=f"{str(request.base_url).rstrip('/')}{path}?release={release.digest}{dated}",
        language=spoken,
        note=" ".join(filter(None, (note, word("cite.licence", spoken, digest=release.digest)))),
    )


def resting(reader: Reader) -> str:
    """Where a thing stands in the sources: each passage by source, paragraph, characters and digest."""
    of = reader.of
    own = [of.focus] if of.is_a(of.focus, "Evidence") else of.things(of.focus, "evidence")
    places = []
    for iri in sorted(own, key=reader.place):
        title, digest = reader.cite(iri).title, of.value(iri, "sha256")
        places.append(f"{title} · SHA-256 {digest}" if digest else title)
    said = f"{of.focus}."
    return f"{said} {reader.say('cite.rests', places='; '.join(places))}" if places else said


def answer(citation: Citation, extension: str) -> Response:
    """The citation in the form of that extension, as a file."""
    _, media_type, write = FORMS[extension]
    name = f"{citation.key}.{extension}"
    headers = {
        "Content-Type": media_type,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Language": citation.language,
        "Vary": VARY,
    }
    return Response(write(citation).encode("utf-8"), headers=headers)
