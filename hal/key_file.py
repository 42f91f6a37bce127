"""File of a new private Ed25519 key: 32 bytes that only its owner can read. The station's and the city's are made here."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def create_key_file(path: Path) -> Ed25519PrivateKey:
    """Make a new key, on disk with its name before this returns. Raises FileExistsError rather than replace a file; OSError."""
    key = Ed25519PrivateKey.generate()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, key.private_bytes_raw())
    finally:
        _close_synchronised(descriptor)
    _close_synchronised(os.open(path.parent, os.O_RDONLY))
    return key


def _close_synchronised(descriptor: int) -> None:
    """Make a file, or the names in a folder, survive a power cut, and let go of it. Raises OSError."""
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
