"""What answers for which settings: workers over a release, workers over plain files, or another endpoint."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from loaders.release import Release, ReleaseError, open_release
from service import indexing
from service.evaluators.hatchery import Source
from service.evaluators.local import LocalEvaluator
from service.evaluators.port import Evaluator
from service.evaluators.remote import RemoteEvaluator
from service.graph import Graph
from service.settings import Settings

_PART: Final = 20_000
"""Triples of an endpoint that are asked for at a time."""


async def open_source(settings: Settings, given: Evaluator | None = None) -> tuple[Release, Evaluator]:
    """The release to serve and a started evaluator for it, which is the one `given`, if any.

    Raises `ReleaseError` or `EvaluatorUnavailable`.
    """
    if given is not None:
        await given.start()
        return open_release(settings.release), given
    if settings.endpoint:
        return await _endpoint(settings, settings.endpoint)
    if settings.dataset:
        return await _dataset(settings)
    release = open_release(settings.release)
    source = Source(release.quads, release.store, int(release.manifest["quads"]))
    evaluator = LocalEvaluator(settings, source, _warn)
    await evaluator.start()
    return release, evaluator


async def _dataset(settings: Settings) -> tuple[Release, Evaluator]:
    evaluator = LocalEvaluator(settings, Source(dataset=settings.dataset), _warn)
    await evaluator.start()
    digest = _digest(settings.dataset)
    graphs = dict(evaluator.loaded["graphs"])
    graphs.pop("", None)
    manifest = {
        "version": "0",
        "digest": digest,
        "date": "",
        "quads": evaluator.loaded["quads"],
        "graphs": graphs,
        "classes": {},
        "files": [],
    }
    return Release(settings.dataset[0].resolve().parent, digest, manifest), evaluator


async def _endpoint(settings: Settings, url: str) -> tuple[Release, Evaluator]:
    try:
        release = open_release(settings.release)
    except ReleaseError:
        return await _bare(settings, url)
    evaluator = RemoteEvaluator(settings, url, release.manifest["graphs"])
    await evaluator.start()
    return release, evaluator


async def _bare(settings: Settings, url: str) -> tuple[Release, Evaluator]:
    """An endpoint without a release. Nothing says which data it holds today: no digest, no tags, no cache."""
    evaluator = RemoteEvaluator(settings, url)
    await evaluator.start()
    try:
        folder = evaluator.folder()
        graph = Graph(evaluator.evaluate, "", steady=False)
        await indexing.write(graph, evaluator.counts, _PART, folder / "search.sqlite", _warn)
    except BaseException:
        await evaluator.close()
        raise
    _warn("no release: answers have no tags, none is kept, and search knows what the endpoint holds now")
    manifest = {
        "version": "0",
        "digest": "",
        "date": "",
        "quads": sum(evaluator.counts.values()),
        "graphs": evaluator.counts,
        "classes": {},
        "files": [],
    }
    return Release(folder, "", manifest), evaluator


def _digest(files: Sequence[Path]) -> str:
    """The SHA-256 of the files, one after the other."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def _warn(message: str) -> None:
    sys.stderr.write(f"vndx serve: {message}\n")
