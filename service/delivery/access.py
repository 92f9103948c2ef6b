"""The access log: one line of JSON on stderr for each answer.

Addresses are logged without their parameters, which hold what people ask; `--access-log` switches it on.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import orjson

from service.notes import note

Log = Callable[[str, str, str, int, str, int, float, str], None]
"""What `log` takes: client, method, path, status, outcome, bytes of body, seconds, the release's digest."""


def log(
    client: str, method: str, path: str, status: int, outcome: str, size: int, seconds: float, digest: str
) -> None:
    """Write the line of one request. `status` 499 stands for a client that left before its answer began."""
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "client": client,
        "method": method,
        "path": path[:500],
        "status": status or 499,
        "outcome": outcome or "left",
        "bytes": size,
        "seconds": round(seconds, 4),
        "release": digest[:12],
    }
    note(orjson.dumps(line).decode() + "\n")
