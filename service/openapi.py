"""`/openapi.json`: the addresses for machines, in the words of OpenAPI 3.1."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ontology.namespaces import LICENCE
from service.formats import CSV, GRAPHS, RESULTS
from service.problems import MEDIA_TYPE
from service.views.drawing import VIEWS
from service.views.networks import FORMS

_PROBLEM: Final = {
    "description": "A refusal: type, title, status, code, detail",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "code", "detail"],
                "properties": {
                    "type": {"type": "string", "format": "uri"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "line": {"type": "integer"},
                    "column": {"type": "integer"},
                },
            }
        }
    },
}
_GRAPH: Final = tuple(format.media_type for format in GRAPHS)
_RESULT: Final = tuple(format.media_type for format in (*RESULTS, *GRAPHS))
_JSON: Final = ("application/json",)
_PLAIN: Final = ("text/plain",)
_QUERY: Final = ("query", "default-graph-uri", "named-graph-uri", "format")

_FILES: Final = "/views/{name}.{extension}"
_OF_VIEW: Final = ("name", "extension", "lang", "group", "by", "at", "since", "until")
_KINDS: Final = {
    **{name: form.media_type.partition(";")[0] for name, form in FORMS.items()},
    "ttl": "text/turtle",
}
"""Media types of the files of views, by extension."""
_CHOICES: Final[Mapping[tuple[str, str], Sequence[str]]] = {
    (_FILES, "name"): VIEWS,
    (_FILES, "extension"): tuple(_KINDS),
}
"""What parameters of an address may be, where that is a closed list."""

# Address, what it gives, its parameters (those in the path first), and the media types of its answer.
_ADDRESSES: Final[tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("/sparql", "SPARQL 1.1 Protocol; without a query the service description", _QUERY, _RESULT),
    ("/id/{kind}/{slug}", "303 to the document about a thing, by Accept", ("kind", "slug"), ()),
    ("/doc/{kind}/{name}", "A thing; as data by extension", ("kind", "name"), (*_GRAPH, CSV.media_type)),
    ("/ontology", "The vocabulary", ("format",), _GRAPH),
    ("/ontology/shapes", "The SHACL shapes of the record", ("format",), _GRAPH),
    ("/graph/{name}", "A named graph", ("name", "format"), _GRAPH),
    ("/rdf-graph-store", "A graph, by the Graph Store HTTP Protocol", ("graph", "default", "format"), _GRAPH),
    ("/search", "Things by name", ("q", "kind", "lang", "limit"), _JSON),
    ("/reconcile", "Reconciliation Service API 0.2", ("queries", "extend", "lang"), _JSON),
    ("/reconcile/suggest/{what}", "Entities, types or properties by name", ("what", "prefix", "type"), _JSON),
    ("/reconcile/flyout/{what}", "One of these in a few words of HTML", ("what", "id"), _JSON),
    ("/reconcile/properties", "What a type can be extended with", ("type", "limit"), _JSON),
    ("/reconcile/preview", "A small page about a thing", ("id",), ("text/html",)),
    ("/api/neighbours", "What a thing is tied to, with places for a picture", ("id",), _JSON),
    ("/api/path", "Shortest paths between two things", ("from", "to"), _JSON),
    ("/api/edge", "The events behind a tie, with evidence", ("from", "to"), _JSON),
    (_FILES, "A view, the map or the timeline as a file", _OF_VIEW, tuple(_KINDS.values())),
    ("/q", "303 to the address of a query pinned to a release", ("query", "release"), ()),
    ("/q/{id}", "A pinned query, compared with the release in force", ("id", "format"), (*_JSON, *_RESULT)),
    ("/dataset/changes", "What changed between releases", ("from", "to", "format"), _JSON),
    ("/dataset", "Description of the dataset (DCAT, VoID)", ("format",), _GRAPH),
    ("/.well-known/void", "Description of the dataset", ("format",), _GRAPH),
    ("/dumps/{file}", "A dump of the release", ("file",), ("application/octet-stream",)),
    ("/health", "Whether the process lives", (), _JSON),
    ("/ready", "Whether queries are answered", (), _JSON),
    ("/metrics", "Figures for Prometheus", (), _PLAIN),
)  # fmt: skip


def document(version: str) -> dict[str, Any]:
    """The OpenAPI document."""
    paths = {
        path: {"get": _operation(path, summary, parameters, types)}
        for path, summary, parameters, types in _ADDRESSES
    }
    query = paths["/sparql"]["get"]
    paths["/sparql"]["post"] = {
        **{key: value for key, value in query.items() if key != "parameters"},
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {"schema": {"type": "object"}},
                "application/sparql-query": {"schema": {"type": "string"}},
            },
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "vndx",
            "version": version,
            "summary": "An open knowledge graph of Viet Nam's digital transformation",
            "license": {"name": "CC BY 4.0 (data)", "url": LICENCE},
        },
        "paths": paths,
    }


def _operation(
    path: str, summary: str, parameters: tuple[str, ...], types: tuple[str, ...]
) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": summary}
    if types:
        answer["content"] = {media_type: {} for media_type in types}
    return {
        "summary": summary,
        "parameters": [_parameter(name, path) for name in parameters],
        "responses": {"200" if types else "303": answer, "default": _PROBLEM},
    }


def _parameter(name: str, path: str) -> dict[str, Any]:
    inside = f"{{{name}}}" in path
    choices = _CHOICES.get((path, name))
    return {
        "name": name,
        "in": "path" if inside else "query",
        "required": inside,
        "schema": {"type": "string", **({"enum": list(choices)} if choices else {})},
    }
