"""Entitlement copies: what plates hold in one sector, for a station that cannot ask the city.

The theory. No plate is written down. What stands for one is the first 16 bytes of its HMAC-SHA-256 under the key of this copy:
enough that two plates never meet, and useless beside another copy, whose key is another. The key lies in the same file, so
that a station can look up: whoever has the file can still try every plate there is. It keeps plates from being read, searched
or joined with another list; it does not make the file public.

Each right has its dates with it: a right that ends at midnight ends at midnight, whether the city can be reached or not.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from firmware.domain.decoding import StrictStruct, doubled_member, place_and_reason
from firmware.domain.errors import FileError
from firmware.domain.plate import normalise
from firmware.domain.sector import Sector
from firmware.tariff import Holding

T = TypeVar("T")

KEY_BYTES = 32
HASH_BYTES = 16


class EntitlementError(FileError):
    """A copy cannot be used: fetch it again. Until then the one before serves, or none."""


@dataclass(frozen=True, slots=True)
class DatedHolding:
    """A right a plate holds, and its validity."""

    holding: Holding
    since: datetime
    """Aware; held at this instant."""
    until: datetime | None
    """Aware; not held any more at this instant. None: no end is known."""

    def at(self, at: datetime) -> bool:
        """Whether it is held at this instant."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class EntitlementCopy:
    """The city's register of holdings, as far as it concerns one sector; plates are hashed."""

    sector: str
    """The residential sector it was made for, `11D`; empty in `NO_ENTITLEMENTS`."""
    key: bytes = field(repr=False)
    plates: Mapping[bytes, tuple[DatedHolding, ...]] = field(repr=False)
    """By hash."""

    def holdings(self, plate: str, at: datetime) -> tuple[Holding, ...]:
        """What a plate, however it is written, holds at this instant; nothing if it is not in the copy."""
        return tuple(held.holding for held in self.plates.get(_hash(self.key, plate), ()) if held.at(at))


NO_ENTITLEMENTS = EntitlementCopy("", bytes(KEY_BYTES), {})
"""Nobody holds anything: a station that has no copy yet sells to visitors."""


def entitlement_copy(sector: str, key: bytes, held: Mapping[str, Iterable[DatedHolding]]) -> EntitlementCopy:
    """Make a copy of what these plates hold. `key`: 32 bytes, drawn anew for every copy."""
    return EntitlementCopy(sector, key, {_hash(key, plate): tuple(rights) for plate, rights in held.items()})


def _hash(key: bytes, plate: str) -> bytes:
    return hmac.digest(key, normalise(plate).encode(), "sha256")[:HASH_BYTES]


# --- as it is published -------------------------------------------------------------------------------------------

NonEmptyText = Annotated[str, Meta(min_length=1)]
AwareInstant = Annotated[datetime, Meta(tz=True)]


class _Right(StrictStruct, frozen=True):
    right: NonEmptyText
    since: AwareInstant
    until: AwareInstant | None
    sectors: tuple[Sector, ...] = ()


class _Plate(StrictStruct, frozen=True):
    hash: Annotated[bytes, Meta(min_length=HASH_BYTES, max_length=HASH_BYTES)]
    rights: Annotated[tuple[_Right, ...], Meta(min_length=1)]


class _File(StrictStruct, frozen=True):
    """Bytes are base64."""

    format: Literal[2]
    sector: Sector
    key: Annotated[bytes, Meta(min_length=KEY_BYTES, max_length=KEY_BYTES)]
    plates: tuple[msgspec.Raw, ...]
    """Each a `_Plate`, in the order of their hashes, which says nothing of them. Read one by one: there may be 100 000."""


_file = msgspec.json.Decoder(_File)
_plate = msgspec.json.Decoder(_Plate)


def body_of(copy: EntitlementCopy) -> bytes:
    """Encode a copy as JSON. Raises EntitlementError for one that could not be read back."""
    plates = (_Plate(digest, tuple(map(_right, held))) for digest, held in sorted(copy.plates.items()) if held)
    rows = tuple(msgspec.Raw(msgspec.json.encode(plate)) for plate in plates)
    data = msgspec.json.encode(_File(2, copy.sector, copy.key, rows))
    copy_in(data, "the copy")
    return data


def copy_in(data: bytes, name: str) -> EntitlementCopy:
    """Decode a copy from JSON. Raises EntitlementError with `name` for its file, and the place in it."""
    document = _decoded(_file, data, name, "$")
    _no_key_twice(data, name)
    return EntitlementCopy(document.sector, document.key, _plates(document.plates, name))


def _plates(rows: tuple[msgspec.Raw, ...], name: str) -> dict[bytes, tuple[DatedHolding, ...]]:
    """Neighbours hold the same and days are few, so these are kept once: a big copy must fit a small memory."""
    plates: dict[bytes, tuple[DatedHolding, ...]] = {}
    before = b""
    holdings: dict[Holding, Holding] = {}
    days: dict[datetime, datetime] = {}
    for index, row in enumerate(rows):
        plate = _decoded(_plate, row, name, f"$.plates[{index}]")
        if plate.hash <= before:
            raise EntitlementError(name, f"$.plates[{index}].hash", "is there twice, or out of order")
        before = plate.hash
        plates[plate.hash] = tuple(_held(each, holdings, days) for each in plate.rights)
    return plates


def _held(right: _Right, holdings: dict[Holding, Holding], days: dict[datetime, datetime]) -> DatedHolding:
    """The same objects for the same values, wherever they were seen before."""
    holding, until = Holding(right.right, frozenset(right.sectors)), right.until
    since = days.setdefault(right.since, right.since)
    return DatedHolding(holdings.setdefault(holding, holding), since, until and days.setdefault(until, until))


def _decoded(decoder: msgspec.json.Decoder[T], data: bytes | msgspec.Raw, name: str, here: str) -> T:
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        place, reason = place_and_reason(error)
        raise EntitlementError(name, here + place.removeprefix("$"), reason) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EntitlementError(name, "", f"is not JSON: {error}") from error


def _no_key_twice(data: bytes, name: str) -> None:
    """Decoders keep the last of two equal keys and say nothing: which date was meant? Keeps nothing of what it reads."""
    if twice := doubled_member(data):
        raise EntitlementError(name, "$", f"the key {twice!r} is given twice")


def _right(held: DatedHolding) -> _Right:
    return _Right(held.holding.right, held.since, held.until, tuple(sorted(held.holding.sectors)))
