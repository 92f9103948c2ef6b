"""Lines on stderr: who reads them may have gone, which is no reason to stop."""

import contextlib
import sys


def note(text: str) -> None:
    """Write `text`, ends of lines included; where that cannot be had (a closed pipe, a full disk), go on."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
