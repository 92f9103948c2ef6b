"""The files of this room: the vocabulary, its shapes, the JSON-LD context, and words for comparing names."""

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent

VOCABULARY: Final = _HERE / "vocabulary.ttl"
SHAPES: Final = _HERE / "shapes.ttl"
CONTEXT: Final = _HERE / "context.jsonld"
ABBREVIATIONS: Final = _HERE / "abbreviations.toml"
BESIDE_NAMES: Final = _HERE / "beside-names.toml"
