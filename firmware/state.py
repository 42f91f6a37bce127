"""What a station keeps on its own disk: one folder with its journal and its key, made once, at provisioning."""

from __future__ import annotations

from pathlib import Path

from firmware.journal import Journal, JournalError
from firmware.seal import Seal, create_seal, load_seal

JOURNAL = "journal.db"
KEY = "station.key"


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


def open_journal(folder: Path, station: str, boot: str) -> Journal:
    """The journal, verified whole. Raises JournalError for a missing one too: a station that sold has one."""
    path = folder / JOURNAL
    if not path.exists():
        raise JournalError(path, "is missing; provision a new station, or put the journal of this one back")
    return Journal.open(path, station, boot)


def open_seal(folder: Path) -> Seal:
    """The key. Raises SealError."""
    return load_seal(folder / KEY)
