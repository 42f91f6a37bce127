"""Rescue files: what a technician read from a station's card, signed with the station's key, for the city.

The theory. A card that no machine starts from any more still holds entries that the city may never have had. What can be read
of it is written to one file: its journals with all their entries that are whole, and signed for this purpose alone, so nobody
can make the city take what no card held, nor pass a batch for a rescue. The chain of hashes says what was changed; where
entries could not be read there is a hole in their numbers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta

from firmware.domain.decoding import StrictStruct, decode_json
from firmware.protocol.envelope import Envelope, envelope_in, message_of, sign_envelope
from firmware.protocol.genesis import GenerationNumber
from firmware.protocol.messages import Sent

RESCUE = "rescue"
"""Purpose of the envelope: entries that were read from a card by hand."""
LONGEST_RESCUE = 1 << 29
"""Bytes of a file: about a million entries."""


class RescuedJournal(StrictStruct, frozen=True):
    """One journal of the card."""

    generation: GenerationNumber
    genesis: Annotated[str, Meta(max_length=500)]
    """The document it begins with; empty for a journal of before generations."""
    whole: bool
    """Whether it was verified to its end, so that the card holds nothing more of it."""
    entries: tuple[Sent, ...]
    """By their numbers; where some could not be read, the next ones follow."""


class Rescue(StrictStruct, frozen=True):
    """What was read from a card."""

    station: str
    at: Annotated[datetime, Meta(tz=True)]
    """When it was read, by the clock of who read it."""
    journals: tuple[RescuedJournal, ...]


class SignedRescue(NamedTuple):
    """A rescue file, its signature not yet verified."""

    envelope: Envelope
    rescue: Rescue


_rescue = msgspec.json.Decoder(Rescue)


def rescue_of(rescue: Rescue, key: Ed25519PrivateKey) -> bytes:
    """Encode and sign a rescue file."""
    return message_of(sign_envelope(RESCUE, msgspec.json.encode(rescue), key))


def rescue_in(data: bytes) -> SignedRescue:
    """Decode a rescue file; whoever believes it verifies the envelope first (`open_envelope`, purpose `RESCUE`).

    Raises ValueError naming the member that is wrong, also for a file that is cut short or too long.
    """
    if len(data) > LONGEST_RESCUE:
        raise ValueError(f"a rescue file has at most {LONGEST_RESCUE} bytes")
    envelope = envelope_in(data)
    return SignedRescue(envelope, decode_json(_rescue, bytes(envelope.signed)))
