"""The personal part of an entry, the plate: beside the body, bound to it by a salted commitment.

The theory. Plates must go after a while and the chain of hashes must stay. So a body holds no plate but a commitment to one,

    "*" + base64url(SHA-256("horodateur plate\\n" + salt + plate))

and the salt, 16 random bytes, and the plate stand in a column of their own that no hash covers. Who has both parts can prove
that the plate is the one that was written. Without the second the first says nothing: the salt makes guessing plates useless.
Entries of before have the plate in their body and nothing beside it.
"""

from __future__ import annotations

import hashlib

from msgspec.structs import replace

from firmware.domain.base64url import base64url_encode
from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import Fact, InDoubt, PaymentStarted, RightSold

SALT_LENGTH = 16
"""Bytes."""
_MARK = "*"
"""Begins a commitment; no plate has it."""


def split(fact: Fact, salt: bytes) -> tuple[Fact, bytes | None]:
    """A fact as it is written into a body, and its personal part; None for a fact that has none. `salt`: fresh and random."""
    if not isinstance(fact, PaymentStarted | RightSold | InDoubt):
        return fact, None
    personal = salt + fact.right.plate.encode()
    return _with_plate(fact, _commitment(personal)), personal


def join(fact: Fact, personal: bytes | None) -> Fact:
    """The fact of a body with its plate, where that is still there. Raises ValueError if it is not the one committed to."""
    if not isinstance(fact, PaymentStarted | RightSold | InDoubt) or not has_no_plate(fact.right):
        if personal is not None:
            raise ValueError("a personal part beside a body that names none")
        return fact
    if personal is None:
        return fact
    if fact.right.plate != _commitment(personal):
        raise ValueError("the personal part is not the one the body was written with")
    return _with_plate(fact, personal[SALT_LENGTH:].decode())


def has_no_plate(right: ParkingRight) -> bool:
    """Whether a right's plate has been deleted: what stands in its place is a commitment."""
    return right.plate.startswith(_MARK)


def _commitment(personal: bytes) -> str:
    return _MARK + base64url_encode(hashlib.sha256(b"horodateur plate\n" + personal).digest())


def _with_plate(fact: PaymentStarted | RightSold | InDoubt, plate: str) -> Fact:
    return replace(fact, right=replace(fact.right, plate=plate))
