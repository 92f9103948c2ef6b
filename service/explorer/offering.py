"""What the explorer offers a reader: places to start, kinds to hide, filters that something passes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ontology.iri import mint
from service.explorer.names import describe, kind
from service.explorer.sifting import Mark, Sieve, marks_of
from service.explorer.state import State
from service.explorer.ties import Relatives
from visual import looks
from visual.relations import Relation, Thing, in_words
from visual.words import Language

_SUGGESTED: Final = ("person", "platform", "unit", "meeting")
_SUGGESTED_EACH: Final = 5


async def starts(relatives: Relatives) -> list[tuple[str, list[tuple[Thing, int]]]]:
    """By kind, the things that are tied to most others; nothing where the graph is too large for that."""
    relations = await relatives.whole()
    found: list[tuple[str, list[tuple[Thing, int]]]] = []
    if relations is None:
        return found
    for suggested in _SUGGESTED:
        listed = [
            (data["thing"], len(set(relations.successors(name)) | set(relations.predecessors(name))))
            for name, data in relations.nodes(data=True)
            if data["thing"].kind == suggested
        ]
        listed.sort(key=lambda entry: (-entry[1], entry[0].label, entry[0].id))
        if listed:
            found.append((suggested, listed[:_SUGGESTED_EACH]))
    return found


async def legend(relatives: Relatives, asked: State, drawn: Iterable[str]) -> list[str]:
    """The kinds that are drawn, hidden, or around what is open, sifted or not, in the order of legends."""
    around = {name for name in asked.sieve.hidden if name in looks.LOOKS}
    for name in (*asked.focus, *asked.expanded):
        for tie in await relatives.ties(name):
            around |= {kind(tie.source), kind(tie.target)}
    return sorted({*drawn, *around}, key=lambda name: (looks.rank(name), name))


async def choices(
    relatives: Relatives,
    opened: Sequence[str],
    sieve: Sieve,
    words: Mapping[str, Relation],
    spoken: Language,
) -> Mapping[str, Any]:
    """What can be sifted by around `opened`: pairs of a value and its words, in the order of the words."""
    held: list[Mark] = [mark for name in opened for mark in (await marks_of(relatives, name)).values()]
    slugs = {
        "source": {mint("source", name): name for mark in held for name in mark.sources},
        "sector": {mint("concept", f"sector-{name}"): name for mark in held for name in mark.sectors},
        "strength": {mint("concept", f"strength-{name}"): name for mark in held for name in mark.strengths},
    }
    for name, prefix in (("source", ""), ("sector", "sector-"), ("strength", "strength-")):
        if value := getattr(sieve, name):
            iri = mint("concept" if prefix else "source", prefix + value)
            slugs[name].setdefault(iri, value)
    labels = await describe(relatives.graph, [iri for listed in slugs.values() for iri in listed])
    made: dict[str, Any] = {
        name: sorted(
            ((slug, labels[iri].named(spoken)) for iri, slug in listed.items()),
            key=lambda pair: pair[1].casefold(),
        )
        for name, listed in slugs.items()
    }
    around = [tie.relation for name in opened for tie in await relatives.ties(name)]
    relations = dict.fromkeys([*around, *sieve.without])
    made["relations"] = [(name, in_words(words, name).named(spoken)) for name in relations]
    made["relations"].sort(key=lambda pair: pair[1].casefold())
    made["days"] = sorted({mark.first for mark in held if mark.first})
    return made
