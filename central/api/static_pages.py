"""Pages that are files in central/pages, under a strict content security policy: the agent's and the examiner's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGES = Path(__file__).parents[1] / "pages"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Nothing but our own script runs here, and no other page shows this one: the token is in this page's session."""


class StaticPage(StaticFiles):
    """Serves the files of a folder of central/pages, and nothing that is not in it."""

    def __init__(self, folder: str, headers: Mapping[str, str] = HEADERS) -> None:
        super().__init__(directory=PAGES / folder, html=True)
        self._headers = headers

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file of the page, with its headers."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(self._headers)
        return response
