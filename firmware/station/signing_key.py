"""The station's private Ed25519 key on disk: 32 bytes, made at provisioning, never leaving the station."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.domain.errors import FileError, reason_of

KEY = "station.key"
"""Its name in the station's folder."""


class SigningKeyError(FileError):
    """The file is no private key."""


def load_signing_key(path: Path) -> Ed25519PrivateKey:
    """The key in this file. Raises SigningKeyError."""
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except (OSError, ValueError) as error:
        remedy = "put the key of this station back, or provision a new one in another folder"
        raise SigningKeyError(str(path), "", f"no Ed25519 key of 32 bytes here ({reason_of(error)}); {remedy}") from error
