"""The rescue file: what could be read of a station's journals on a card, signed, for the city to take.

It carries the entries as a batch does, plates included, and is signed by a key of the station, so nothing in it can be changed
on its way. What the city believes is the chain: an entry counts where it continues from what the city holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta

from firmware.domain.decoding import StrictStruct, decode_json
from firmware.protocol.entry import Entry
from firmware.protocol.envelope import Envelope, envelope_in, message_of, sign_envelope
from firmware.protocol.genesis import GenerationNumber, HexHash, first_hash
from firmware.protocol.messages import Sent, sent_of

RESCUE = "rescue"
"""Purpose of the envelope."""
LARGEST = 1 << 30
"""Bytes: a hundred years of sales of one station."""


class RescuedRun(StrictStruct, frozen=True):
    """Entries of one journal that follow each other without a hole."""

    base: HexHash
    """What the first of them continues from."""
    entries: tuple[Sent, ...]


class RescuedJournal(StrictStruct, frozen=True, omit_defaults=True):
    """One journal as far as it could be read."""

    generation: GenerationNumber
    genesis: Annotated[str, Meta(max_length=500)]
    """The document it begins with; empty for one of before generations."""
    runs: tuple[RescuedRun, ...]
    """In order; more than one where entries between them could not be read."""
    whole: bool = False
    """It was read from its first entry to its last, and no mark beside it says that there were more."""
    flaw: str = ""
    """Why it is not whole."""


class Rescue(StrictStruct, frozen=True):
    """The journals of one station, the oldest generation first."""

    station: str
    at: Annotated[datetime, Meta(tz=True)]
    """When they were read."""
    journals: tuple[RescuedJournal, ...]

    def start_of(self, journal: RescuedJournal) -> bytes:
        """What the first entry of a journal continues from."""
        return first_hash(self.station, journal.genesis.encode())


_rescue = msgspec.json.Decoder(Rescue)


def run_of(base: bytes, entries: Iterable[Entry]) -> RescuedRun:
    """A run as it travels."""
    return RescuedRun(base.hex(), tuple(map(sent_of, entries)))


def rescue_file(rescue: Rescue, key: Ed25519PrivateKey) -> bytes:
    """Encode and sign the file."""
    return message_of(sign_envelope(RESCUE, msgspec.json.encode(rescue), key))


def rescue_envelope_in(data: bytes) -> Envelope:
    """The signed envelope in a file, not yet checked. Raises ValueError for anything else, or too long."""
    if len(data) > LARGEST:
        raise ValueError(f"longer than {LARGEST} bytes")
    return envelope_in(data)


def rescue_in(document: bytes) -> Rescue:
    """What was signed. Raises ValueError naming the member that is wrong."""
    return decode_json(_rescue, document)
