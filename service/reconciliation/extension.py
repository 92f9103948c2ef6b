"""Data extension (section 7): values of properties for a column of reconciled things."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from ontology.namespaces import THING
from service.graph import Graph
from service.problems import problem
from service.reconciliation.asked import Extension, Wanted
from service.reconciliation.properties import Properties, Property, name
from service.reconciliation.values import Known, Names, Value, fetch, identifier, iri

_NUMBERS: Final = frozenset({"decimal", "integer", "int", "long", "nonNegativeInteger", "double", "float"})


async def extend(
    asked: Extension, graph: Graph, properties: Properties, type_names: Mapping[str, str], language: str
) -> dict[str, Any]:
    """`meta` and `rows` of the answer. An entity that is not known has a row without values.

    Raises `Problem` for a property that there is none of.
    """
    columns = [(wanted, _property(properties, wanted)) for wanted in asked.properties]
    things = {id_: iri(id_) for id_ in asked.ids}
    known = await fetch(graph, filter(None, things.values()), [property_ for _, property_ in columns])
    return {
        "meta": [_meta(wanted, property_, type_names, language) for wanted, property_ in columns],
        "rows": {
            id_: {
                wanted.id: values(known.of(thing, property_), known, wanted, language)
                for wanted, property_ in columns
            }
            for id_, thing in things.items()
        },
    }


def values(found: Sequence[Value], known: Known, wanted: Wanted, language: str) -> list[dict[str, Any]]:
    """Values as the API writes them; of texts in several languages those in the one asked for."""
    chosen = _spoken(found, wanted.language or language)
    cut = chosen[: wanted.limit or None]
    return [value(one, known.names, wanted, wanted.language or language) for one in cut]


def value(one: Value, names: Mapping[str, Names], wanted: Wanted, language: str) -> dict[str, Any]:
    """One value: a thing of ours with id and name, a number, a date, or a string."""
    if isinstance(one.term, NamedNode):
        if not one.term.value.startswith(THING):
            return {"str": one.term.value}
        known = names.get(one.term.value)
        id_ = identifier(one.term.value)
        return (
            {"str": id_}
            if wanted.content == "id"
            else {"id": id_, "name": (known.best(language) if known else "") or id_}
        )
    return literal(one.term, one.precision)


def literal(term: Literal, precision: str = "") -> dict[str, Any]:
    """A literal; a date known to a month, quarter or year only is a string, since no day is known."""
    kind = term.datatype.value.rsplit("#", 1)[-1]
    if kind == "date":
        return (
            {"str": _part(term.value, precision)}
            if precision not in ("", "day")
            else {"date": f"{term.value}T00:00:00Z"}
        )
    if kind in _NUMBERS:
        number = float(term.value)
        return {"int": int(number)} if number.is_integer() else {"float": number}
    return {"str": term.value}


def _part(date: str, precision: str) -> str:
    """The part of a date that is known: 2020, 2020-Q3 or 2020-07."""
    year, month = date[:4], date[5:7]
    if precision == "year":
        return year
    return f"{year}-Q{(int(month) + 2) // 3}" if precision == "quarter" else f"{year}-{month}"


def _spoken(found: Sequence[Value], language: str) -> list[Value]:
    """Values without a language, and those in `language`; names without any in it in whatever there is."""
    texts = [one for one in found if isinstance(one.term, Literal) and one.term.language]
    wanted = [one for one in texts if isinstance(one.term, Literal) and one.term.language == language]
    kept = {id(one) for one in (wanted or texts)}
    return [one for one in found if one not in texts or id(one) in kept]


def _property(properties: Properties, wanted: Wanted) -> Property:
    found = properties.find(wanted.id)
    if found is None:
        raise problem(
            "bad-request",
            f"extend: there is no property {wanted.id[:60]!r}; /reconcile/properties lists them.",
        )
    return found


def _meta(
    wanted: Wanted, property_: Property, type_names: Mapping[str, str], language: str
) -> dict[str, Any]:
    meta: dict[str, Any] = {"id": wanted.id, "name": name(property_, language)}
    if property_.range and wanted.content == "name":
        meta["type"] = {"id": property_.range, "name": type_names.get(property_.range, property_.range)}
    return meta
