"""The page of a thing: written by its kind, whole or section by section, as of a day where one is asked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from service import asof, language
from service.context import Context
from service.evaluators.cache import ResultCache
from service.formats import CSV, GRAPHS
from service.pages import record
from service.pages.describing import describe, is_hub, mentioned, named, names, size
from service.pages.passages import Shown, show
from service.pages.response import page
from service.pages.standing import notices
from service.pages.structured import structured
from service.problems import problem
from visual import paging
from visual.addresses import local
from visual.article import Article, Link, Section
from visual.description import Description
from visual.kinds import write
from visual.kinds.everything import everything
from visual.reader import Reader
from visual.words import Language

FORMS: Final = (*GRAPHS, CSV)
"""What a thing is given in beside HTML, by extension."""
_PASSAGE_LIMIT: Final = 24
_KEPT: Final = 256
"""So many articles are kept, ready to be set in a page."""
_COST: Final = 1

Written = Mapping[str, Any]


class Pages:
    """The pages of things. What was written of one stays for the next who asks."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._kept: ResultCache[Written] = ResultCache(_KEPT * _COST)

    async def of(self, request: Request, iri: str) -> Response | None:
        """The page of `iri`, or the section of it that is asked for; None where nothing is known of it."""
        context, spoken = self._context, language.choose(request)
        statements = await size(context.graph, iri)
        if not statements:
            return None
        number, slug = read_page(request), request.query_params.get("section", "")
        hub = is_hub(statements)
        values = await self._values(request, iri, spoken, hub)
        article: Article = values["article"]
        turned: Section | None = None
        pages = 1
        if slug == "everything" and hub:
            turned, pages = await self._statements(iri, number, spoken)
        elif slug:
            section = next((one for one in article.sections if one.slug == slug), None)
            if section is not None:
                turned, pages = paging.turned(section, number), paging.pages(section)
        if number > pages or (slug and turned is None):
            raise problem("not-found", f"{iri} has no such section or page here.")
        sections = (turned,) if turned else paging.begun(article).sections
        shown = {**values, "article": replace(article, sections=sections)}
        return page(
            request,
            context,
            "resource.html",
            iri=iri,
            formats=FORMS,
            query=_query(iri),
            hub=statements if hub else 0,
            turned=(slug, number, pages) if turned else None,
            **shown,
        )

    async def _values(self, request: Request, iri: str, spoken: Language, hub: bool) -> Written:
        context = self._context
        graph = context.graph
        key = (graph.key, iri, spoken, str(request.base_url))
        # Passages depend on the reader's copies, and an endpoint's data may change: neither is kept.
        keep = bool(graph.key) and context.settings.sources is None
        values = self._kept.get(key) if keep else None
        if values is None:
            of = await describe(graph, iri, hub=hub)
            told = []
            if isinstance(graph, asof.Attested):
                told = await notices(graph, iri, bool(of.sources()), spoken)
                if iri not in of:
                    of = await named(graph.whole, [iri], focus=iri)
            values = {**_written(request, context, Reader(of, spoken)), "notices": told}
            if keep:
                self._kept.put(key, values, _COST)
        return values

    async def _statements(self, iri: str, number: int, spoken: Language) -> tuple[Section, int]:
        """A page of all statements of a hub, and how many such pages there are."""
        graph = self._context.graph
        try:
            part = await record.fetch(graph, iri, number, most=paging.PAGE)
        except LookupError as error:
            raise problem("not-found", str(error)) from error
        triples = [quad.triple for quad in part.quads]
        of = Description(iri, [*triples, *await names(graph, mentioned(triples))])
        section = everything(Reader(of, spoken), paging.PAGE)
        first = (number - 1) * paging.PAGE
        shown = (first + 1, min(first + paging.PAGE, part.size), part.size)
        return replace(section, tally=part.size, shown=shown), part.pages


def read_page(request: Request) -> int:
    """The number of the page asked for, from 1; a problem for what is no number."""
    value = request.query_params.get("page", "").strip() or "1"
    if not (value.isascii() and value.isdecimal()) or len(value) > 9 or int(value) < 1:
        raise problem("bad-request", f"page is a number from 1, not {value[:20]!r}")
    return int(value)


def _written(request: Request, context: Context, reader: Reader) -> Written:
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


def _query(iri: str) -> str:
    return (
        "SELECT ?property ?value ?from WHERE {\n"
        f"  {{ <{iri}> ?property ?value }}\n"
        "  UNION\n"
        f"  {{ ?from ?property <{iri}> }}\n"
        "}"
    )
