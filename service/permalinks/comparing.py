"""What became of a pinned answer: the same in another release, or which rows came and went."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final, Literal

from loaders import history
from loaders.history import Entry
from loaders.release import ReleaseError
from service.context import Context
from service.evaluators.port import EvaluationError
from service.permalinks.address import Pin
from service.permalinks.answers import Result, Row
from service.permalinks.pinning import answered
from service.problems import Problem, from_evaluation
from service.releases import ReleaseGone, Serving, UnknownRelease

Verdict = Literal["same", "reordered", "different", "altered", "unknown"]

_UNREADABLE: Final = (UnknownRelease, ReleaseGone, ReleaseError, EvaluationError, Problem)


@dataclass(frozen=True)
class Compared:
    """A pinned query beside what the release of this request answers to it.

    `entry` is the pinned release, as far as the folder of releases knows it. `now` is the answer of this
    request's release, or `problem` why there is none; `then` that of the pinned release, read only where the
    two differ. `verdict` is `same`, `reordered` (the same rows in another order), `different`, `altered` (the
    pinned release answers otherwise than the address says) or `unknown` (there is no answer now).
    """

    pin: Pin
    entry: Entry | None
    now: Result | None
    problem: Problem | None
    then: Result | None
    older: Serving | None
    verdict: Verdict
    added: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """Whether the pinned release can still be asked."""
        return self.entry is not None and self.entry.kept

    @property
    def release(self) -> str:
        """The pinned release's digest; only its beginning where it is not known here."""
        return self.entry.digest if self.entry else self.pin.release


def known(context: Context, pin: Pin) -> Entry | None:
    """The pinned release in the folder of the release in force, kept or remembered."""
    if not context.release.digest:
        return None
    return history.find(context.release.path.parent, pin.release)


@contextlib.asynccontextmanager
async def compared(context: Context, pin: Pin) -> AsyncIterator[Compared]:
    """The comparison, with the older release held open as long as the block takes."""
    entry = known(context, pin)
    now: Result | None = None
    problem: Problem | None = None
    try:
        now = await answered(context.serving, pin.query, context.settings)
    except EvaluationError as error:
        problem = from_evaluation(error)
    except Problem as error:
        problem = error
    same = now is not None and now.digest.startswith(pin.result)
    if context.serving.digest.startswith(pin.release):
        yield Compared(pin, entry, now, problem, now, None, _verdict(now, now, same))
        return
    older = None if same or now is None else await _older(context, entry)
    with context.releases.held(older) if older else contextlib.nullcontext():
        then = await _then(context, older, pin) if older else None
        verdict = _verdict(now, then, same, then is not None and not then.digest.startswith(pin.result))
        differ = now is not None and then is not None and verdict == "different"
        yield Compared(
            pin,
            entry,
            now,
            problem,
            then,
            older,
            verdict,
            now.without(then) if differ else [],  # type: ignore[union-attr, arg-type]
            then.without(now) if differ else [],  # type: ignore[union-attr, arg-type]
        )


def _verdict(now: Result | None, then: Result | None, same: bool, altered: bool | None = None) -> Verdict:
    if now is None:
        return "unknown"
    if same:
        return "same"
    if altered or then is now:
        return "altered"
    alike = then is not None and sorted(then.lines) == sorted(now.lines)
    return "reordered" if alike else "different"


async def _older(context: Context, entry: Entry | None) -> Serving | None:
    """The pinned release, opened; None where it cannot be."""
    if entry is None or not entry.kept:
        return None
    with contextlib.suppress(*_UNREADABLE):
        return await context.releases.named(entry.digest)
    return None


async def _then(context: Context, older: Serving, pin: Pin) -> Result | None:
    with contextlib.suppress(*_UNREADABLE):
        return await answered(older, pin.query, context.settings)
    return None
