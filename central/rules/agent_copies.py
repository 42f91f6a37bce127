"""Offline copies for agents: what lets vehicles stay in one sector for the next hours, for a cellar without a network.

The theory. Like a station's copy (`firmware/protocol/entitlements.py`) it names no plate: what stands for one is its HMAC under
a salt drawn for this copy alone. It says until when each plate may stay, as the register had it at one instant, and is signed
by the city. What was sold since is not in it: an answer from a copy says from when the copy is and is never conclusive, and
the control is checked again by the register once there is a network (`POST /v1/checks/batch`, with its instant as `known_at`).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from central.rules.coverage import counts_at, ticketless_holding
from central.rules.evidence import CheckRules, HeldRight, Place, RegisteredRight, RightStatus
from central.rules.verdict import AllowedBecause
from firmware.domain.decoding import StrictStruct, decode_json
from firmware.domain.errors import FieldError
from firmware.domain.plate import normalise
from firmware.domain.sector import Sector
from firmware.protocol.entitlements import AwareInstant
from firmware.protocol.envelope import envelope_in, message_of, open_envelope, sign_envelope
from firmware.tariff import Tariffs

PURPOSE = "agent copy"
"""Of the signature: no other document of the city can be taken for a copy."""
VALID = timedelta(hours=4)
"""Half a day's service: an older copy is used for nothing."""
SALT_BYTES = 32
HASH_BYTES = 16


class CopiedStay(StrictStruct, frozen=True):
    """A span of time in which a vehicle may stay."""

    since: AwareInstant
    until: AwareInstant | None
    """None: no end is known."""
    because: Literal["right", "register"]
    tolerated_until: AwareInstant | None = None
    """Of a right: the city tolerates the vehicle until then."""


class CopiedPlate(StrictStruct, frozen=True):
    """What stands for one plate."""

    hash: Annotated[bytes, Meta(min_length=HASH_BYTES, max_length=HASH_BYTES)]
    stays: Annotated[tuple[CopiedStay, ...], Meta(min_length=1)]


class AgentCopy(StrictStruct, frozen=True):
    """A copy, as it is signed; bytes are base64."""

    format: Literal[1]
    zone: int
    sector: Sector
    made_at: AwareInstant
    valid_until: AwareInstant
    complete_until: AwareInstant | None
    """How far the data of the sector's stations went when it was made."""
    salt: Annotated[bytes, Meta(min_length=SALT_BYTES, max_length=SALT_BYTES)]
    plates: tuple[CopiedPlate, ...]
    """In the order of their hashes, which says nothing of them."""


@dataclass(frozen=True)
class OfflineAnswer:
    """What a copy says of a plate."""

    allowed: bool
    because: AllowedBecause | None
    until: datetime | None
    copied_at: datetime
    """The register's answer of that instant, and of no later one."""
    conclusive: Literal[False] = False
    """Never: what was sold since is not in the copy."""


_copy = msgspec.json.Decoder(AgentCopy)


def copy_of(
    place: Place,
    now: datetime,
    complete_until: datetime | None,
    salt: bytes,
    stays: Mapping[str, Iterable[CopiedStay]],
) -> AgentCopy:
    """The copy of what these normalised plates may do at a place. `salt`: 32 bytes, drawn anew for every copy."""
    plates = sorted((_hash(salt, plate), tuple(these)) for plate, these in stays.items())
    copied = tuple(CopiedPlate(digest, these) for digest, these in plates if these)
    return AgentCopy(1, place.zone, place.sector, now, now + VALID, complete_until, salt, copied)


def stays_of(
    rights: Iterable[RegisteredRight],
    holdings: tuple[HeldRight, ...],
    place: Place,
    tariffs: Tariffs,
    rules: CheckRules,
    now: datetime,
) -> tuple[CopiedStay, ...]:
    """In which spans of time one plate may stay, from `now` on, by its rights and by what it holds."""
    bought = (
        CopiedStay(right.since, right.end, "right", _tolerated(right, rules))
        for right in rights
        if counts_at(right, holdings, place, tariffs) and (_tolerated(right, rules) or right.end) > now
    )
    held = (
        CopiedStay(each.valid_from, each.valid_until, "register")
        for each in holdings
        if ticketless_holding([each], place, tariffs.day(now))
    )
    return (*bought, *held)


def _tolerated(right: RegisteredRight, rules: CheckRules) -> datetime | None:
    return None if right.status is RightStatus.GIVEN_BACK else right.end + rules.tolerance


def sign_copy(copy: AgentCopy, key: Ed25519PrivateKey) -> bytes:
    """The copy in an envelope signed by the city."""
    return message_of(sign_envelope(PURPOSE, msgspec.json.encode(copy), key))


def copy_in(message: bytes, city: Ed25519PublicKey) -> AgentCopy:
    """The copy in an envelope. Raises ValueError for one that this city did not sign, or that cannot be read."""
    return decode_json(_copy, open_envelope(PURPOSE, envelope_in(message), city))


def answer_offline(copy: AgentCopy, plate: str, at: datetime) -> OfflineAnswer:
    """What a copy says of a plate, however it is written. Raises FieldError for an instant that it is not good for."""
    if not copy.made_at <= at < copy.valid_until:
        raise FieldError("at", f"the copy is good from {copy.made_at.isoformat()} until {copy.valid_until.isoformat()}")
    digest = _hash(copy.salt, normalise(plate))
    stays = [stay for each in copy.plates if each.hash == digest for stay in each.stays if stay.since <= at]
    running = [stay for stay in stays if stay.until is None or at < stay.until]
    if running := [stay for stay in running if stay.because == "right"] or running:
        last = max(running, key=lambda stay: (stay.until is None, stay.until or stay.since))
        return OfflineAnswer(True, AllowedBecause(last.because), last.until, copy.made_at)
    tolerated = max((stay.tolerated_until for stay in stays if stay.tolerated_until), default=None)
    if tolerated and at < tolerated:
        return OfflineAnswer(True, AllowedBecause.TOLERANCE, tolerated, copy.made_at)
    return OfflineAnswer(False, None, None, copy.made_at)


def _hash(salt: bytes, plate: str) -> bytes:
    return hmac.digest(salt, plate.encode(), "sha256")[:HASH_BYTES]
