"""What the explorer's page shows of a state: picture, tables, filters, and what stands behind ties."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from service.context import Context
from service.explorer import taking
from service.explorer.drawing import Drawn
from service.explorer.explaining import Explanation, Passage, explain
from service.explorer.neighbourhood import value as shown
from service.explorer.neighbourhood import walk
from service.explorer.offering import choices, legend
from service.explorer.state import State, short
from service.explorer.ties import More, Relatives
from service.verifying import status
from service.views.networks import FORMS
from visual import looks
from visual.network import kind_word
from visual.relations import Relation, Thing, in_words
from visual.signs import sign
from visual.words import Language, word

_SAID: Final = (
    "page", "edges", "selected-node", "explore.expand", "explore.collapse", "explore.explain",
    "explore.loading", "explore.failed", "explore.grown", "explore.results", "paths.from-here",
    "paths.to-here", "png-made",
)  # fmt: skip
"""What the page's script says, by key under `pictures`."""


async def values(
    asked: State,
    drawn: Drawn,
    things: Mapping[str, Thing],
    told: Sequence[Explanation],
    relatives: Relatives,
    context: Context,
    spoken: Language,
) -> Mapping[str, Any]:
    """What the page's template is given of a state, beside what only its address says."""
    words = await relatives.words()
    found, opened = drawn.found, _opened(drawn, asked)
    data = shown(found, words)
    origin = await taking.origin(context.graph, asked, things)
    number = {spot.thing.id: spot.ties for spot in found.spots}
    for node in data["nodes"]:
        node["main"] = node["id"] in asked.focus or node["id"] in (asked.ends or ())
        node["ties"] = number[node["id"]]
        node["kind_label"] = kind_word(node["kind"], spoken)
    return {
        "state": asked,
        "found": found,
        "things": things,
        "words": words,
        "relation": partial(in_words, words),
        "told": told,
        "lead": lambda explanation: _lead(explanation, things, words, spoken),
        "firmness": looks.firmness,
        "kinds": [(kind, kind_word(kind, spoken)) for kind in await legend(relatives, asked, found.kinds)],
        "kind_word": lambda kind: kind_word(kind, spoken),
        "sign": sign,
        "more": [_more(left, things, words, spoken) for left in found.more],
        "data": {**data, "language": spoken, "looks": looks.outlines(), "tie_count": len(found.ties)},
        "drawn": {kind: kind_word(kind, spoken) for kind in looks.LOOKS},
        "said": {name: word(f"pictures.{name}", spoken) for name in _SAID},
        "short": short,
        "choices": await choices(relatives, opened, asked.sieve, words, spoken),
        "chains": await _chains(asked, drawn, relatives, context),
        "verdict": _statuses(context.settings.sources),
        "in_editor": taking.in_editor(taking.question(_shown_first(asked, drawn))) if found.spots else "",
        "titled": taking.title(asked, things, spoken),
        "citation": origin.citation(spoken),
        "date": origin.date,
        "forms": list(FORMS.values()),
    }


def _shown_first(asked: State, drawn: Drawn) -> list[str]:
    """The things that a query on the picture is about."""
    passed = [end for chain in drawn.chains for tie in chain for end in (tie.source, tie.target)]
    return list(dict.fromkeys([*asked.opened, *passed]))


def _statuses(sources: Path | None) -> Any:
    """Says of a passage whether its digest holds in the copy of its source here; "" where there are none."""

    def of(passage: Passage) -> str:
        return status(passage, sources) if sources else ""

    return of


async def _chains(
    asked: State, drawn: Drawn, relatives: Relatives, context: Context
) -> list[tuple[list[str], list[Explanation]]]:
    """Each path: the things that it passes, and what stands behind each of its steps."""
    if not asked.ends:
        return []
    told: dict[str, Explanation] = {}
    for tie in dict.fromkeys(tie for chain in drawn.chains for tie in chain):
        for explanation in await explain(relatives, context.graph, tie.source, tie.target):
            told[explanation.tie.id] = explanation
    return [
        (walk(chain, asked.ends[0]), [told[tie.id] for tie in chain if tie.id in told])
        for chain in drawn.chains
    ]


def _opened(drawn: Drawn, asked: State) -> list[str]:
    """The things whose ties are looked at: those that are open, and those on paths."""
    opened = [spot.thing.id for spot in drawn.found.spots if spot.opened or spot.thing.id in asked.opened]
    opened += [end for chain in drawn.chains for tie in chain for end in (tie.source, tie.target)]
    return list(dict.fromkeys(opened))


def _lead(
    explanation: Explanation, things: Mapping[str, Thing], words: Mapping[str, Relation], spoken: Language
) -> str:
    """One sentence that says what the tie means."""
    tie = explanation.tie
    a, b = things[tie.source].named(spoken), things[tie.target].named(spoken)
    try:
        return word(f"pictures.told.{tie.relation}", spoken, a=a, b=b)
    except KeyError:
        relation = in_words(words, tie.relation).named(spoken)
        return word("pictures.told.other", spoken, a=a, b=b, relation=relation)


def _more(
    left: More, things: Mapping[str, Thing], words: Mapping[str, Relation], spoken: Language
) -> tuple[Thing, str]:
    """Of what, and how many by which relation, was not drawn."""
    read = in_words(words, left.relation).named(spoken, backwards=left.backwards)
    return things[left.id], word("pictures.explore.more", spoken, n=left.count, relation=read)
