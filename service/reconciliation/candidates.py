"""Reconciling a batch: candidates by name from the search index, told apart by their properties."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from loaders.release import Release
from loaders.search import Match
from ontology.iri import term
from ontology.namespaces import STANDARD
from service.graph import Graph, query
from service.pages.finding import find, named
from service.reconciliation import scoring, types
from service.reconciliation.asked import Condition, Query
from service.reconciliation.properties import Properties, Property
from service.reconciliation.types import Type
from service.reconciliation.values import Known, fetch, identifier, iri
from visual.words import Language

_LOOKED_AT: Final = 50
_OTHER_TYPE: Final = 0.8
"""What is left of the score of a name where another type *should* match."""


@dataclass(frozen=True)
class _Meant:
    """A condition and the properties that its pid may mean; if none, all that is known is compared."""

    condition: Condition
    properties: tuple[Property, ...]

    def of(self, match: Match) -> Property | None:
        """The property meant of that thing: one that its like have, if there is such."""
        having = [one for one in self.properties if match.type in one.types]
        return next(iter([*having, *self.properties]), None)


@dataclass(frozen=True)
class _Scored:
    match: Match
    score: float
    likenesses: tuple[float | None, ...]

    @property
    def contradicted(self) -> bool:
        """Whether a property says that it is another thing."""
        return any(one is not None and one < scoring.DIFFERS for one in self.likenesses)


@dataclass(frozen=True)
class Reconciler:
    """Reconciles against one release, in one language; `type_names` are the types' labels by identifier."""

    release: Release
    graph: Graph
    properties: Properties
    type_names: Mapping[str, str]
    language: Language

    async def batch(self, queries: Mapping[str, Query]) -> dict[str, Any]:
        """The answer to a batch: under each query's name its candidates, the best first."""
        found = await asyncio.to_thread(
            lambda: {name: self._by_name(asked) for name, asked in queries.items()}
        )
        meant = {name: self._meant(asked) for name, asked in queries.items()}
        for name, asked in queries.items():
            if not asked.text.strip() and asked.conditions:
                found[name] = await self._by_properties(asked, meant[name])
        known = await self._known(found, meant)
        return {
            name: {"result": self._answer(queries[name], found[name], meant[name], known)} for name in queries
        }

    def _by_name(self, asked: Query) -> list[Match]:
        if not asked.text.strip():
            return []
        found = find(self.release, asked.text, self.language, types=_filter(asked), limit=_LOOKED_AT)
        if asked.types and asked.strict == "should":
            # Those of the type too, so that many others of a common name do not crowd them out.
            wanted = types.classes(asked.types)
            fitting = find(self.release, asked.text, self.language, types=wanted, limit=_LOOKED_AT)
            found = _better(fitting, found)
        return found

    def _meant(self, asked: Query) -> list[_Meant]:
        return [_Meant(condition, self.properties.meant(condition.pid)) for condition in asked.conditions]

    async def _by_properties(self, asked: Query, meant: Sequence[_Meant]) -> list[Match]:
        """Things that have what is asked in the first property that there is."""
        first = next((one for one in meant if one.properties), None)
        if first is None:
            return []
        terms = await asyncio.to_thread(self._terms, first.condition)
        iris = [NamedNode(one.iri) for one in first.properties]
        rows = await self.graph.select(query("reconcile-holders"), property=iris, value=terms)
        things = [row["thing"].value for row in rows if isinstance(row["thing"], NamedNode)]
        matches = [named(self.release, thing, self.language) for thing in things]
        classes = _filter(asked)
        return [match for match in matches if match and (classes is None or match.type in classes)][
            :_LOOKED_AT
        ]

    def _terms(self, condition: Condition) -> list[NamedNode | Literal]:
        """The terms that a value may stand for in the graph: a thing of that name, or a literal."""
        terms: list[NamedNode | Literal] = []
        for given in condition.values:
            if given.id or iri(given.text):
                terms.append(NamedNode(iri(given.id or given.text) or "urn:x-none"))
                continue
            terms += [
                Literal(given.text),
                Literal(given.text, language="vi"),
                Literal(given.text, language="en"),
            ]
            for kind in ("date", "decimal", "integer", "boolean"):
                terms.append(Literal(given.text, datatype=NamedNode(STANDARD["xsd"] + kind)))
            named_so = find(self.release, given.text, self.language, limit=_LOOKED_AT)
            terms += [NamedNode(match.id) for match in named_so if match.exact]
        return terms

    async def _known(
        self, found: Mapping[str, Sequence[Match]], meant: Mapping[str, Sequence[_Meant]]
    ) -> Known:
        """What is to be compared, for all queries of the batch in one question."""
        things = {match.id for name, matches in found.items() if meant[name] for match in matches}
        asked = [one for listed in meant.values() for one in listed]
        wanted = [property_ for one in asked for property_ in one.properties]
        if not all(one.properties for one in asked):
            wanted = list(self.properties.all)
        wanted += [one for name in ("validFrom", "validUntil") for one in self.properties.meant(name)]
        return await fetch(self.graph, things, wanted)

    def _answer(
        self, asked: Query, matches: Sequence[Match], meant: Sequence[_Meant], known: Known
    ) -> list[dict[str, Any]]:
        scored = [self._scored(asked, match, meant, known) for match in matches]
        # Sorting is stable: equals stay in the order of the index.
        scored.sort(key=lambda one: -one.score)
        certain = [one for one in scored if _certain(asked, one)]
        sure = certain[0] if len(certain) == 1 else None
        return [self._candidate(one, asked, one is sure) for one in scored[: asked.limit]]

    def _scored(self, asked: Query, match: Match, meant: Sequence[_Meant], known: Known) -> _Scored:
        likenesses = tuple(self._likeness(match, one, known) for one in meant)
        name = match.score if asked.text.strip() else None
        if name is not None and not _of_type(asked, match):
            name *= _OTHER_TYPE
        return _Scored(match, scoring.total(name, likenesses), likenesses)

    def _likeness(self, match: Match, meant: _Meant, known: Known) -> float | None:
        given, values = meant.condition.values, known.values.get(match.id, {})
        property_ = meant.of(match)
        if property_ is None:
            every = [value for listed in values.values() for value in listed]
            return scoring.likeness(given, every, known.names)
        if match.kind == "unit" and property_.id == "date":
            start, end = values.get(term("validFrom"), ()), values.get(term("validUntil"), ())
            return scoring.within(given, start, end)
        return scoring.likeness(given, known.of(match.id, property_), known.names)

    def _candidate(self, one: _Scored, asked: Query, sure: bool) -> dict[str, Any]:
        match = one.match
        features = [{"id": "name", "value": match.score}] if asked.text.strip() else []
        features += [
            {"id": f"property:{condition.pid}", "value": round(likeness, 2)}
            for condition, likeness in zip(asked.conditions, one.likenesses, strict=True)
            if likeness is not None
        ]
        return {
            "id": identifier(match.id),
            "name": match.label if self.language == "vi" else match.label_en,
            "description": match.description,
            "type": type_value(match.type, self.type_names),
            "score": one.score,
            "match": sure,
            "features": features,
        }


