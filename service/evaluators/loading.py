"""What a parent loads: a release, unless it is better left on disk, or other people's files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pyoxigraph import RdfFormat, Store

from loaders import quarantine
from service import machine
from service.evaluators import sandbox

_QUAD_BYTES: Final = 450
"""Memory that a quad takes in the store, rounded up: 404 bytes in the record, where most strings stand once,
347 in `bench/synthetic.py`'s triples, in the default graph as in a named one."""
_HEADROOM: Final = 512 * 1024 * 1024
"""Bytes that a worker may come to own in any case, and beyond its copy of the graph."""


def load(start: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> Store | None:
    """The graph that the start frame names; None where it stays on disk.

    Of each file of other people's, `tell` is given news before it is read. Raises `ValueError`,
    `SyntaxError` or `OSError` for what cannot be read.
    """
    if start["dataset"]:
        # Other people's files: whatever they hold, they get no network, and only so much memory and time.
        sandbox.close_network()
        return _dataset([Path(name) for name in start["dataset"]], tell)
    if _on_disk(start):
        return None
    store = Store()
    store.load(path=start["quads"], format=RdfFormat.N_QUADS)
    return store


def counts(store: Store) -> dict[str, int]:
    """Triples by graph; the default graph's stand under the empty string."""
    counts: dict[str, int] = {}
    for quad in store:
        name = getattr(quad.graph_name, "value", "")
        counts[name] = counts.get(name, 0) + 1
    return counts


def room(start: dict[str, Any], loaded: int) -> tuple[int, int | None]:
    """Bytes that a worker may come to own before a fresh one takes its place; and how many of the machine's
    memory copies made ahead of queries leave free, None where none are made. `loaded` are the parent's bytes.

    In time a worker owns a copy of whatever its queries read (`heap.py`). That and some headroom it may have,
    as long as parent and workers stay within the share of the machine's memory that a release may take.
    """
    share, workers = machine.memory() * float(start["memory_share"]), int(start["workers"])
    most = min(loaded + _HEADROOM, int((share - loaded) / workers))
    free = machine.memory() // 4 if loaded * (1 + workers) <= share else None
    return max(most, _HEADROOM), free


def _dataset(files: list[Path], tell: Callable[[dict[str, Any]], None]) -> Store:
    """RDF files as they are: triples in the default graph, named graphs kept."""
    store = Store()
    for file in files:
        format = RdfFormat.from_extension(file.suffix.lstrip(".").lower())
        if format is None:
            raise ValueError(
                f"{file}: unknown extension {file.suffix!r}: use .ttl .nt .rdf .jsonld .trig .nq"
            )
        tell({"reading": str(file)})
        try:
            with quarantine.bounds(file.stat().st_size):
                quarantine.inspect_xml(file)
                store.load(path=file, format=format, base_iri=file.resolve().as_uri())
        except MemoryError as error:
            raise ValueError(f"{file} needs too much memory to read ({error})") from error
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"{file}: {error}") from error
    return store


def _on_disk(start: dict[str, Any]) -> bool:
    """Whether the release is better left on disk."""
    needed = int(start["quad_count"]) * _QUAD_BYTES
    return needed > machine.memory() * float(start["memory_share"]) and Path(start["store"]).is_dir()
