"""Signed manifests of images and bundles: their members, signing one, and verifying one against the release key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from firmware.domain.decoding import decode_json
from firmware.domain.errors import reason_of
from firmware.protocol.envelope import EnvelopeError, envelope_in, message_of, open_envelope, public_key_in, sign_envelope
from workshop.common.errors import ImageError
from workshop.common.sums import Sha256


class ImageManifest(msgspec.Struct, frozen=True):
    """What is signed about an image of ours: NAME.manifest beside NAME.img.xz and NAME.bmap."""

    name: str
    version: str
    size: Annotated[int, msgspec.Meta(gt=0)]
    """Bytes of the image, unpacked."""
    sha256_xz: Sha256
    """Of the compressed file."""
    sha256_img: Sha256
    sha256_bmap: Sha256
    tariffs_sha256: Sha256
    state_partition: Annotated[int, msgspec.Meta(ge=1)] = 4
    root_partition: Annotated[int, msgspec.Meta(ge=1)] = 2
    tariffs: str = "/opt/horodateur/tariffs.json"
    """Path of the tariff file on the root partition."""
    boards: str = "/opt/horodateur/board"
    """Folder of the board files on the root partition."""
    owner: Annotated[int, msgspec.Meta(ge=0)] = 900
    """Number of the user and group `horodateur`, who owns the state."""


class BundleManifest(msgspec.Struct, frozen=True):
    """What is signed about a bundle: NAME.manifest beside NAME.tar."""

    name: str
    version: str
    sha256: Sha256
    python: Annotated[str, msgspec.Meta(pattern=r"^(3\.\d+)?$")] = ""
    """Version of the Python its wheels are compiled for, on a 64-bit Pi; empty where nothing in it was compiled."""


PURPOSES: dict[type[msgspec.Struct], str] = {ImageManifest: "image", BundleManifest: "bundle"}
"""What the release key says it signs."""
Kind = TypeVar("Kind", ImageManifest, BundleManifest)


def sign_manifest(manifest: ImageManifest | BundleManifest, key: Ed25519PrivateKey) -> bytes:
    """The manifest as a file: an envelope signed for its purpose."""
    return message_of(sign_envelope(PURPOSES[type(manifest)], msgspec.json.encode(manifest), key))


def read_manifest(file: Path, key_file: Path, kind: type[Kind]) -> Kind:
    """The manifest in this file. Raises ImageError if the release key did not sign it as one of this kind."""
    try:
        return decode_json(msgspec.json.Decoder(kind), signed_document(file, key_file, PURPOSES[kind]))
    except ValueError as error:
        raise ImageError(str(file), "", str(error)) from error


def signed_document(file: Path, key_file: Path, purpose: str) -> bytes:
    """The document in this envelope. Raises ImageError if the release key did not sign it for this purpose."""
    key = release_public_key(key_file)
    try:
        return open_envelope(purpose, envelope_in(file.read_bytes()), key)
    except (EnvelopeError, ValueError, OSError) as error:
        raise ImageError(str(file), "", f"{reason_of(error)}; the key is {key_file}") from error


def release_public_key(file: Path) -> Ed25519PublicKey:
    """The key in board/release.pub, which releases are verified against. Raises ImageError."""
    try:
        return public_key_in(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ImageError(str(file), "", reason_of(error)) from error