def _better(first: Sequence[Match], others: Sequence[Match]) -> list[Match]:
    """The things of both lists in order, each once and as it was found with the higher score."""
    best: dict[str, Match] = {}
    for match in (*first, *others):
        if match.id not in best or match.score > best[match.id].score:
            best[match.id] = match
    return list(best.values())


def type_value(class_: str, type_names: Mapping[str, str]) -> list[dict[str, str]]:
    """The types of a thing of that class, the narrowest first."""
    found: list[Type] = []
    narrow = types.of_class(class_)
    while narrow:
        found.append(narrow)
        narrow = types.find(narrow.broader) if narrow.broader else None
    return [{"id": type_.id, "name": type_names.get(type_.id, type_.id)} for type_ in found]


def _of_type(asked: Query, match: Match) -> bool:
    """Whether a thing is of a type asked for, where any is."""
    return not asked.types or match.type in types.classes(asked.types)


def _certain(asked: Query, one: _Scored) -> bool:
    """Whether a candidate has the very name, a type asked for, and no property that speaks against it."""
    named = bool(asked.text.strip()) and one.match.exact
    return named and _of_type(asked, one.match) and not one.contradicted


def _filter(asked: Query) -> frozenset[str] | None:
    """The classes that candidates must have; None for all."""
    if not asked.types or asked.strict == "should":
        return None
    if asked.strict == "any":
        return types.classes(asked.types)
    return frozenset.intersection(*(frozenset(type_.classes) for type_ in asked.types))
