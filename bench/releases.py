"""Release folders of made-up triples: quads, the store beside them, and a manifest, which answers rest on."""

import hashlib
import json
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, Store

from loaders import statements
from loaders.release import STATEMENTS
from ontology.namespaces import BASE

_GRAPH: Final = f" <{BASE}graph/made> .\n"


def make(folder: Path, triples: Path) -> str:
    """Make a release in `folder` of the N-Triples at `triples`, in one named graph; its digest."""
    made = folder / "made"
    made.mkdir(parents=True)
    digest, count = hashlib.sha256(), 0
    with triples.open(encoding="utf-8") as source, (made / "quads.nq").open("wb") as file:
        for line in source:
            count += 1
            quad = (line.removesuffix(" .\n") + _GRAPH).encode()
            digest.update(quad)
            file.write(quad)
    store = Store(str(made / "store"))
    store.bulk_load(path=made / "quads.nq", format=RdfFormat.N_QUADS)
    store.optimize()
    store.flush()
    statements.write(store, made / STATEMENTS, digest.hexdigest())
    del store
    manifest = {"version": "0", "digest": digest.hexdigest(), "date": "", "quads": count}
    manifest |= {"graphs": {}, "classes": {}, "files": []}
    (made / "manifest.json").write_text(json.dumps(manifest))
    made.rename(folder / digest.hexdigest())
    return digest.hexdigest()


def point(folder: Path, digest: str) -> None:
    """Move the link `current`, as a build does."""
    link = folder / "current.new"
    link.symlink_to(digest)
    link.rename(folder / "current")


def release(folder: Path, triples: Path) -> Path:
    """`folder`, with a release of those N-Triples in force."""
    point(folder, make(folder, triples))
    return folder
