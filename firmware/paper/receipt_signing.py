"""The signed receipt in a ticket's QR: an agent can check it offline.

Nine fields joined by `|`, then an Ed25519 signature over exactly those bytes, base64url without padding:

    HDT1|75011-0042-000813|AB123CD|1|2019-05-06T14:30|2019-05-06T16:00|600|2018-01-01|paid|<86 characters>

The ninth is `paid`, or `doubt` where nobody knew. Times are of Paris. The station's key is made at provisioning and never
leaves the station; its public half is what checks.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from firmware.domain.parking_right import ParkingRight

MARK = "HDT1"


class SigningKeyError(Exception):
    """The key file is not one, or a receipt was not signed by this key."""


@dataclass(frozen=True)
class SigningKey:
    """A station's signing key."""

    key: Ed25519PrivateKey

    def receipt(self, right: ParkingRight, *, doubtful: bool = False) -> str:
        """The text of the QR code."""
        return self.signed(f"{_text(right)}|{'doubt' if doubtful else 'paid'}")

    def signed(self, text: str) -> str:
        """The text and its signature, joined by `|`: a receipt, or what a technician takes home. Its first field says which."""
        return f"{text}|{_encoded(self.key.sign(text.encode()))}"

    @property
    def public(self) -> Ed25519PublicKey:
        """What checks this station's receipts."""
        return self.key.public_key()


def create_signing_key(path: Path) -> SigningKey:
    """Make a new key, for the owner's eyes only. Raises FileExistsError rather than replace one."""
    signing_key = SigningKey(Ed25519PrivateKey.generate())
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(signing_key.key.private_bytes_raw())
    return signing_key


def load_signing_key(path: Path) -> SigningKey:
    """The key in this file: 32 bytes. Raises SealError naming the file."""
    try:
        return SigningKey(Ed25519PrivateKey.from_private_bytes(path.read_bytes()))
    except (OSError, ValueError) as error:
        remedy = "put the key of this station back, or provision a new one in another folder"
        raise SigningKeyError(f"{path}: no Ed25519 key of 32 bytes here ({error}); {remedy}") from error


def checked_receipt(receipt: str, public: Ed25519PublicKey) -> tuple[str, ...]:
    """The fields of a receipt this station signed. Raises SealError for any other text."""
    return checked(receipt, public, MARK)


def checked(signed: str, public: Ed25519PublicKey, mark: str) -> tuple[str, ...]:
    """The fields of a text with this mark that this station signed. Raises SealError for any other: one kind is not another."""
    text, _, signature = signed.rpartition("|")
    fields = tuple(text.split("|"))
    try:
        proof = _decoded(signature)
        public.verify(proof, text.encode())
    except (InvalidSignature, ValueError) as error:
        raise SigningKeyError("this receipt was not signed by this station") from error
    if _encoded(proof) != signature:  # base64 has spare bits at its end: one receipt, one text
        raise SigningKeyError("this receipt's signature is not written as a station writes it")
    if fields[0] != mark:
        raise SigningKeyError(f"{fields[0]!r} is not the kind asked for, {mark!r}")
    return fields


def _text(right: ParkingRight) -> str:
    times = (right.start, right.end)
    start, end = (at.strftime("%Y-%m-%dT%H:%M") for at in times)
    return "|".join((MARK, right.reference, right.plate, str(right.zone), start, end, str(right.cents), right.tariff))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
