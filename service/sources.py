"""What answers for which settings: workers over a release, workers over plain files, or another endpoint."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from loaders.release import Release, ReleaseError, open_release
from service.evaluators.hatchery import Source
from service.evaluators.local import LocalEvaluator
from service.evaluators.port import Evaluator
from service.evaluators.remote import RemoteEvaluator
from service.settings import Settings


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
        evaluator = RemoteEvaluator(settings, url)
        await evaluator.start()
        # Nothing says which data the endpoint holds today: no digest, so no tags and no cache.
        manifest = {
            "version": "0",
            "digest": "",
            "date": "",
            "quads": 0,
            "graphs": evaluator.counts,
            "classes": {},
            "files": [],
        }
        return Release(settings.release, "", manifest), evaluator
    evaluator = RemoteEvaluator(settings, url, release.manifest["graphs"])
    await evaluator.start()
    return release, evaluator


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
