"""What pages show of a picture beside its tables: the data of its script, its legend, its measures."""

from collections.abc import Mapping
from typing import Any

from visual import exports, looks
from visual.network import kind_word, measures
from visual.picture import Picture
from visual.signs import sign
from visual.words import Language, word


def drawn(picture: Picture, spoken: Language) -> Mapping[str, Any]:
    """The values that the macros of `visual/templates/pictures.html` and `visual/web/viewing.js` need."""
    return {
        "picture": picture,
        "things": {node.thing.id: node.thing for node in picture.nodes},
        "data": {
            **exports.value(picture),
            "said": {
                "explore": word("pictures.open-explorer", spoken),
                "edges": word("pictures.edges", spoken),
            },
            "looks": looks.outlines(),
        },
        "kinds": [(kind, kind_word(kind, spoken)) for kind in picture.kinds],
        "measures": measures(spoken),
        "sign": sign,
        "kind_word": lambda kind: kind_word(kind, spoken),
    }
