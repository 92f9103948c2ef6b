"""Things: `/id/{kind}/{slug}` leads to `/doc/{kind}/{slug}`, a page, or the same as data by its extension."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ontology.iri import IriError, mint
from ontology.namespaces import KINDS
from service import language
from service.context import Context
from service.evaluators.cache import ResultCache
from service.formats import CSV, GRAPHS, HTML, N_QUADS, TRIG, Format
from service.negotiation import choose, negotiate, parse_accept
from service.pages import citing, record
from service.pages.describing import describe
from service.pages.finding import alternatives
from service.pages.passages import Shown, show
from service.pages.response import page
from service.pages.structured import structured
from service.problems import problem
from visual.addresses import local
from visual.article import Link
from visual.citation import FORMS as CITATIONS
from visual.kinds import write
from visual.reader import Reader

FORMS: Final[tuple[Format, ...]] = (*GRAPHS, CSV)
"""What a thing is given in beside HTML, by extension."""
_BY_EXTENSION: Final = {form.extension: form for form in FORMS}
_WITH_GRAPHS: Final = (TRIG, N_QUADS)
_PASSAGE_LIMIT: Final = 24
_KEPT: Final = 256
"""So many articles are kept, ready to be set in a page."""
_COST: Final = 1

_Written = Mapping[str, Any]


def router(context: Context) -> APIRouter:
    """Routes of things and of the pages about them."""
    routes = APIRouter()
    kept: ResultCache[_Written] = ResultCache(_KEPT * _COST)

    async def thing(request: Request) -> Response:
        kind, slug = request.path_params["kind"], request.path_params["slug"]
        _iri(kind, slug)
        offered = (HTML, *FORMS)
        accept, override = request.headers.get("accept"), request.query_params.get("format")
        chosen = negotiate(accept, override, offered)
        if chosen is None:
            raise _unacceptable(offered)
        if chosen in _WITH_GRAPHS and not override:
            chosen = _without_graphs(accept or "") or chosen
        extension = "" if chosen is HTML else f".{chosen.extension}"
        older = request.query_params.get("release")
        query = "?" + urlencode({"release": older}) if older else ""
        return RedirectResponse(f"/doc/{kind}/{slug}{extension}{query}", 303, {"Vary": "Accept"})

    async def document(request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        slug, _, extension = name.partition(".")
        iri = _iri(kind, slug)
        if extension in CITATIONS:
            return await _citation(request, context, iri, extension)
        if not extension:
            return await _page(request, context, iri, kept)
        if extension not in _BY_EXTENSION:
            raise problem(
                "not-found",
                f"{iri} is given as {', '.join((*_BY_EXTENSION, *CITATIONS))}, not as {extension}",
            )
        return await _data(request, context, iri, _BY_EXTENSION[extension])

    routes.add_route("/id/{kind}/{slug}", thing, methods=["GET", "HEAD"], include_in_schema=False)
    routes.add_route("/doc/{kind}/{name}", document, methods=["GET", "HEAD"], include_in_schema=False)
    return routes


async def _page(request: Request, context: Context, iri: str, kept: ResultCache[_Written]) -> Response:
    spoken = language.choose(request)
    key = (context.graph.digest, iri, spoken, str(request.base_url))
    # Passages depend on the reader's copies, and an endpoint's data may change: neither is kept.
    keep = bool(context.graph.digest) and context.settings.sources is None
    values = kept.get(key) if keep else None
    if values is None:
        of = await describe(context.graph, iri)
        if not any(of.outgoing()) and not any(of.incoming()):
            raise _unknown(request, context, iri)
        values = _written(request, context, Reader(of, spoken))
        if keep:
            kept.put(key, values, _COST)
    return page(request, context, "resource.html", iri=iri, formats=FORMS, query=_query(iri), **values)


def _written(request: Request, context: Context, reader: Reader) -> _Written:
    """What the template of a resource page is given besides its frame."""
    of = reader.of
    article = write(of, reader.language)
    address = str(request.base_url).rstrip("/") + local(of.focus)
    return {
        "article": article,
        "passages": _passages(context, reader),
        "sources": [reader.link(source) for source in of.sources() if source != of.focus],
        "structured": structured(of, article, address, reader.language),
    }


def _passages(context: Context, reader: Reader) -> list[tuple[Shown, list[Link]]]:
    """The passages in place: of the evidence itself, or those that a statement rests on.

    Nothing where the service was given no copies: pages need not say so each time.
    """
    of, folder = reader.of, context.settings.sources
    if folder is None:
        return []
    own = [of.focus] if of.is_a(of.focus, "Evidence") else of.things(of.focus, "evidence")
    places = [iri for iri in sorted(own, key=reader.place) if of.thing(iri, "source")]
    found = show(of, places[:_PASSAGE_LIMIT], folder)
    return [(shown, [reader.cite(iri) for iri in shown.evidence]) for shown in found]


async def _citation(request: Request, context: Context, iri: str, extension: str) -> Response:
    spoken = language.choose(request)
    of = await describe(context.graph, iri)
    if not any(of.outgoing()) and not any(of.incoming()):
        raise _unknown(request, context, iri)
    reader = Reader(of, spoken)
    title = of.label(iri, spoken)
    return citing.answer(
        citing.cited(request, context, local(iri), title, spoken, note=citing.resting(reader)), extension
    )


async def _data(request: Request, context: Context, iri: str, form: Format) -> Response:
    quads, cut = await record.fetch(context.graph, iri)
    if not quads:
        raise _unknown(request, context, iri)
    links = [
        f'<{local(iri)}>; rel="canonical"; type="text/html"',
        f'<{record.LICENCE.value}>; rel="license"',
    ]
    if cut:
        links.append('</dataset>; rel="collection"; title="Only a part is given here; the files hold all"')
    # A hub takes a while to write, and must not hold up others.
    body = await asyncio.to_thread(partial(record.write, quads, iri, form, cut=cut))
    return Response(body, headers={"Content-Type": form.content_type, "Link": ", ".join(links)})


def _without_graphs(accept: str) -> Format | None:
    """The best of the formats without graphs that `accept` names, or None where it names none.

    Crawlers and query engines like N-Quads best for being quick to read, but look for what a document says in
    its default graph, where ours has only the note.
    """
    named = {f"{entry.type}/{entry.subtype}" for entry in parse_accept(accept)}
    plain = tuple(form for form in GRAPHS if form not in _WITH_GRAPHS and form.media_type in named)
    return choose(accept, plain)


def _query(iri: str) -> str:
    return (
        "SELECT ?property ?value ?from WHERE {\n"
        f"  {{ <{iri}> ?property ?value }}\n"
        "  UNION\n"
        f"  {{ ?from ?property <{iri}> }}\n"
        "}"
    )


def _iri(kind: str, slug: str) -> str:
    try:
        return mint(kind, slug)
    except IriError as error:
        raise problem("not-found", f"{error}. Kinds: {', '.join(KINDS)}") from error


def _unknown(request: Request, context: Context, iri: str) -> Exception:
    found = alternatives(context.release, iri, language.choose(request))
    listed = [
        {"id": match.id, "label": match.label, "label_en": match.label_en, "kind": match.kind}
        for match in found
    ]
    return problem("not-found", f"Nothing is known of {iri}", iri=iri, alternatives=listed)


def _unacceptable(offered: tuple[Format, ...]) -> Exception:
    return problem(
        "not-acceptable",
        "Offered: " + ", ".join(form.media_type for form in offered),
        offered=[form.media_type for form in offered],
    )
