"""The state of the explorer, all of which stands in its address."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from ontology.iri import IriError, mint, parse
from service.explorer.sifting import Sieve, day

MOST_OPEN: Final = 60
"""So many things can be open at once."""

_SLUG: Final = re.compile("[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class State:
    """What is explored.

    Focus things and what was expanded since (IRIs, in order), the tie to explain, the two ends between which
    paths are sought, and what is let through. In addresses a thing is its full IRI or, shorter, `kind/slug`.
    `release` is the one that the address was made on, as far as it says so.
    """

    focus: tuple[str, ...] = ()
    expanded: tuple[str, ...] = ()
    explained: tuple[str, str] | None = None
    ends: tuple[str, str] | None = None
    sieve: Sieve = field(default=Sieve())
    release: str = ""

    @property
    def opened(self) -> tuple[str, ...]:
        """Every thing that was asked for by name."""
        return tuple(dict.fromkeys([*self.focus, *self.expanded, *(self.ends or ())]))

    def pairs(self, *, sieve: bool = True) -> list[tuple[str, str]]:
        """The parameters of the address, in order; without the sieve where a form has its own fields."""
        made = list(zip(("from", "to"), map(short, self.ends), strict=True)) if self.ends else []
        made += [("focus", short(iri)) for iri in self.focus]
        made += [("expanded", short(iri)) for iri in self.expanded]
        return made + (self.sieve.pairs if sieve else [])

    def address(self, **more: str) -> str:
        """The address of this state, with `more` parameters."""
        pairs = self.pairs() + list(more.items())
        return "/explore" + (f"?{urlencode(pairs, safe='/~')}" if pairs else "")

    def adding(self, iri: str) -> str:
        """The address with `iri` in focus too."""
        return replace(self, focus=(*(one for one in self.focus if one != iri), iri)).address()

    def expanding(self, iri: str) -> str:
        """The address with `iri` expanded too."""
        return replace(self, expanded=(*(one for one in self.expanded if one != iri), iri)).address()

    def closing(self, iri: str) -> str:
        """The address without `iri` in focus or expanded."""
        focus = tuple(one for one in self.focus if one != iri)
        return replace(
            self, focus=focus, expanded=tuple(one for one in self.expanded if one != iri)
        ).address()

    def explaining(self, one: str, other: str) -> str:
        """The address that explains the tie between two things."""
        return self.address(explain=f"{short(one)}~{short(other)}")

    def unsifted(self) -> str:
        """The address with everything let through."""
        return replace(self, sieve=Sieve()).address()

    def connecting(self, one: str, other: str) -> str:
        """The address of the paths between two things, without anything else in focus."""
        return State(ends=(one, other), sieve=self.sieve).address()

    def moved(self, elsewhere: Mapping[str, str]) -> "State":
        """The state with other things in the place of those that `elsewhere` names."""

        def followed(named: Iterable[str]) -> tuple[str, ...]:
            return tuple(dict.fromkeys(elsewhere.get(iri, iri) for iri in named))

        ends = followed(self.ends or ())
        return replace(
            self,
            focus=followed(self.focus),
            expanded=followed(self.expanded),
            ends=(ends[0], ends[1]) if len(ends) == 2 else None,
        )

    def pathless(self) -> str:
        """The address without the paths; their ends stay in focus."""
        return replace(
            self, ends=None, focus=tuple(dict.fromkeys([*self.focus, *(self.ends or ())]))
        ).address()


def short(iri: str) -> str:
    """`kind/slug` of a thing."""
    return parse(iri).path


def full(value: str) -> str:
    """The IRI that `value` names in full or as `kind/slug`. Raises `IriError`."""
    if "://" in value:
        return parse(value).iri
    kind, _, slug = value.partition("/")
    return mint(kind, slug)


async def read(
    query: QueryParams,
    known: Callable[[str], Awaitable[bool]],
    meant: Callable[[str], Awaitable[str | None]],
) -> tuple[State, list[str], Mapping[str, str]]:
    """The state that an address asks for; names of which nothing is known; and what words were taken to mean.

    `known` says whether the graph speaks of an IRI; `meant` finds the thing that a reader's own words in
    `from` or `to` mean.
    """
    unknown: list[str] = []
    taken: dict[str, str] = {}

    async def named(values: Iterable[str]) -> tuple[str, ...]:
        kept: list[str] = []
        for value in filter(None, values):
            try:
                iri = full(value)
            except IriError:
                iri = ""
            if iri and await known(iri):
                kept.append(iri)
            else:
                unknown.append(value)
        return tuple(dict.fromkeys(kept))

    async def end(value: str) -> tuple[str, ...]:
        try:
            full(value)
        except IriError:
            if found := await meant(value):
                taken[value] = found
                return (found,)
        return await named([value])

    focus = await named(_first(query.getlist("focus"), MOST_OPEN))
    expanded = await named(_first(query.getlist("expanded"), MOST_OPEN - len(focus)))
    explained = await named(query.get("explain", "~").split("~", 1))
    ends = [*await end(query.get("from", "").strip()), *await end(query.get("to", "").strip())]
    state = State(
        focus,
        expanded,
        (explained[0], explained[1]) if len(explained) == 2 else None,
        (ends[0], ends[1]) if len(ends) == 2 and ends[0] != ends[1] else None,
        sieve(query),
        query.get("release", ""),
    )
    return state, unknown, taken


def _first(values: Iterable[str], most: int) -> list[str]:
    """The first values, each once: for each of them the graph is asked."""
    return list(dict.fromkeys(values))[:most]


def sieve(query: QueryParams) -> Sieve:
    """What the parameters of an address let through; what no filter can mean is none."""

    def one(name: str) -> str:
        value = query.get(name, "").strip()
        return value if _SLUG.fullmatch(value) else ""

    return Sieve(
        tuple(dict.fromkeys(query.getlist("hide")))[:20],
        tuple(dict.fromkeys(query.getlist("without")))[:60],
        one("source"),
        one("sector"),
        one("strength"),
        day(one("since")),
        day(one("until")),
        one("undated") == "no",
    )
