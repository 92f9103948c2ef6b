"""How figures stand on the page of what they measure: as a table, as a chart, side by side if they differ."""

from collections.abc import Iterable
from typing import Final, Literal

from ontology.folding import fold
from visual import reading
from visual.article import Block, Cell, Chart, Column, Point, Section, Table, Text
from visual.kinds.lines import under
from visual.reader import Reader


def observations(r: Reader, iris: Iterable[str], *, marked: bool = True) -> Table:
    """Figures: what they measure and where, the value in words with its kind, the time, where it says so.

    `marked` sets the kind beside each value; a table of one kind has it in its caption.
    """
    rows = []
    for iri in sorted(dict.fromkeys(iris), key=lambda iri: (_indicator(r, iri), r.day_of(iri), iri)):
        kind = r.of.thing(iri, "kind")
        mark = (
            Text(r.label(kind), "tag" if kind.endswith("kind-measured") else "soft")
            if kind and marked
            else None
        )
        rows.append(
            (
                (r.link(iri), *under(r, iri, "indicator", "area", "reportedBy")),
                (Text(r.amount(iri)), *((Text(" "), mark) if mark else ())),
                (Text(r.period(iri)),),
                (r.cites(iri),),
            )
        )
    columns = (
        Column(r.say("column.figure")),
        Column(r.say("column.value"), "figure"),
        Column(r.say("column.time")),
        Column(r.say("common.evidence")),
    )
    return Table(r.say("caption.observations"), columns, tuple(rows))


def _indicator(r: Reader, observation: str) -> str:
    indicator = r.of.thing(observation, "indicator")
    return r.label(indicator) if indicator else ""


def conflicts(r: Reader, iris: Iterable[str]) -> list[Section]:
    """Measured figures of one indicator, one area and one time that differ, side by side; none, no section.

    Only what is the same in all that a figure is about is set against each other; targets never are.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for iri in dict.fromkeys(iris):
        if r.of.value(iri, "value") is not None and _kind(r, iri) == "measured":
            alike.setdefault(_subject(r, iri), []).append(iri)
    differing = {
        subject: found for subject, found in alike.items() if len({_values(r, iri) for iri in found}) > 1
    }
    if not differing:
        return []
    rows: list[tuple[Cell, ...]] = []
    for found in differing.values():
        first = found[0]
        what = [*r.about(first, "indicator"), *under(r, first, "area", "about")]
        for number, iri in enumerate(sorted(found)):
            said = (r.link(iri), *under(r, iri, "reportedBy"))
            row = ((Text(r.amount(iri), "strong"),), said, (r.cites(iri),))
            rows.append((tuple(what) if number == 0 else (), (Text(r.period(iri)),), *row))
    columns = tuple(
        Column(r.say(f"column.{name}")) for name in ("indicator", "time", "value", "figure", "evidence")
    )
    table = Table(r.say("caption.conflicts"), columns, tuple(rows))
    return [Section("conflicts", r.say("resource.conflicts"), (table,), len(differing))]


def _subject(r: Reader, iri: str) -> tuple[str, ...]:
    things = ("indicator", "area", "about", "platform", "sector", "unit")
    values = ("date", "periodStart", "periodEnd")
    said = [" ".join(sorted(r.of.things(iri, name))) for name in things]
    return (*said, *(r.of.value(iri, name) or "" for name in values))


def _values(r: Reader, iri: str) -> tuple[str, str]:
    return (r.of.value(iri, "value") or "", r.of.value(iri, "valueUpTo") or "")


_KINDS: Final[tuple[Literal["measured", "target", "other"], ...]] = ("measured", "target", "other")


def _kind(r: Reader, iri: str) -> Literal["measured", "target", "other"]:
    kind = r.of.thing(iri, "kind") or ""
    if kind.endswith("kind-measured"):
        return "measured"
    return "target" if kind.endswith(("kind-target", "kind-plan")) else "other"


def charts(r: Reader, iris: Iterable[str]) -> list[Block]:
    """One chart for each measuring unit in which there are two or more figures; ranks are not drawn."""
    units: dict[str, list[str]] = {}
    for iri in dict.fromkeys(iris):
        unit = r.of.thing(iri, "unit") or ""
        if _number(r, iri, "value") is not None and not unit.endswith("unit-rank"):
            units.setdefault(unit, []).append(iri)
    return [_chart(r, unit, found) for unit, found in sorted(units.items()) if len(found) > 1]


def _chart(r: Reader, unit: str, iris: list[str]) -> Chart:
    ends = [_number(r, iri, name) for iri in iris for name in ("value", "valueUpTo")]
    most = max((end for end in ends if end is not None), default=0.0) or 1.0
    points = []
    for iri in sorted(iris, key=lambda iri: (fold(_place(r, iri)), r.day_of(iri), iri)):
        value, until = _number(r, iri, "value") or 0.0, _number(r, iri, "valueUpTo")
        cites = r.cites(iri).links
        points.append(
            Point(
                label=reading.spaced((_place(r, iri), r.period(iri))) or r.label(iri),
                amount=r.amount(iri),
                at=round(100 * value / most, 2),
                until=round(100 * until / most, 2) if until is not None else None,
                kind=_kind(r, iri),
                cite=cites[0] if cites else r.link(iri),
            )
        )
    kinds: list[tuple[str, str]] = []
    for kind in _KINDS:
        names = dict.fromkeys(
            r.label(thing) for iri in iris if _kind(r, iri) == kind for thing in r.of.things(iri, "kind")
        )
        if any(point.kind == kind for point in points):
            kinds.append((kind, ", ".join(names) or r.say("chart.other")))
    label = r.label(unit) if unit else ""
    end = reading.amount(f"{most:.4f}".rstrip("0").rstrip("."), r.language, unit=label or None)
    title = r.say("chart.title", indicator=r.label(r.of.focus), unit=label) if label else r.label(r.of.focus)
    return Chart(title, tuple(points), tuple(kinds), end)


def _place(r: Reader, iri: str) -> str:
    things = [*r.of.things(iri, "area"), *r.of.things(iri, "about"), *r.of.things(iri, "platform")]
    return reading.spaced(r.label(thing) for thing in dict.fromkeys(things))


def _number(r: Reader, iri: str, name: str) -> float | None:
    try:
        value = float(r.of.value(iri, name) or "")
    except ValueError:
        return None
    return value if value >= 0 else None
