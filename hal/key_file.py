"""File of a new private Ed25519 key: 32 bytes that only its owner can read. The station's and the city's are made here."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def create_key_file(path: Path) -> Ed25519PrivateKey:
    """Make a new key, on disk before this returns. Raises FileExistsError rather than replace a file; OSError."""
    key = Ed25519PrivateKey.generate()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes_raw())
        file.flush()
        os.fsync(file.fileno())
    return key
