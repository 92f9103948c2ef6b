"""The files of this room: the vocabulary, its shapes and the JSON-LD context."""

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent

VOCABULARY: Final = _HERE / "vocabulary.ttl"
SHAPES: Final = _HERE / "shapes.ttl"
CONTEXT: Final = _HERE / "context.jsonld"
