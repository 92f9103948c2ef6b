"""Whether a passage is still what was cited: its digest and paragraph, recomputed on a copy of the source."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from loaders import evidence
from loaders.evidence import PassageError, passage, read_source
from ontology.iri import parse
from service.explorer.explaining import Passage

State = Literal["verified", "changed", "missing"]
Status = Literal[State, "cited"]


def status(cited: Passage, folder: Path) -> Status:
    """`cited` for a public document cited by locator, of which no copy is held; else as `verified` has it."""
    if cited.source is None:
        return "cited"
    slug = parse(cited.source.id).slug
    return verified(slug, cited.start, cited.end, (cited.sha256, cited.paragraph), folder)[0]


def verified(
    slug: str, start: str, end: str, said: tuple[str | None, str | None], folder: Path
) -> tuple[State, evidence.Passage | None]:
    """`verified`, with the passage, where the copy in `folder` has what is `said`: digest and paragraph.

    `changed`: it does not. `missing`: there is no copy that can be read.
    """
    text = copy(folder, slug)
    if text is None:
        return "missing", None
    try:
        found = passage(slug, text, int(start), int(end))
    except (PassageError, ValueError):
        return "changed", None
    return ("verified", found) if said == (found.sha256, str(found.paragraph)) else ("changed", None)


def copy(folder: Path, slug: str) -> str | None:
    """The reader's copy of a source; None where there is none that can be read."""
    path = folder / f"{slug}.txt"
    try:
        return _text(path, path.stat().st_mtime_ns)
    except (OSError, UnicodeDecodeError):
        return None


@lru_cache(maxsize=64)
def _text(path: Path, changed: int) -> str:
    """A source's text; `changed` is its time of change, so that an edited copy is read again."""
    return read_source(path)
