"""Where a journal begins: a document that binds station, generation, public key and the journal it continues.

The theory. A station is a name with a line of journals, its generations. Each has a file of its own and entries from 1. What
its first entry continues from is the hash of its genesis document, so the document cannot be changed without every hash of the
journal telling:

    hash(0) = SHA-256("horodateur journal 2\\n" + document)

The parent is the end of the journal it continues: whoever holds exactly that end knows that nothing lies between the two.
Each card has 32 generations of its own, from a multiple of 32 on, the first one from 1: what a card begins unattended, and
nobody ever hears of, has no number that another card gives.
Journals of before generations have no document, are of generation 1 and begin at SHA-256("horodateur journal " + station).
"""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta

from firmware.domain.decoding import StrictStruct, decode_json
from firmware.protocol.envelope import public_key_text

LAST_GENERATION = 1023
"""As many as a bank reference can tell apart."""
CARD_GENERATIONS = 32
"""Those of one card: what it is made with, and what it begins of its own accord."""
GenerationNumber = Annotated[int, Meta(ge=1, le=LAST_GENERATION)]
HexHash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""64 hexadecimal digits, lower case."""


class Position(StrictStruct, frozen=True):
    """A place in a station's line of journals: an entry, or the beginning of a journal."""

    generation: GenerationNumber
    seq: Annotated[int, Meta(ge=0, lt=1 << 40)]
    """0 is the beginning."""
    hash: HexHash
    """Of that entry; of the beginning, what the first entry continues from."""


class Genesis(StrictStruct, frozen=True):
    """The document a journal begins with."""

    station: str
    generation: GenerationNumber
    public_key: Annotated[str, Meta(max_length=43)]
    """Of the station that began it, as `public_key_text` writes it."""
    parent: Position | None = None
    """The end of the journal it continues; None where that is not known, and of the first."""


def begins_card(generation: int) -> bool:
    """Whether a journal of this generation is the first of a card that took the place of another."""
    return generation % CARD_GENERATIONS == 0


def next_card(generation: int) -> int:
    """The first generation of the card after one that has this generation."""
    return generation - generation % CARD_GENERATIONS + CARD_GENERATIONS


def generations_before(generation: int) -> range:
    """Those that a journal may continue of which it does not say what it continues: the one before, or the card's before."""
    first = generation - CARD_GENERATIONS if begins_card(generation) else generation - 1
    return range(max(first, 1), generation)


_genesis = msgspec.json.Decoder(Genesis)


def genesis_document(station: str, generation: int, key: Ed25519PublicKey, parent: Position | None) -> bytes:
    """The text of a new journal's genesis. Written once and then only copied."""
    return msgspec.json.encode(Genesis(station, generation, public_key_text(key), parent))


def genesis_in(document: bytes) -> Genesis:
    """What a genesis document says. Raises ValueError naming the member that is wrong."""
    return decode_json(_genesis, document)


def first_hash(station: str, document: bytes) -> bytes:
    """What the first entry continues from. `document` is empty for a journal of before generations."""
    if document:
        return hashlib.sha256(b"horodateur journal 2\n" + document).digest()
    return hashlib.sha256(b"horodateur journal " + station.encode()).digest()
