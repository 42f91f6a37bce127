"""The agent's page and its service worker, by which a phone opens the page where there is no network: docs/decisions/0042.

The worker is told what it may keep: the page's own files, each with its SHA-256. So it is another worker whenever one of them
is another, which is how a browser learns of a new version; and a file that is not as the server has it is never served from
a phone.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec
from starlette.responses import Response
from starlette.types import Scope

from central.api.static_pages import HEADERS, PAGES, StaticPage

WORKER: Final = "worker.js"
SHARED: Final = "shared"
"""Its files are served beside the page's folder: `central/app.py`."""
AGENT_HEADERS: Mapping[str, str] = {
    **HEADERS,
    "Content-Security-Policy": f"{HEADERS['Content-Security-Policy']}; worker-src 'self'",
}
"""Those of every page that is files, and that its worker is its own. No header widens the worker's scope: its own folder."""


class KeptFile(msgspec.Struct, frozen=True):
    """What a worker must know of a file to serve it."""

    kind: str
    """Its Content-Type."""
    integrity: str
    """Of Subresource Integrity: `sha256-` and base64."""


class KeptPage(msgspec.Struct, frozen=True):
    """What a worker keeps."""

    version: str
    """Of the files together."""
    headers: Mapping[str, str]
    files: Mapping[str, KeptFile]
    """By their address, from the worker's own."""


class AgentPage(StaticPage):
    """Serves the files of the agent's page, and its worker with what it keeps."""

    def __init__(self, folder: str = "agent") -> None:
        super().__init__(folder, AGENT_HEADERS)
        self._folder = PAGES / folder

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file of the page. The worker is answered whole each time: its own file says nothing of the others' age."""
        if path != WORKER or scope["method"] not in ("GET", "HEAD"):
            return await super().get_response(path, scope)
        return Response(worker_script(self._folder), media_type="text/javascript", headers=dict(AGENT_HEADERS))


def worker_script(folder: Path) -> bytes:
    """The worker of the page in this folder: one line that says what it keeps, then the file itself."""
    files = dict(_kept_files(folder))
    version = hashlib.sha256(msgspec.json.encode(files)).hexdigest()[:16]
    told = msgspec.json.encode(KeptPage(version, AGENT_HEADERS, files))
    return b"const PAGE = " + told + b";\n" + (folder / WORKER).read_bytes()


def _kept_files(folder: Path) -> Iterator[tuple[str, KeptFile]]:
    """The page's own files and those that it shares, in the order of their names; `./` is what a browser opens."""
    for prefix, inside in (("", folder), (f"../{SHARED}/", folder.parent / SHARED)):
        for path in sorted(each for each in inside.iterdir() if each.is_file() and each.name != WORKER):
            name = "./" if path.name == "index.html" else prefix + path.name
            yield name, KeptFile(_kind(path), _integrity(path.read_bytes()))


def _kind(path: Path) -> str:
    return f"{mimetypes.guess_type(path.name)[0] or 'application/octet-stream'}; charset=utf-8"


def _integrity(content: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"
