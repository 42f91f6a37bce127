"""The city's time as the sync process last had it: written for the running station, which holds its clock against it.

Monotonic seconds are the kernel's, the same for every process of one boot; of another boot the note says nothing.
"""

from __future__ import annotations

import contextlib
import functools
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta

from firmware.backoffice.pull import TellTime
from firmware.domain.decoding import StrictStruct, decode_json
from firmware.journal.durable_file import UNFINISHED
from firmware.ledger.clock_evidence import CityTime
from firmware.protocol.city_time import time_in
from firmware.protocol.envelope import Envelope, EnvelopeError
from hal.kernel_files import kernel_text
from hal.ports import Instant

NOTE = "city-time"
"""The file's name in the station's folder."""
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class CityTimeNote(StrictStruct, frozen=True):
    """One answer of the city."""

    at: Annotated[datetime, Meta(tz=True)]
    instant: Instant
    """When it came."""
    boot: str


_note = msgspec.json.Decoder(CityTimeNote)


@functools.cache
def this_boot() -> str:
    """The kernel's name of this boot; empty where it gives none."""
    return kernel_text(BOOT_ID)


def note_city_time(folder: Path, at: datetime, now: Instant) -> None:
    """Write this down. Not being able to is no error."""
    beside = folder / (NOTE + UNFINISHED)
    with contextlib.suppress(OSError):
        beside.write_bytes(msgspec.json.encode(CityTimeNote(at, now, this_boot())) + b"\n")
        beside.replace(folder / NOTE)


def take_city_time(folder: Path, station: str, city: Ed25519PublicKey | None) -> TellTime:
    """What a pull hands the city's time to: it is written down if this key signed it for this request, and else ignored."""

    def take(envelope: Envelope, number: int, now: Instant) -> None:
        with contextlib.suppress(EnvelopeError):
            if city is not None:
                note_city_time(folder, time_in(envelope, station, number, city), now)

    return take


def read_city_time(folder: Path) -> CityTime | None:
    """The city's time of this boot; None where there is none that can be read."""
    with contextlib.suppress(OSError, ValueError):
        note = decode_json(_note, (folder / NOTE).read_bytes())
        return CityTime(note.at, note.instant) if note.boot == this_boot() else None
    return None
