"""What a station keeps on its own disk: one folder with its journal and its key, made once, at provisioning."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from firmware.journal import Journal, JournalError
from firmware.rights import NO_RIGHTS, RightsCopy, RightsError, load_rights
from firmware.seal import Seal, create_seal, load_seal

JOURNAL = "journal.db"
KEY = "station.key"
LOCK = "lock"
RIGHTS = "rights.json"


def is_new(folder: Path) -> bool:
    """Whether nothing was ever provisioned here."""
    return not (folder / JOURNAL).exists() and not (folder / KEY).exists()


def provision(folder: Path, station: str) -> None:
    """Make the journal and the key of this station. Raises FileExistsError, touching nothing, where either exists."""
    if not is_new(folder):
        raise FileExistsError(f"{folder} already belongs to a station: its journal is money and is never replaced")
    folder.mkdir(parents=True, exist_ok=True)
    Journal.create(folder / JOURNAL, station)
    create_seal(folder / KEY)


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold the folder for this process: two stations writing one journal would each find the other's entries in the way.

    Raises JournalError if another process holds it. The system lets go of it however this process ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise JournalError(folder / JOURNAL, "another station is running on this folder; stop it first") from error
        yield


def open_journal(folder: Path, station: str, boot: str) -> Journal:
    """The journal, verified whole. Raises JournalError for a missing one too: a station that sold has one."""
    path = folder / JOURNAL
    if not path.exists():
        raise JournalError(path, "is missing; provision a new station, or put the journal of this one back")
    return Journal.open(path, station, boot)


def open_rights(folder: Path, sector: str) -> RightsCopy:
    """The copy of the city's register; nobody holds anything where there is none yet.

    Raises RightsError for one that cannot be read, or was made for another sector.
    """
    try:
        copy = load_rights(folder / RIGHTS)
    except FileNotFoundError:
        return NO_RIGHTS
    if copy.sector != sector:
        raise RightsError(str(folder / RIGHTS), "$.sector", f"made for {copy.sector}; this station stands in {sector}")
    return copy


def open_seal(folder: Path) -> Seal:
    """The key. Raises SealError."""
    return load_seal(folder / KEY)
