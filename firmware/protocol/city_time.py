"""The city's signed time: what a station's clock is held against, whoever else keeps it.

The theory. The time of a network is whoever's owns the cable. The city signs what its clock says together with the number of
the request it answers, so an old answer is no new one, and nobody on the way can make one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from firmware.domain.decoding import StrictStruct, decode_json
from firmware.protocol.envelope import CITY_TIME, Envelope, EnvelopeError, open_envelope, sign_envelope


class SignedTime(StrictStruct, frozen=True):
    """What the city signs."""

    station: str
    request_number: int = msgspec.field(name="contact")
    """Of the request that it answers."""
    at: Annotated[datetime, Meta(tz=True)]


_time = msgspec.json.Decoder(SignedTime)


def sign_time(station: str, request_number: int, at: datetime, key: Ed25519PrivateKey) -> Envelope:
    """The time of this answer, signed."""
    return sign_envelope(CITY_TIME, msgspec.json.encode(SignedTime(station, request_number, at)), key)


def time_in(envelope: Envelope, station: str, request_number: int, city: Ed25519PublicKey) -> datetime:
    """The city's time, where the envelope answers this request. Raises EnvelopeError for any other."""
    try:
        signed = decode_json(_time, open_envelope(CITY_TIME, envelope, city))
    except ValueError as error:
        raise EnvelopeError(f"the city's time cannot be read: {error}") from error
    if (signed.station, signed.request_number) != (station, request_number):
        raise EnvelopeError("the city's time answers another request")
    return signed.at
