"""Demonstration register: board/demo-rights.toml as the station's entitlement copy, the city's rows and the page's plates."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from central.register.holdings import HoldingRow
from firmware.domain.errors import FieldError
from firmware.domain.plate import plate_in
from firmware.protocol.entitlements import DatedHolding, EntitlementCopy, NonEmptyText, entitlement_copy
from firmware.tariff import Holding
from hal.errors import BoardError
from hal.toml import read_toml

HELD_SINCE = datetime(2015, 1, 1, tzinfo=UTC)
"""Since when everything in the file is held: before the first tariff there is."""


class _Right(Struct, frozen=True, forbid_unknown_fields=True):
    right: NonEmptyText
    sectors: tuple[NonEmptyText, ...] = ()


class _Plate(Struct, frozen=True, forbid_unknown_fields=True):
    plate: NonEmptyText
    says: NonEmptyText
    rights: Annotated[tuple[_Right, ...], Meta(min_length=1)]


@dataclass(frozen=True)
class _Demonstration:
    version: Annotated[int, Meta(ge=1)]
    sector: NonEmptyText
    plates: tuple[_Plate, ...]


@dataclass(frozen=True)
class Demonstration:
    """Demonstration register, in the three forms that a desk needs."""

    rights: EntitlementCopy
    """The copy a station is provisioned with. Its key is made from the file: the same file gives the same copy."""
    register: tuple[HoldingRow, ...]
    """The same in the city's register."""
    plates: tuple[tuple[str, str], ...]
    """Each plate with who it is, in French, in the order of the file."""


def demonstration_rights(path: Path) -> Demonstration:
    """Read a demonstration register. Raises BoardError naming file and place. Nothing in it is secret."""
    document = read_toml(path, _Demonstration)
    _check(document.plates, str(path))
    held = {each.plate: tuple(map(_held, each.rights)) for each in document.plates}
    key = hashlib.sha256(path.read_bytes()).digest()
    rows = tuple(_row(each.plate, right) for each in document.plates for right in each.rights)
    plates = tuple((each.plate, each.says) for each in document.plates)
    return Demonstration(entitlement_copy(document.sector, key, held), rows, plates)


def _row(plate: str, right: _Right) -> HoldingRow:
    return HoldingRow(plate, right.right, right.sectors, HELD_SINCE, None)


def _held(right: _Right) -> DatedHolding:
    return DatedHolding(Holding(right.right, frozenset(right.sectors)), HELD_SINCE, None)


def _check(plates: Sequence[_Plate], file: str) -> None:
    """Two spellings of one plate would be one plate with the rights of the last."""
    seen: set[str] = set()
    for index, each in enumerate(plates):
        try:
            plate = plate_in(each.plate)
        except FieldError as error:
            raise BoardError(file, f"plates[{index}].plate", error.reason) from error
        if plate in seen:
            raise BoardError(file, f"plates[{index}].plate", f"{plate} is there twice")
        seen.add(plate)
