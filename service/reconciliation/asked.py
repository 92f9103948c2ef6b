"""What a client asks: batches of names to reconcile, and values to extend with. Wrong ones are refused.

Reconciliation Service API 0.2, sections 4.2 and 7.2. A refusal says which query is wrong and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from service.problems import Problem, problem
from service.reconciliation.types import Type, find

MOST_QUERIES: Final = 100
"""So many queries in one batch."""
MOST_IDS: Final = 500
"""So many entities in one extension."""
MOST_PROPERTIES: Final = 30
MOST_CANDIDATES: Final = 50
_CANDIDATES: Final = 10

Strictness = Literal["any", "should", "all"]


@dataclass(frozen=True)
class Given:
    """A value that the client knows of what it looks for; `id` where it is an entity already reconciled."""

    text: str
    id: str = ""


@dataclass(frozen=True)
class Condition:
    """A property with the values it should have."""

    pid: str
    values: tuple[Given, ...]


@dataclass(frozen=True)
class Query:
    """One name to reconcile; an empty `text` looks by properties alone."""

    text: str
    types: tuple[Type, ...] = ()
    strict: Strictness = "any"
    limit: int = _CANDIDATES
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """A property to extend with: at most `limit` values (0: all), names in `language` if not empty."""

    id: str
    limit: int = 0
    language: str = ""
    content: str = "name"


@dataclass(frozen=True)
class Extension:
    """The entities and properties of a data extension query."""

    ids: tuple[str, ...]
    properties: tuple[Wanted, ...] = ()


def queries(text: str) -> dict[str, Query]:
    """The batch of queries in the JSON `text`, in order. Raises `Problem`."""
    batch = _object(_json(text, "queries"), "queries")
    if len(batch) > MOST_QUERIES:
        raise _bad(f"queries: {len(batch)} queries in one batch; at most {MOST_QUERIES} are taken.")
    return {name: _query(f"query {name[:40]!r}", value) for name, value in batch.items()}


def extension(text: str) -> Extension:
    """The data extension query in the JSON `text`. Raises `Problem`."""
    asked = _object(_json(text, "extend"), "extend")
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise _bad("extend: ids must be a list of identifiers.")
    if not isinstance(properties, list):
        raise _bad("extend: properties must be a list of objects with an id.")
    if len(ids) > MOST_IDS:
        raise _bad(f"extend: {len(ids)} ids at once; at most {MOST_IDS} are taken.")
    if len(properties) > MOST_PROPERTIES:
        raise _bad(f"extend: {len(properties)} properties at once; at most {MOST_PROPERTIES} are taken.")
    return Extension(tuple(dict.fromkeys(ids)), tuple(_wanted(one) for one in properties))


def _query(where: str, given: object) -> Query:
    value = _object(given, where)
    known = {"query", "type", "limit", "properties", "type_strict"}
    if unknown := sorted(set(value) - known):
        raise _bad(f"{where}: there is no member {unknown[0][:40]!r}; there are {', '.join(sorted(known))}.")
    text, conditions = value.get("query"), value.get("properties", [])
    if text is not None and not isinstance(text, str):
        raise _bad(f"{where}: query must be a string.")
    if not isinstance(conditions, list) or len(conditions) > MOST_PROPERTIES:
        raise _bad(f"{where}: properties must be a list of at most {MOST_PROPERTIES}.")
    if text is None and not conditions:
        raise _bad(f"{where}: it has neither query nor properties.")
    strict = value.get("type_strict", "any")
    if strict not in ("any", "should", "all"):
        raise _bad(f"{where}: type_strict is any, should or all.")
    return Query(
        text or "",
        _types(where, value.get("type"), strict),
        strict,
        _limit(where, value.get("limit")),
        tuple(_condition(where, condition) for condition in conditions),
    )


def _types(where: str, value: object, strict: Strictness) -> tuple[Type, ...]:
    """The types named. An unknown one is an error, unless types only *should* match."""
    names = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _bad(f"{where}: type must be an identifier or a list of them.")
    found = []
    for name in filter(None, names):
        type_ = find(name)
        if type_ is None and strict != "should":
            raise unknown_type(name, where)
        found += [type_] if type_ else []
    return tuple(found)


def unknown_type(name: str, where: str = "") -> Problem:
    """The refusal of a type that there is none of."""
    said = f"there is no type {name[:60]!r}; /reconcile/suggest/type lists them."
    return _bad(f"{where}: {said}" if where else said[0].upper() + said[1:])


def _limit(where: str, value: object) -> int:
    if value is None:
        return _CANDIDATES
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 1:
        raise _bad(f"{where}: limit must be a number from 1.")
    return min(int(value), MOST_CANDIDATES)


def _condition(where: str, value: object) -> Condition:
    condition = _object(value, f"{where}: a property")
    pid = condition.get("pid")
    if not isinstance(pid, str) or "v" not in condition:
        raise _bad(f"{where}: a property needs pid, a string, and v.")
    given = condition["v"]
    values = given if isinstance(given, list) else [given]
    if len(values) > MOST_PROPERTIES:
        raise _bad(f"{where}: property {pid[:40]!r} has more than {MOST_PROPERTIES} values.")
    return Condition(pid, tuple(_given(where, one) for one in values))


def _given(where: str, value: object) -> Given:
    if isinstance(value, bool):
        return Given("true" if value else "false")
    if isinstance(value, str | int | float):
        return Given(str(value)[:1000])
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return Given(str(value.get("name", ""))[:1000], value["id"])
    raise _bad(
        f"{where}: v must be a string, a number, true, false, an object with an id, or a list of these."
    )


def _wanted(value: object) -> Wanted:
    asked = _object(value, "extend: a property")
    settings = asked.get("settings") or {}
    if not isinstance(asked.get("id"), str) or not isinstance(settings, dict):
        raise _bad("extend: a property needs an id, a string, and settings, if any, as an object.")
    try:
        # OpenRefine sends what was typed into the form: a string.
        limit = int(settings.get("limit") or 0)
    except (TypeError, ValueError) as error:
        raise _bad(f"extend: property {asked['id'][:40]!r}: limit must be a number.") from error
    language, content = str(settings.get("language") or ""), str(settings.get("content") or "name")
    if language not in ("", "vi", "en"):
        raise _bad(f"extend: property {asked['id'][:40]!r}: language is vi or en.")
    if content not in ("name", "id"):
        raise _bad(f"extend: property {asked['id'][:40]!r}: content is name or id.")
    return Wanted(asked["id"], max(limit, 0), language, content)


def _json(text: str, name: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _bad(f"{name} is not JSON: {error}.") from error


def _object(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _bad(f"{what} must be a JSON object.")
    return value


def _bad(detail: str) -> Problem:
    return problem("bad-request", detail)
