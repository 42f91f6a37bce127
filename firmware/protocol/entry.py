"""Journal entries and their hash chain.

The theory. An entry's body is a text: canonical JSON of the sequence number, the station, both clocks, the boot and the
fact. It is written once and from then on only copied, never encoded again, because its hash covers every byte of it:

    hash(0)   where the journal begins (see `genesis.py`)
    hash(n) = SHA-256(hash(n-1) + body(n))

So the last hash speaks for the whole journal: whoever holds it can tell whether an entry was changed, moved, taken out or
put in, and whether the journal is this station's at all. The city keeps the last hash it has taken of each journal and accepts
only what continues from there. An entry is (station, generation, sequence number) for ever.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec.structs import replace

from firmware.domain.decoding import decode_json
from firmware.protocol.facts import Fact
from firmware.protocol.personal import join

LAST_SEQ = (1 << 40) - 1
"""The greatest sequence number of an entry."""


@dataclass(frozen=True)
class Entry:
    """A journal entry: sequence number, body text, chain hash."""

    seq: int
    """From 1, without holes."""
    body: bytes
    """The exact text that was hashed, UTF-8."""
    hash: bytes
    """Of the entry before and this body, 32 bytes."""
    personal: bytes | None = None
    """The part of it that no hash covers (see `personal.py`); None if there is none, or no longer."""


class EntryContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The decoded body of an entry. The order of the fields is the order in the text."""

    seq: int
    station: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    """The wall clock when it was written; may have jumped."""
    instant: float
    """The monotonic clock, in seconds: comparable within one boot."""
    boot: str
    """Which start of the station's software wrote it."""
    fact: Fact
    generation: int = 1
    """Of the journal it stands in."""


class EntryPosition(msgspec.Struct, frozen=True):
    """Sequence number, station and generation of a body, readable even when its fact is of a kind not known here."""

    seq: Annotated[int, msgspec.Meta(ge=1, le=LAST_SEQ)]
    station: str
    generation: int = 1


_encoder = msgspec.json.Encoder()
_content = msgspec.json.Decoder(EntryContent)
_position = msgspec.json.Decoder(EntryPosition)


def chain_hash(previous: bytes, body: bytes) -> bytes:
    """The hash of the entry with this body after the entry with that hash."""
    return hashlib.sha256(previous + body).digest()


def body_of(content: EntryContent) -> bytes:
    """Encode a body. Never to be used on what was already written once."""
    return _encoder.encode(content)


def content_in(body: bytes, personal: bytes | None = None) -> EntryContent:
    """Decode a body, its personal part put back. Raises ValueError saying why for anything but a known fact, whole and well
    formed, and for a personal part that is not the body's.
    """
    return with_personal(decode_json(_content, body), personal)


def with_personal(content: EntryContent, personal: bytes | None) -> EntryContent:
    """What an entry says with its personal part put back. Raises ValueError if that is not the body's."""
    fact = join(content.fact, personal)
    return content if fact is content.fact else replace(content, fact=fact)


def position_of(body: bytes) -> EntryPosition:
    """Read sequence number, station and generation of a body. Raises ValueError if it does not say."""
    return decode_json(_position, body)
