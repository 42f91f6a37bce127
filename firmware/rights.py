"""The rights a station works from when nobody can be asked: a copy of the city's register for its sector.

Reads and writes one file; knows no clock, no wire.

The theory. No plate is written down. What stands for one is the first 16 bytes of its HMAC-SHA-256 under the key of this copy:
enough that two plates never meet, and useless beside another copy, whose key is another. The key lies in the same file, so
that a station can look up: whoever has the file can still try every plate there is. It keeps plates from being read, searched
or joined with another list; it does not make the file public.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from firmware.plate import normalise
from firmware.tariff import Holding

KEY_BYTES = 32
HASH_BYTES = 16


class RightsError(Exception):
    """A copy that cannot be used. The fault is the file's: fetch it again; until then, everybody is a visitor."""

    def __init__(self, file: str, where: str, reason: str) -> None:
        super().__init__(f"{file}: {where}: {reason}" if where else f"{file}: {reason}")
        self.file = file
        self.where = where
        """The path inside the file, such as `$.plates[1].hash`; empty if it is not even JSON."""
        self.reason = reason


@dataclass(frozen=True)
class RightsCopy:
    """What plates hold, as far as it concerns one sector."""

    version: int
    """A newer copy has a greater one."""
    sector: str
    """The residential sector it was made for, `11D`; empty in `NO_RIGHTS`."""
    key: bytes = field(repr=False)
    plates: Mapping[bytes, tuple[Holding, ...]] = field(repr=False)
    """By hash."""

    def holdings(self, plate: str) -> tuple[Holding, ...]:
        """What a plate, however it is written, holds; nothing if it is not in the copy."""
        return self.plates.get(_hash(self.key, plate), ())


NO_RIGHTS = RightsCopy(0, "", bytes(KEY_BYTES), {})
"""Nobody holds anything: a station that has no copy yet sells to visitors."""


def rights_copy(version: int, sector: str, key: bytes, held: Mapping[str, Iterable[Holding]]) -> RightsCopy:
    """A copy of what these plates hold. `key`: 32 bytes, drawn anew for every copy."""
    return RightsCopy(version, sector, key, {_hash(key, plate): tuple(holdings) for plate, holdings in held.items()})


def _hash(key: bytes, plate: str) -> bytes:
    return hmac.digest(key, normalise(plate).encode(), "sha256")[:HASH_BYTES]


# --- the file -----------------------------------------------------------------------------------------------------

Sector = Annotated[str, Meta(pattern="^([1-9]|1[0-9]|20)[A-Z]$")]
"""Arrondissement and a letter, `11D`."""
Text = Annotated[str, Meta(min_length=1)]


class _Strict(Struct, frozen=True, forbid_unknown_fields=True):
    """A member nobody here knows may be one that takes a right away."""


class _Right(_Strict, frozen=True):
    right: Text
    sectors: tuple[Sector, ...] = ()


class _Plate(_Strict, frozen=True):
    hash: Annotated[bytes, Meta(min_length=HASH_BYTES, max_length=HASH_BYTES)]
    rights: Annotated[tuple[_Right, ...], Meta(min_length=1)]


class _File(_Strict, frozen=True):
    """Bytes are base64."""

    format: Literal[1]
    version: Annotated[int, Meta(ge=1)]
    sector: Sector
    key: Annotated[bytes, Meta(min_length=KEY_BYTES, max_length=KEY_BYTES)]
    plates: tuple[_Plate, ...]
    """In the order of their hashes, which says nothing about the plates."""


def load_rights(path: Path) -> RightsCopy:
    """The copy in a file. Raises RightsError naming the file and the place in it, FileNotFoundError if there is none."""
    try:
        document = _decoded(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise RightsError(str(path), "", f"cannot be read: {error.strerror}") from error
    return RightsCopy(document.version, document.sector, document.key, {each.hash: _held(each) for each in document.plates})


def write_rights(copy: RightsCopy, path: Path) -> None:
    """Put a copy in place of the one there, whole or not at all, for the owner's eyes only.

    Raises RightsError for one that could not be read back, OSError if it cannot be written; the old one stays.
    """
    rows = tuple(_Plate(digest, _rights(holdings)) for digest, holdings in sorted(copy.plates.items()) if holdings)
    data = msgspec.json.encode(_File(1, copy.version, copy.sector, copy.key, rows))
    _decoded(data, str(path))
    beside = path.with_name(path.name + ".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _decoded(data: bytes, name: str) -> _File:
    try:
        document = msgspec.json.decode(data, type=_File)
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(" - at ")
        raise RightsError(name, where.strip("`") or "$", reason) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RightsError(name, "", f"is not JSON: {error}") from error
    for index, (before, after) in enumerate(pairwise(document.plates), 1):
        if before.hash >= after.hash:
            raise RightsError(name, f"$.plates[{index}].hash", "is there twice, or out of order")
    return document


def _held(plate: _Plate) -> tuple[Holding, ...]:
    return tuple(Holding(each.right, frozenset(each.sectors)) for each in plate.rights)


def _rights(holdings: tuple[Holding, ...]) -> tuple[_Right, ...]:
    return tuple(_Right(holding.right, tuple(sorted(holding.sectors))) for holding in holdings)
