"""The site's own files: scripts, styles, front-end packages."""

import os
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_DAY: Final = 24 * 3600
_YEAR: Final = 365 * _DAY


class Static(StaticFiles):
    """Files under `/static/`, tagged by size and time; with `?v=` in the address kept for a year."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """The file, with how long it may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        if b"v=" in scope.get("query_string", b""):
            response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        else:
            response.headers["Cache-Control"] = f"public, max-age={_DAY // 24}"
        return response
