"""Whether a passage is still what was cited: its digest, recomputed on a copy of the source."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from loaders.evidence import PassageError, passage, read_source
from ontology.iri import parse
from service.explorer.explaining import Passage

Status = Literal["verified", "changed", "missing", "cited"]


def status(cited: Passage, folder: Path) -> Status:
    """`verified` where digest and paragraph hold in the copy in `folder`; else why not.

    `changed`: they do not. `missing`: there is no copy. `cited`: a public document cited by locator, of which
    no copy is held.
    """
    if cited.source is None:
        return "cited"
    try:
        slug = parse(cited.source.id).slug
        path = folder / f"{slug}.txt"
        text = _text(path, path.stat().st_mtime_ns)
        found = passage(slug, text, int(cited.start), int(cited.end))
    except (OSError, UnicodeDecodeError):
        return "missing"
    except (PassageError, ValueError):
        return "changed"
    return (
        "verified" if (found.sha256, str(found.paragraph)) == (cited.sha256, cited.paragraph) else "changed"
    )


@lru_cache(maxsize=16)
def _text(path: Path, changed: int) -> str:
    return read_source(path)
