"""Explanations as plain values, as `/api/edge` gives them."""

from collections.abc import Iterable, Mapping
from typing import Any

from service.explorer.explaining import Explanation, Happening, Passage
from visual.addresses import local
from visual.relations import Relation, in_words


def value(explanations: Iterable[Explanation], words: Mapping[str, Relation]) -> list[dict[str, Any]]:
    """The explanations as plain values, in both languages, each passage with the address of its page."""
    return [
        {
            "id": found.tie.id,
            "source": found.tie.source,
            "target": found.tie.target,
            "relation": found.tie.relation,
            "label": in_words(words, found.tie.relation).label,
            "label_en": in_words(words, found.tie.relation).label_en,
            "line": found.tie.line,
            "events": [_event(event, words) for event in found.events],
            "evidence": [_evidence(passage) for passage in found.evidence],
        }
        for found in explanations
    ]


def _event(event: Happening, words: Mapping[str, Relation]) -> dict[str, Any]:
    return {
        "id": event.id,
        "label": event.label,
        "label_en": event.label_en,
        "kind": event.kind,
        "date": event.date,
        "precision": event.precision,
        "address": local(event.id),
        "facts": {
            name: {
                "label": in_words(words, name).label,
                "label_en": in_words(words, name).label_en,
                "values": [
                    {"id": told.id, "label": told.label, "label_en": told.label_en} for told in values
                ],
            }
            for name, values in event.facts.items()
        },
        "evidence": [_evidence(passage) for passage in event.evidence],
        "rivals": [_event(rival, words) for rival in event.rivals],
    }


def _evidence(passage: Passage) -> dict[str, Any]:
    made: dict[str, Any] = {"id": passage.id, "address": local(passage.id)}
    if passage.source:
        source = passage.source
        made["source"] = {"id": source.id, "label": source.label, "label_en": source.label_en}
        for name in ("paragraph", "start", "end"):
            number = getattr(passage, name)
            made[name] = int(number) if number else None
        made["sha256"] = passage.sha256
    if passage.document:
        document = passage.document
        made["document"] = {"id": document.id, "label": document.label, "label_en": document.label_en}
        made |= {"locator": passage.locator, "consulted": passage.consulted}
    return made
