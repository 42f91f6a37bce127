"""Signs and verifies the receipt in a ticket's QR code, which an agent can check offline.

Nine fields joined by `|`, then an Ed25519 signature over exactly those bytes, base64url without padding:

    HDT1|75011-0042-000813|AB123CD|1|2019-05-06T14:30|2019-05-06T16:00|600|2018-01-01|paid|<86 characters>

The ninth is `paid`, or `doubt` where nobody knew. Times are of Paris. The station's key is made at provisioning and never
leaves the station; its public half is what checks. The same text stands in a QR code on the display where no ticket comes out.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from firmware.domain.base64url import base64url_decode, base64url_encode
from firmware.domain.errors import FieldError
from firmware.domain.parking_right import ParkingRight
from firmware.domain.short_code import short_code

MARK = "HDT1"
_CODES = "HDC1"
"""What is signed to draw the secret of the short codes from the station's key; it is never shown."""


class ReceiptError(FieldError):
    """A text that this station did not sign, or not as this kind of text."""

    def __init__(self, reason: str) -> None:
        super().__init__("", reason)


class ReceiptSigner:
    """The receipts of one station: signed texts, and the short codes they are asked for by."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._secret = hashlib.sha256(key.sign(_CODES.encode())).digest()

    def text(self, right: ParkingRight, *, doubtful: bool = False) -> str:
        """The text of a QR code; see `sign_receipt`."""
        return sign_receipt(right, self._key, doubtful=doubtful)

    def code(self, reference: str) -> str:
        """The short code of a sale: of this key, so another station knows nothing of it."""
        return short_code(self._secret, reference)


def sign_receipt(right: ParkingRight, key: Ed25519PrivateKey, *, doubtful: bool = False) -> str:
    """Sign a receipt: the text of a ticket's QR code."""
    return sign_text(f"{_text(right)}|{'doubt' if doubtful else 'paid'}", key)


def sign_text(text: str, key: Ed25519PrivateKey) -> str:
    """Sign a text, a receipt or a service ticket's: text and signature, joined by `|`. Its first field says which it is."""
    return f"{text}|{base64url_encode(key.sign(text.encode()))}"


def verify_receipt(receipt: str, public: Ed25519PublicKey) -> tuple[str, ...]:
    """Verify a receipt and read its fields. Raises ReceiptError for any other text."""
    return verify_text(receipt, public, MARK)


def verify_text(signed: str, public: Ed25519PublicKey, mark: str) -> tuple[str, ...]:
    """Verify a signed text of this kind and read its fields. Raises ReceiptError for any other."""
    text, _, signature = signed.rpartition("|")
    fields = tuple(text.split("|"))
    try:
        public.verify(base64url_decode(signature), text.encode())
    except (InvalidSignature, ValueError) as error:
        raise ReceiptError("this receipt was not signed by this station") from error
    if fields[0] != mark:
        raise ReceiptError(f"{fields[0]!r} is not the kind asked for, {mark!r}")
    return fields


def _text(right: ParkingRight) -> str:
    times = (right.start, right.end)
    start, end = (at.strftime("%Y-%m-%dT%H:%M") for at in times)
    return "|".join((MARK, right.reference, right.plate, str(right.zone), start, end, str(right.cents), right.tariff))
