"""The station's private Ed25519 key on disk: 32 bytes, made at provisioning, never leaving the station."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.domain.errors import FileError, reason_of


class SigningKeyError(FileError):
    """The file is no private key."""


def create_signing_key(path: Path) -> Ed25519PrivateKey:
    """Make a new key, for the owner's eyes only. Raises FileExistsError rather than replace one."""
    key = Ed25519PrivateKey.generate()
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(key.private_bytes_raw())
    return key


def load_signing_key(path: Path) -> Ed25519PrivateKey:
    """The key in this file. Raises SigningKeyError."""
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except (OSError, ValueError) as error:
        remedy = "put the key of this station back, or provision a new one in another folder"
        raise SigningKeyError(str(path), "", f"no Ed25519 key of 32 bytes here ({reason_of(error)}); {remedy}") from error
