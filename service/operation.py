"""What a query operation is answered with: formats, tag and fields, whoever answers it.

That is the endpoint's route (`routes/sparql.py`), or whoever reads a request that can be answered at once.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from service import protocol
from service.delivery.fields import LIMITS_HEADER, encoded
from service.delivery.ready import Asking, Found, Standing, usual
from service.evaluators.port import QueryRequest, Small
from service.formats import FORMATS, GRAPHS, HTML, JSON_LD, RESULTS, Format, by_name
from service.negotiation import negotiate, prefers_html
from service.problems import Problem
from service.settings import Settings

BY_NAME: Final = {format.name: format for format in FORMATS}
_TAGGED: Final = "no-cache"
_MAY_NAME_A_RELEASE: Final = re.compile(rb"(?:^|&)(?:release|[^=&%]*%)")
"""A parameter that begins so, or whose name has escapes, as any may have (RFC 3986, section 2.4)."""
_NO_DATASET: Final = repr((None, None))


class Plain(NamedTuple):
    """A query of the release in force, without a dataset: its text, the names of the formats asked for."""

    text: str
    results_format: str | None
    graph_format: str | None


class Lookup:
    """What answers a lookup, before there is a task or a request of the framework's.

    It says the same as the endpoint, or leaves the request to it: whatever is wrong, and all that takes time.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._head = lru_cache(maxsize=32)(self._written)

    def __call__(self, asking: Asking, standing: Standing) -> Found | None:
        """The answer, where it is a lookup's."""
        plain = self.plain(asking)
        answer = None if plain is None else standing.at_once(*plain)
        return None if plain is None or answer is None else self.found(plain.text, answer, standing)

    def plain(self, asking: Asking) -> Plain | None:
        """What a request asks, where it is a query and nothing else."""
        try:
            asked = protocol.whole(asking.method, asking.address, asking.content_type, asking.body)
        except Problem:
            return None
        if not asked.query or _MAY_NAME_A_RELEASE.search(asking.address):
            return None
        if wants_page(asking.method, asked, asking.accept):
            return None
        if asked.default_graphs is not None or asked.named_graphs is not None:
            return None
        results, graph = _formats(asking.accept, asked.format)
        return Plain(asked.query, results.name if results else None, graph.name if graph else None)

    def found(self, text: str, answer: Small, standing: Standing) -> Found | None:
        """What was found for `text`, as an answer."""
        if answer.format == JSON_LD.name:
            return None
        etag = standing.tag(text.strip(), _NO_DATASET, answer.format)
        return Found(self._head(answer.format, standing.digest), etag, answer.data)

    def _written(self, name: str, digest: str) -> bytes:
        format = BY_NAME[name]
        fields = headers(self._settings, None) | {"Cache-Control": _TAGGED}
        fields["Content-Disposition"] = disposition(format, digest)
        fields["Content-Type"] = format.content_type
        return usual(encoded(fields), digest)


def wants_page(method: str, asked: protocol.Asked, accept: str | None) -> bool:
    """Whether a person is to be shown the answer."""
    if method != "GET":
        return False
    if asked.format is not None:
        return by_name(asked.format) is HTML
    return prefers_html(accept)


def query(
    asked: protocol.Asked, text: str, accept: str | None
) -> tuple[QueryRequest, Format | None, Format | None]:
    """What is asked of the evaluator, and the formats for solutions and for graphs."""
    results, graph = _formats(accept, asked.format)
    request = QueryRequest(
        text,
        results.name if results else None,
        graph.name if graph else None,
        asked.default_graphs,
        asked.named_graphs,
    )
    return request, results, graph


def tagged(request: QueryRequest, format: Format) -> tuple[str, str, str]:
    """What the tag of an answer is made of, beside the release."""
    return request.text.strip(), repr((request.default_graphs, request.named_graphs)), format.name


def disposition(format: Format, digest: str) -> str:
    """Under which name a browser saves the answer."""
    return f'inline; filename="vndx-{digest[:12] or "result"}.{format.extension}"'


def headers(settings: Settings, etag: str | None) -> dict[str, str]:
    """The fields of any answer of the endpoint."""
    fields = {
        "Vary": "Accept",
        LIMITS_HEADER: (
            f"rows={settings.max_rows}, bytes={settings.max_bytes}, seconds={settings.timeout:g},"
            f" query={settings.max_query}"
        ),
        "Cache-Control": _TAGGED if etag else "no-store",
    }
    if etag:
        fields["ETag"] = etag
    return fields


@lru_cache(maxsize=512)
def _formats(accept: str | None, named: str | None) -> tuple[Format | None, Format | None]:
    """The formats for solutions and for graphs."""
    return negotiate(accept, named, RESULTS), negotiate(accept, named, GRAPHS)
