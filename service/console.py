"""What the subcommands of `vndx` share: files that people name, refusals, and talk on stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class CommandError(Exception):
    """Arguments or input that a command cannot work with; the message says what to change."""


def folder(path: Path | None, what: str) -> None:
    """Refuse a folder that is not there, before any work; None is one that was not asked for."""
    if path is not None and not path.is_dir():
        raise CommandError(f"{path} is not a folder; {what} should be there")


def text(path: Path | None) -> str:
    """A file in UTF-8; None is stdin. Raises `CommandError`."""
    try:
        return path.read_text(encoding="utf-8") if path else sys.stdin.buffer.read().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path or 'stdin'} cannot be read: {reason(error)}") from error


def write(path: Path, content: bytes) -> None:
    """Write a file. Raises `CommandError`."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {reason(error)}") from error


def reason(error: OSError | UnicodeDecodeError) -> str:
    """Why a file cannot be read or written, in the system's words, without its number and the name again."""
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 (byte {error.start})"
    return (error.strerror or str(error)).lower()


def say(message: str) -> None:
    """A line on stderr."""
    sys.stderr.write(message + "\n")


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A callback that shows what is going on: on a terminal one line that is rewritten, else nothing."""
    if not sys.stderr.isatty():
        yield lambda message: None
        return
    try:
        yield _rewrite
    finally:
        _rewrite("")


def _rewrite(message: str) -> None:
    sys.stderr.write(f"\r\033[K{message}")
    sys.stderr.flush()
