"""SD card of a simulated station that is off: copied, put back to an older copy of its journals, replaced by a new card.

What becomes of the card is done with the functions of provisioning and of the city's fleet; only the new card's key is not
drawn but made from the old one, so that the same visit gives the same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.core.city import City
from central.operations.exceptions_queue import clear_incident, list_incidents
from central.operations.fleet import Enrolment, enrol
from firmware.domain.errors import FileError
from firmware.journal.marks import CURSOR
from firmware.station.replaced_card import read_replaced_card
from firmware.station.state_folder import KEY, PEOPLE, open_signing_key, provision
from simulator.setting import Setting

COPY, DRAWER = "sd-copy", "old-cards"
"""Folders beside the card's files: its last copy, and the cards and journals that were taken out."""
CITYS = ("central.*",)
"""The city's files, where the city of a desk is in the same folder."""
CHECKPOINT, SIGNATURE_BYTES, FORGED_CENTS = "journal.checkpoint", 64, 100_000
OPERATOR = "street operator"


def copy_card(folder: Path) -> None:
    """Copy the card, in place of an earlier copy."""
    shutil.rmtree(folder / COPY, ignore_errors=True)
    (folder / COPY).mkdir()
    for file in _files(folder):
        _copy(file, folder / COPY)


def restore_journals(folder: Path) -> None:
    """Put the journals of the copy back, and leave the marks beside them; nothing where no copy was made of this card."""
    copy = folder / COPY
    if not copy.exists() or (copy / KEY).read_bytes() != (folder / KEY).read_bytes():
        return
    lost = _next_drawer(folder)
    for file in _journals(folder):
        file.rename(lost / file.name)
    for file in _journals(copy):
        _copy(file, folder)


def forge_checkpoint(folder: Path) -> None:
    """Somebody who has no key writes a checkpoint that counts money which was never paid; nothing where there is none yet.

    It begins with 64 bytes of a signature, as it should: not the station's. The rest is the true one, in MessagePack.
    """
    if not (file := folder / CHECKPOINT).exists():
        return
    told = msgspec.msgpack.decode(file.read_bytes()[SIGNATURE_BYTES:])
    told["ledger"]["counters"]["since"]["cents"] += FORGED_CENTS
    text = msgspec.msgpack.encode(told)
    file.write_bytes(_key_after(open_signing_key(folder)).sign(text) + text)


def replace_card(setting: Setting, city: City, now: datetime) -> None:
    """A new card that goes on from the old one, which is laid aside; the city is told its key.

    A card that is not whole stays in: what it lacks is for a person to look into.
    """
    folder, station = setting.folder, setting.site.station
    old = _next_drawer(folder)
    shutil.copytree(folder, old, ignore=shutil.ignore_patterns(COPY, DRAWER, *CITYS), dirs_exist_ok=True)
    try:
        after = read_replaced_card(old, station, 1, now)
    except FileError:
        shutil.rmtree(old)
        return
    for file in _files(folder):
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    key = _key_after(open_signing_key(old))
    provision(folder, station, city.key.public_key(), after=after, make_key=lambda path: _write_key(path, key))
    if (old / PEOPLE).exists():
        _copy(old / PEOPLE, folder)
    _enrol(setting, city, key, now)


def _enrol(setting: Setting, city: City, key: Ed25519PrivateKey, now: datetime) -> None:
    """An operator looks at what is open about the station, and enrols the new key."""
    site = setting.site
    for incident in list_incidents(city.store):
        if incident.station == site.station:
            clear_incident(city.store, incident.id, OPERATOR, "its card is replaced", now)
    enrol(city.store, city.tariffs, Enrolment(site.station, key.public_key(), site.zone, site.sector), OPERATOR, now)


def _next_drawer(folder: Path) -> Path:
    made = folder / DRAWER / f"{len(list(folder.glob(f'{DRAWER}/*'))) + 1:03d}"
    made.mkdir(parents=True)
    return made


def _key_after(old: Ed25519PrivateKey) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"card after " + old.private_bytes_raw()).digest())


def _write_key(path: Path, key: Ed25519PrivateKey) -> Ed25519PrivateKey:
    path.touch(0o600)
    path.write_bytes(key.private_bytes_raw())
    return key


def _copy(file: Path, folder: Path) -> None:
    (shutil.copytree if file.is_dir() else shutil.copy)(file, folder / file.name)


def _files(folder: Path) -> Iterator[Path]:
    """What stands on the card."""
    for file in sorted(folder.iterdir()):
        if file.name not in (COPY, DRAWER) and not any(file.match(each) for each in CITYS):
            yield file


def _journals(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.glob("journal*.db*")) if not file.name.startswith(CURSOR))
