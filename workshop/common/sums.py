"""SHA-256 sums in hexadecimal, of bytes and of files."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import msgspec

from workshop.common.pieces import CHUNK
from workshop.common.progress import ProgressCallback, ignore_progress

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
"""A sum, as signed documents hold it."""


def sha256_of(data: bytes) -> str:
    """The sum of these bytes."""
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(file: Path, step: str = "", report: ProgressCallback = ignore_progress) -> str:
    """The sum of a whole file; progress is reported under the name `step`. Raises OSError."""
    digest, done, size = hashlib.sha256(), 0, file.stat().st_size
    with file.open("rb") as source:
        while data := source.read(CHUNK):
            digest.update(data)
            done += len(data)
            report(step, done, size)
    return digest.hexdigest()
