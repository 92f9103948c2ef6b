"""Suggest (section 5): entities, types and properties whose names begin with what was typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.release import Release
from ontology.folding import fold
from service.pages.finding import find
from service.reconciliation import types
from service.reconciliation.candidates import type_value
from service.reconciliation.properties import Properties, Property, name
from service.reconciliation.types import Type
from service.reconciliation.values import identifier
from visual.words import Language


def entities(
    release: Release,
    prefix: str,
    language: Language,
    type_names: Mapping[str, str],
    *,
    wanted: Type | None,
    cursor: int,
    limit: int,
) -> list[dict[str, Any]]:
    """Things whose names match, the best first, from the place `cursor` on."""
    classes = frozenset(wanted.classes) if wanted else None
    matches = find(release, prefix, language, types=classes, limit=cursor + limit)
    return [
        {
            "id": identifier(match.id),
            "name": match.label if language == "vi" else match.label_en,
            "description": match.description,
            "notable": type_value(match.type, type_names),
        }
        for match in matches[cursor:]
    ]


def types_named(
    prefix: str, type_names: Mapping[str, str], *, cursor: int, limit: int
) -> list[dict[str, Any]]:
    """Types that hold the words typed; all for an empty prefix."""
    found = [one for one in types.TYPES if _begins(prefix, one.id, type_names.get(one.id, ""))]
    return [type_entry(one, type_names) for one in found[cursor : cursor + limit]]


def type_entry(type_: Type, type_names: Mapping[str, str]) -> dict[str, Any]:
    """A type as the API writes it."""
    entry: dict[str, Any] = {"id": type_.id, "name": type_names.get(type_.id, type_.id)}
    if type_.broader:
        entry["broader"] = [{"id": type_.broader, "name": type_names.get(type_.broader, type_.broader)}]
    return entry


def properties_named(
    properties: Properties, prefix: str, language: Language, *, wanted: Type | None, cursor: int, limit: int
) -> list[dict[str, str]]:
    """Properties that hold the words typed in their identifier or a label; all for an empty prefix."""
    found = [one for one in properties.of(wanted) if _begins(prefix, one.id, *one.label.values())]
    return [property_entry(one, language) for one in found[cursor : cursor + limit]]


def property_entry(property_: Property, language: Language) -> dict[str, str]:
    """A property as the API writes it."""
    entry = {"id": property_.id, "name": name(property_, language)}
    comment = property_.comment.get(language)
    return entry | ({"description": comment} if comment else {})


def proposed(
    properties: Properties, wanted: Type | None, language: Language, limit: int
) -> list[dict[str, str]]:
    """The properties to extend things of a type with."""
    return [property_entry(one, language) for one in properties.of(wanted)[: limit or None]]


def _begins(prefix: str, *names: str) -> bool:
    """Whether any name has a word that begins with the prefix folded, or holds all of it."""
    asked = fold(prefix)
    return not asked or any(f" {asked}" in f" {fold(one)}" for one in _spread(names))


def _spread(names: Sequence[str]) -> list[str]:
    """The names, and identifiers also cut at their capitals (heldPost: held post)."""
    cut = ["".join(f" {letter}" if letter.isupper() else letter for letter in one) for one in names]
    return [*names, *cut]
