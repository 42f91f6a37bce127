"""Documents on disk: outside the database, under a name nobody chose, of a type their first bytes show, scanned for viruses.

The theory. A document is data and stays data: it is written under random digits, without the permission to be executed, and
leaves as a download and never as a page. What it is called is a text in the register. Its type is that of its first bytes; a
name or a header that says another one is refused, for whoever opens it would believe the name.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from firmware.domain.errors import FieldError

LARGEST_DOCUMENT = 10 << 20
"""Bytes."""
CHUNK = 1 << 16
SCAN_S = 60
"""How long a scan may take."""
SIGNATURES = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
}
"""The types that are taken, by their first bytes."""
SUFFIXES = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}
_NAME = re.compile(r"[0-9a-f]{32}")


class ScanVerdict(StrEnum):
    """What a virus scan said."""

    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "the scan failed"
    NONE = "not scanned"


Scanner = Callable[[Path], ScanVerdict]
"""Looks at a file and does not change it."""


@dataclass(frozen=True)
class KeptDocument:
    """A document that was taken."""

    stored_as: str
    media_type: str
    size: int
    sha256: str
    scan: ScanVerdict


@dataclass(frozen=True)
class DocumentFolder:
    """The folder of the documents."""

    path: Path
    draw: Callable[[int], bytes]
    """Random bytes, for names."""
    scan: Scanner = lambda _: ScanVerdict.NONE

    def keep(self, name: str, data: IO[bytes]) -> KeptDocument:
        """Write a document and have it scanned; on disk when this returns. Raises FieldError, and nothing is kept."""
        stored_as = self.draw(16).hex()
        file = self.path / stored_as
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            size, digest, start = _write(file, data)
            media_type = media_type_of(start, name)
            verdict = self.scan(file)
            if verdict is ScanVerdict.INFECTED:
                raise FieldError("document", "the virus scan refuses it")
            return KeptDocument(stored_as, media_type, size, digest, verdict)
        except BaseException:
            file.unlink(missing_ok=True)
            raise

    def holds(self, stored_as: str) -> bool:
        """Whether a document is there."""
        return _NAME.fullmatch(stored_as) is not None and (self.path / stored_as).is_file()

    def read(self, stored_as: str) -> Iterator[bytes]:
        """A document that is there, piece by piece."""
        with (self.path / stored_as).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def remove(self, stored_as: str) -> None:
        """Delete a document that nobody lists."""
        if _NAME.fullmatch(stored_as):
            (self.path / stored_as).unlink(missing_ok=True)


def media_type_of(start: bytes, name: str) -> str:
    """The type of a document by its first bytes. Raises FieldError for another one, and for a name that says another one."""
    found = next((kind for kind, marks in SIGNATURES.items() if start.startswith(marks)), None)
    if found is None:
        raise FieldError("document", "is neither PDF, nor JPEG, nor PNG")
    if not name.lower().endswith(SUFFIXES[found]):
        raise FieldError("name", f"says another type than the document is: {found}, {' or '.join(SUFFIXES[found])}")
    return found


def command_scanner(command: Sequence[str]) -> Scanner:
    """A scanner that is a program: it is given the file's path, and ends with 0 if it is clean, with 1 if it is not."""

    def scan(file: Path) -> ScanVerdict:
        try:
            done = subprocess.run([*command, str(file)], capture_output=True, timeout=SCAN_S, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return ScanVerdict.FAILED
        return {0: ScanVerdict.CLEAN, 1: ScanVerdict.INFECTED}.get(done.returncode, ScanVerdict.FAILED)

    return scan


def _write(file: Path, data: IO[bytes]) -> tuple[int, str, bytes]:
    """Size, SHA-256 and first bytes of what was written. Raises FieldError for what is empty or too long."""
    digest, size, start = hashlib.sha256(), 0, b""
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as out:
        while chunk := data.read(CHUNK):
            start, size = start or chunk[:16], size + len(chunk)
            if size > LARGEST_DOCUMENT:
                raise FieldError("document", f"has at most {LARGEST_DOCUMENT} bytes")
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if not size:
        raise FieldError("document", "is empty")
    return size, digest.hexdigest(), start
