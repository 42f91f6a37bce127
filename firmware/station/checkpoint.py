"""The signed checkpoint: what a station's journals add up to, up to one entry, so that a start reads only what follows it.

The theory. The ledger is a fold over the journal, so a start would read every sale of years. The checkpoint is that fold at an
entry, signed with the station's key: whoever could forge it could as well write a journal. It is never needed. One that cannot
be read, is not signed by this key or names an entry the journals do not have counts for nothing, and the whole chain is read.
The chain before it is checked too, in slices, while nobody is there.

It is MessagePack, whose own time stamps are all UTC: so instants are written as in the journal, as text with their offset. A
station that was started again says the hours that it said before.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from firmware.domain.decoding import StrictStruct
from firmware.journal.durable_file import put_in_place
from firmware.ledger.clock_evidence import ClockEvidence
from firmware.ledger.ledger import Ledger
from firmware.protocol.genesis import Position

CHECKPOINT = "journal.checkpoint"
_PURPOSE = b"horodateur checkpoint 4\n"
"""What is signed begins with it. The number grows when the ledger, or how it is written, changes."""
_SIGNATURE = 64


class Checkpoint(StrictStruct, frozen=True):
    """What every entry up to a position adds up to."""

    position: Position
    ledger: Ledger
    evidence: ClockEvidence


_decoder = msgspec.msgpack.Decoder(Checkpoint)


def write_checkpoint(folder: Path, checkpoint: Checkpoint, key: Ed25519PrivateKey) -> None:
    """Replace the checkpoint, whole or not at all. Raises OSError; then the old one stays."""
    told = msgspec.msgpack.encode(msgspec.to_builtins(checkpoint))
    put_in_place(folder / CHECKPOINT, key.sign(_PURPOSE + told) + told)


def read_checkpoint(folder: Path, key: Ed25519PublicKey) -> Checkpoint | None:
    """The checkpoint in this folder; None if there is none that this key signed and this software can read."""
    with contextlib.suppress(OSError, ValueError, InvalidSignature):
        data = (folder / CHECKPOINT).read_bytes()
        key.verify(data[:_SIGNATURE], _PURPOSE + data[_SIGNATURE:])
        return _decoder.decode(data[_SIGNATURE:])
    return None
