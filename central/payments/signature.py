"""Signed notifications of a payment provider (Standard Webhooks: HMAC-SHA256 over id, timestamp and body)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from central.core.fields import plausible
from central.payments.port import PaymentCapture
from firmware.domain.decoding import decode_json
from firmware.domain.errors import FieldError

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)
"""Between the sending of a notification and its arrival: an old one that is played again is refused."""
LONGEST_NOTIFICATION = 1 << 16
MOST_CENTS = 100_000_000


class NotifiedCapture(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a notification."""

    type: Literal["payment.captured"]
    order: Annotated[str, Meta(pattern=r"^[0-9]{1,15}\Z")]
    transaction: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,60}\Z")]
    cents: Annotated[int, Meta(ge=1, le=MOST_CENTS)]
    captured_at: datetime

    @property
    def capture(self) -> PaymentCapture:
        """As the counter takes it."""
        return PaymentCapture(self.transaction, self.order, self.cents, self.captured_at)


_capture = msgspec.json.Decoder(NotifiedCapture)


def sign(secret: bytes, id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers of a notification."""
    at = str(int(now.timestamp()))
    return {ID: id, TIMESTAMP: at, SIGNATURE: f"v1,{_digest(secret, id, at, body)}"}


def notification_in(secret: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentCapture:
    """The capture that is notified. Raises FieldError: `signature` for one that the provider did not send, or not now."""
    number, at, given = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    signatures = [each.removeprefix("v1,") for each in given.split(" ") if each.startswith("v1,")]
    expected = _digest(secret, number, at, body)
    if not any(hmac.compare_digest(expected.encode(), each.encode()) for each in signatures):
        raise FieldError("signature", "is not the provider's")
    if not (at.isascii() and at.isdecimal()) or len(at) > 12 or abs(now - datetime.fromtimestamp(int(at), UTC)) > TOLERANCE:
        raise FieldError("signature", "is too old, or of a time to come: send it again")
    try:
        said = decode_json(_capture, body)
    except FieldError:  # a member that is given twice
        raise
    except ValueError as error:
        raise FieldError("body", str(error)) from error
    if not plausible(said.captured_at):
        raise FieldError("captured_at", "a date and time with an offset")
    return said.capture


def _digest(secret: bytes, id: str, at: str, body: bytes) -> str:
    signed = hmac.new(secret, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    return base64.b64encode(signed).decode()
