"""Things: `/id/{kind}/{slug}` leads to `/doc/{kind}/{slug}`, a page, or the same as data by its extension."""

import asyncio
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ontology.iri import IriError, mint
from ontology.namespaces import KINDS, LICENCE, THING
from service import language
from service.asof import PARAMETER
from service.context import Context
from service.formats import GRAPHS, HTML, N_QUADS, TRIG, Format
from service.negotiation import choose, negotiate, parse_accept
from service.pages import citing, record, suggesting
from service.pages.describing import describe
from service.pages.finding import attested
from service.pages.gone import Gone, Retired
from service.pages.resource import FORMS, Pages, read_page
from service.problems import problem
from visual.addresses import local
from visual.citation import FORMS as CITATIONS
from visual.reader import Reader

_BY_EXTENSION: Final = {form.extension: form for form in FORMS}
_WITH_GRAPHS: Final = (TRIG, N_QUADS)


def router(context: Context) -> APIRouter:
    """Routes of things and of the pages about them."""
    routes = APIRouter()
    pages = Pages(context)
    gone = Gone(context)

    async def thing(request: Request) -> Response:
        kind, slug = request.path_params["kind"], request.path_params["slug"]
        await _iri(request, context, kind, slug)
        offered = (HTML, *FORMS)
        accept, override = request.headers.get("accept"), request.query_params.get("format")
        chosen = negotiate(accept, override, offered)
        if chosen is None:
            raise _unacceptable(offered)
        if chosen in _WITH_GRAPHS and not override:
            chosen = _without_graphs(accept or "") or chosen
        extension = "" if chosen is HTML else f".{chosen.extension}"
        given = {name: request.query_params.get(name) for name in ("release", PARAMETER, "page", "lang")}
        kept = {name: value for name, value in given.items() if value}
        query = "?" + urlencode(kept) if kept else ""
        return RedirectResponse(f"/doc/{kind}/{slug}{extension}{query}", 303, {"Vary": "Accept"})

    async def document(request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        slug, _, extension = name.partition(".")
        iri = await _iri(request, context, kind, slug)
        try:
            if entry := await gone.retired(iri):
                return await _retired(request, context, iri, extension, gone, entry)
            return await described(request, iri, extension)
        except _Unknown as error:
            raise gone.told(iri) or await _unknown(request, context, iri) from error

    async def described(request: Request, iri: str, extension: str) -> Response:
        if extension in CITATIONS:
            return await _citation(request, context, iri, extension)
        if not extension:
            shown = await pages.of(request, iri)
            if shown is None:
                raise _Unknown
            return shown
        if extension not in _BY_EXTENSION:
            given = ", ".join((*_BY_EXTENSION, *CITATIONS))
            kind, _, slug = iri.removeprefix(THING).partition("/")
            raise problem(
                "not-found",
                f"{iri} is given as {given}, not as {extension}",
                alternatives=await _alternatives(request, context, kind, slug),
            )
        return await _data(request, context, iri, _BY_EXTENSION[extension])

    routes.add_route("/id/{kind}/{slug}", thing, methods=["GET", "HEAD"], include_in_schema=False)
    routes.add_route("/doc/{kind}/{name}", document, methods=["GET", "HEAD"], include_in_schema=False)
    return routes


class _Unknown(LookupError):  # noqa: N818 - named for what happened
    """Nothing is known of the thing."""


async def _retired(
    request: Request, context: Context, iri: str, extension: str, gone: Gone, entry: Retired
) -> Response:
    """A retired address: a page leads on where one thing took its place, data says so in its triples.

    Raises 410 where nothing, or more than one thing, did.
    """
    one = len(entry.successors) == 1
    if extension in _BY_EXTENSION:
        answer = await _data(request, context, iri, _BY_EXTENSION[extension])
        answer.status_code = 200 if entry.successors else 410
        links = [
            answer.headers["Link"],
            *(f'<{local(to)}>; rel="successor-version"' for to in entry.successors),
        ]
        answer.headers["Link"] = ", ".join(links)
        return answer
    if one and (not extension or extension in CITATIONS):
        return gone.moved(request, entry, f".{extension}" if extension else "")
    raise gone.told(iri, entry) or _Unknown


async def _citation(request: Request, context: Context, iri: str, extension: str) -> Response:
    spoken = language.choose(request)
    of = await describe(context.graph, iri)
    if not any(of.outgoing()) and not any(of.incoming()):
        raise _Unknown
    reader = Reader(of, spoken)
    title = of.label(iri, spoken)
    return citing.answer(
        citing.cited(request, context, local(iri), title, spoken, note=citing.resting(reader)), extension
    )


async def _data(request: Request, context: Context, iri: str, form: Format) -> Response:
    try:
        part = await record.fetch(context.graph, iri, read_page(request))
    except LookupError as error:
        raise problem("not-found", str(error)) from error
    if not part.size:
        raise _Unknown
    here = f"{local(iri)}.{form.extension}"
    links = [
        f'<{local(iri)}{part.query(1)}>; rel="canonical"; type="text/html"',
        f'<{LICENCE}>; rel="license"',
        *(f'<{here}{part.query(number)}>; rel="{name}"' for name, number in part.others().items()),
    ]
    # A long page takes a while to write, and must not hold up others.
    body = await asyncio.to_thread(record.write, part, form)
    return Response(body, headers={"Content-Type": form.content_type, "Link": ", ".join(links)})


def _without_graphs(accept: str) -> Format | None:
    """The best of the formats without graphs that `accept` names, or None where it names none.

    Crawlers and query engines like N-Quads best for being quick to read, but look for what a document says in
    its default graph, where ours has only the note.
    """
    named = {f"{entry.type}/{entry.subtype}" for entry in parse_accept(accept)}
    plain = tuple(form for form in GRAPHS if form not in _WITH_GRAPHS and form.media_type in named)
    return choose(accept, plain)


async def _iri(request: Request, context: Context, kind: str, slug: str) -> str:
    try:
        return mint(kind, slug)
    except IriError as error:
        raise problem(
            "not-found",
            f"{error}. Kinds: {', '.join(KINDS)}",
            alternatives=await _alternatives(request, context, kind, slug),
        ) from error


async def _unknown(request: Request, context: Context, iri: str) -> Exception:
    kind, _, slug = iri.removeprefix(THING).partition("/")
    listed = await _alternatives(request, context, kind, slug)
    return problem("not-found", f"Nothing is known of {iri}", iri=iri, alternatives=listed)


async def _alternatives(request: Request, context: Context, kind: str, slug: str) -> list[dict[str, str]]:
    """What may have been meant, as the problem tells it."""
    spoken = language.choose(request)
    found = await asyncio.to_thread(suggesting.things, context.release, kind, slug, spoken)
    return suggesting.told(await attested(context.graph, found))


def _unacceptable(offered: tuple[Format, ...]) -> Exception:
    return problem(
        "not-acceptable",
        "Offered: " + ", ".join(form.media_type for form in offered),
        offered=[form.media_type for form in offered],
    )
