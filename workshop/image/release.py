"""The key that signs our images, and what it signs.

It is made at first use, outside the checkout, for the owner's eyes only. Its public half belongs in board/release.pub, which
flash.sh believes; it is copied there by a person, who thereby says whose images this checkout trusts.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.protocol.envelope import message_of, sign_envelope
from firmware.station.signing_key import create_signing_key, load_signing_key
from workshop.common.recipe import ROOT
from workshop.flash.image import PURPOSE, Manifest
from workshop.image.tools import BuildError

USUAL = Path("~/.config/horodateur/release.key")


def release_key(file: Path) -> Ed25519PrivateKey:
    """The key in this file, made if there is none. Raises BuildError for a file within the checkout: it would be published."""
    place = file.expanduser().resolve()
    if place.is_relative_to(ROOT):
        raise BuildError(f"{file}: a private key does not belong in the checkout; try --release-key {USUAL}")
    if not place.exists():
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return create_signing_key(place)
    return load_signing_key(place)


def signed(manifest: Manifest, signing_key: Ed25519PrivateKey) -> bytes:
    """The manifest as it lies beside the image."""
    return message_of(sign_envelope(PURPOSE, msgspec.json.encode(manifest), signing_key))
