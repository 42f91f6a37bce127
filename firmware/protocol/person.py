"""A person who may open the service menu: in `people.json`, and in the configuration that the city signs."""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

SALT_BYTES, HASH_BYTES = 16, 32
Role = Literal["technician", "collector"]
"""`technician`: the whole menu; `collector`: paper, tickets and counters, alarms and versions to read."""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A person: one line of the file."""

    number: Annotated[str, Meta(pattern=r"^[0-9]{2}\Z")]
    name: Annotated[str, Meta(min_length=1, max_length=40)]
    salt: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
    hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    role: Role = "technician"

    def has(self, pin: str) -> bool:
        """Whether this is their PIN; takes as long for a wrong one."""
        return hmac.compare_digest(pin_hash(pin, bytes.fromhex(self.salt)), bytes.fromhex(self.hash))


def pin_hash(pin: str, salt: bytes) -> bytes:
    """The scrypt hash of a PIN. Takes 16 MB and 50 ms, 0.3 s on a Pi 3."""
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, dklen=HASH_BYTES)
