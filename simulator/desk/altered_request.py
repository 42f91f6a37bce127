"""Alters a station's batch on its way to the city, as whoever stands between them could."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import msgspec

from firmware.domain.base64url import base64url_encode
from firmware.protocol.entry import chain_hash
from firmware.protocol.messages import Batch, Sent, batch_in

OTHER_PERSONAL = base64url_encode(bytes(16) + b"ZZ999ZZ")
"""A salt and a plate that no entry was written with."""
Alteration = Callable[[list[Sent], int], list[Sent]]
"""What becomes of the entries; the number is that of one of them."""


def alter(data: bytes, chance: Random) -> bytes:
    """A batch with its entries altered in one of many ways; what is no batch with entries passes as it is."""
    try:
        batch = batch_in(data)
    except ValueError:
        return data
    if not batch.entries:
        return data
    altered = chance.choice(ALTERATIONS)(list(batch.entries), chance.randrange(len(batch.entries)))
    return msgspec.json.encode(Batch(batch.signed, batch.signature, tuple(altered)))


def _cut_end(entries: list[Sent], number: int) -> list[Sent]:
    return entries[:number]


def _cut_front(entries: list[Sent], number: int) -> list[Sent]:
    return entries[number + 1 :]


def _other_text(entries: list[Sent], number: int) -> list[Sent]:
    """Another text under the same hash."""
    entries[number] = msgspec.structs.replace(entries[number], body=_another(entries[number].body))
    return entries


def _forged_end(entries: list[Sent], number: int) -> list[Sent]:
    """Another text at the end, with the hash that it would have."""
    *before, last = entries
    body = _another(last.body)
    digest = chain_hash(bytes.fromhex(before[-1].hash), body.encode()).hex() if before else last.hash
    return [*before, msgspec.structs.replace(last, body=body, hash=digest)]


def _other_plate(entries: list[Sent], number: int) -> list[Sent]:
    return [msgspec.structs.replace(each, personal=each.personal and OTHER_PERSONAL) for each in entries]


def _another(body: str) -> str:
    """A text that says the same of another instant."""
    return body.replace('"instant":', '"instant":1', 1)


ALTERATIONS: tuple[Alteration, ...] = (_cut_end, _cut_front, _other_text, _other_text, _forged_end, _other_plate)
