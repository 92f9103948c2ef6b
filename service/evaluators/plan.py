"""What another endpoint is to be asked for a request: text, format, dataset; and what is refused before."""

import asyncio
from dataclasses import dataclass
from typing import Final

from service.clauses import dataset
from service.evaluators import proof
from service.evaluators.endpoint import Fields, bad_endpoint
from service.evaluators.execution import BASE_IRI
from service.evaluators.hatchery import limits
from service.evaluators.port import Form, NotAcceptable, QueryRefused, QueryRequest
from service.evaluators.survey import Survey
from service.formats import JSON, Format
from service.limits import Scan, check
from service.settings import Settings

_FORMS: Final[dict[str, Form]] = {"ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
_LINKS: Final = 2_000
"""More could be too much for an engine's stack: the native Oxigraph server ends over 4,000 signs."""
_IN_THREAD: Final = 32 * 1024


@dataclass(frozen=True)
class Plan:
    """What is to be done for a request: `came` is the format to ask for, `wanted` the client's."""

    text: str
    form: Form
    came: Format
    wanted: Format
    fields: Fields
    stable: bool

    @property
    def same(self) -> bool:
        """Whether what comes is passed on as it is."""
        return self.came is self.wanted and self.form != "boolean"


async def make(request: QueryRequest, survey: Survey, settings: Settings) -> Plan:
    """The plan for `request`, within the bounds of `settings`, for an endpoint that is like `survey`.

    Raises `QueryRefused`, and `NotAcceptable` where no accepted format can hold the answer.
    """
    bounds = limits(settings)
    if len(request.text) < _IN_THREAD:
        scanned = check(request.text, bounds)
    else:
        scanned = await asyncio.to_thread(check, request.text, bounds)
    if scanned.links > _LINKS:
        raise QueryRefused(
            f"The query has more than {_LINKS} brackets and signs, too many for this endpoint."
        )
    form = _FORMS.get(scanned.form, "solutions")
    wanted = request.graph_format if form == "graph" else request.results_format
    if wanted is None:
        raise NotAcceptable(form)
    came = survey.graph_format if form == "graph" else JSON.name
    if came is None:
        raise bad_endpoint(
            "The endpoint behind this service writes graphs in no format that shows where they end."
        )
    fields = _fields(request, survey, scanned)
    return Plan(request.text, form, proof.by_name(came), proof.by_name(wanted), fields, scanned.stable)


def _fields(request: QueryRequest, survey: Survey, scanned: Scan) -> Fields:
    """The dataset, as the protocol's fields (SPARQL 1.1 Protocol 2.1.4)."""
    if request.default_graphs is not None or request.named_graphs is not None:
        return {
            "default-graph-uri": list(request.default_graphs or ()),
            "named-graph-uri": list(request.named_graphs or ()),
        }
    if not scanned.names_dataset:
        return survey.dataset
    default, named = dataset(request.text, BASE_IRI) if survey.deaf else ([], [])
    return {"default-graph-uri": default, "named-graph-uri": named}
