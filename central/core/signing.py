"""The city's signing key: one file that only the server can read. Whoever holds it sets the prices of every machine."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from firmware.domain.errors import FileError
from hal.key_file import create_key_file


class CityKeyError(FileError):
    """There is no usable key in this file; the reason says what to do."""


def make_key(path: Path) -> Ed25519PrivateKey:
    """Make a new key: 32 bytes, readable by the owner only, on disk before this returns.

    Raises CityKeyError rather than replace a file: stations believe no other key than the one they were provisioned with.
    """
    try:
        return create_key_file(path)
    except OSError as error:
        raise CityKeyError(str(path), "", f"cannot be made: {error.strerror}") from error


def key_in(path: Path) -> Ed25519PrivateKey:
    """The key in this file. Raises CityKeyError if it is none, or others can read it."""
    try:
        with path.open("rb") as file:
            mode, data = os.fstat(file.fileno()).st_mode, file.read(33)
    except OSError as error:
        raise CityKeyError(str(path), "", f"{error.strerror}; `horodateur-central init` makes one") from error
    if mode & 0o077:
        raise CityKeyError(str(path), "", f"the key is readable by other users: chmod 600 {path}")
    try:
        return Ed25519PrivateKey.from_private_bytes(data)
    except ValueError as error:
        raise CityKeyError(str(path), "", "an Ed25519 key is 32 bytes; put the city's key back") from error


def derive_key(key: Ed25519PrivateKey, purpose: str) -> bytes:
    """A secret of 32 bytes for one purpose: it follows from the city's key, so no database has it."""
    return HKDF(SHA256(), 32, None, f"horodateur {purpose}".encode()).derive(key.private_bytes_raw())
