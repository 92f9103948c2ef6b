"""The access log: one line of JSON on stderr for each answer.

Addresses are logged without their parameters, which hold what people ask; `--access-log` switches it on.
"""

import sys
from datetime import UTC, datetime

import orjson
from starlette.types import Scope

from service.delivery.outgoing import Outgoing


def log(scope: Scope, client: str, outgoing: Outgoing, seconds: float, digest: str) -> None:
    """Write the line of one request. `status` 499 stands for a client that left before its answer began."""
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "client": client,
        "method": scope["method"],
        "path": scope["path"][:500],
        "status": outgoing.status or 499,
        "outcome": outgoing.outcome or "left",
        "bytes": outgoing.sent,
        "seconds": round(seconds, 4),
        "release": digest[:12],
    }
    sys.stderr.write(orjson.dumps(line).decode() + "\n")
