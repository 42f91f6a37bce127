"""Signed envelopes: a JSON document and its Ed25519 signature, in both directions between a station and the city.

The theory. A signature covers bytes, and JSON can be written in many ways, so the signed document travels inside the message
exactly as it was signed, and the reader checks the slice of the message that holds it before he reads a word of it:

    {"signed": {…these very bytes…}, "signature": "<86 characters, base64url without padding>", …}

    signature = Ed25519(key, "horodateur " + purpose + "\\n" + bytes of the document)

The purpose keeps a document signed for one end from being used for another: a `contact` is no `publication`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from firmware.domain.base64url import base64url_decode, base64url_encode
from firmware.domain.decoding import decode_json
from firmware.domain.errors import FieldError

STATEMENT = "contact"
"""Purpose: a batch of journal entries, or a heartbeat."""
PULL = "pull"
"""A station asks for what the city publishes."""
PUBLICATION = "publication"
"""The city publishes prices, configuration or rights."""
CITY_TIME = "time"
"""The city says what time it is, in answer to one request."""


Signature = Annotated[str, msgspec.Meta(min_length=86, max_length=86)]
"""Ed25519, 64 bytes as base64url without padding."""


class EnvelopeError(FieldError):
    """An envelope that this key did not sign for this purpose: nothing in it may be believed."""

    def __init__(self, reason: str) -> None:
        super().__init__("", reason)


class Envelope(msgspec.Struct, frozen=True):
    """A document and its signature; what stands beside them is not signed."""

    signed: msgspec.Raw
    signature: Signature


_envelope = msgspec.json.Decoder(Envelope)


def sign_envelope(purpose: str, document: bytes, key: Ed25519PrivateKey) -> Envelope:
    """Sign a document for one purpose. `document` is JSON, and travels as it is."""
    return Envelope(msgspec.Raw(document), base64url_encode(key.sign(_signed_text(purpose, document))))


def open_envelope(purpose: str, envelope: Envelope, public: Ed25519PublicKey) -> bytes:
    """The document in an envelope that this key signed for this purpose. Raises EnvelopeError for any other."""
    document = bytes(envelope.signed)
    try:
        public.verify(base64url_decode(envelope.signature), _signed_text(purpose, document))
    except (InvalidSignature, ValueError) as error:
        raise EnvelopeError(f"not signed for {purpose} by the expected key") from error
    return document


def message_of(envelope: Envelope) -> bytes:
    """Encode an envelope as a message of its own."""
    return msgspec.json.encode(envelope)


def envelope_in(message: bytes) -> Envelope:
    """Decode the envelope of a message. Raises ValueError naming the member that is wrong."""
    return decode_json(_envelope, message)


def public_key_in(text: str) -> Ed25519PublicKey:
    """Read a public key as people copy it: 43 characters of base64url, spaces around them or not.

    Raises ValueError saying what it should be.
    """
    try:
        return Ed25519PublicKey.from_public_bytes(base64url_decode(text.strip()))
    except ValueError as error:
        raise ValueError("a public key is 43 characters of base64url: 32 bytes, no padding") from error


def public_key_text(public: Ed25519PublicKey) -> str:
    """Write a public key as people copy it: 43 characters of base64url."""
    return base64url_encode(public.public_bytes_raw())


def _signed_text(purpose: str, document: bytes) -> bytes:
    return b"horodateur " + purpose.encode() + b"\n" + document
