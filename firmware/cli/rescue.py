"""`horodateur rescue`: writes what can be read of a card's journals into a signed file for the city; never changes the card."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from firmware.domain.errors import FileError, error_text
from hal.clock import SystemClock

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from firmware.journal.rescue import ReadJournal, RescuedLine

WRITTEN, NOT_WRITTEN, PARTLY_WRITTEN = 0, 1, 3
STATUSES = {
    WRITTEN: "written; what could not be read is told, by journal",
    NOT_WRITTEN: "not written, and why",
    2: "wrong command line",
    PARTLY_WRITTEN: "written, but nothing could be read of a whole generation",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `rescue`; it is run by `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser(
        "rescue",
        description="Write every intact entry of every journal on a station's card, plates included, into one file that the\n"
        "station's key signs, for `horodateur-central accept`. Damaged journals are read as far as they can be. The\n"
        "card is never changed, and may be mounted read-only.",
        epilog="exit status:\n" + "\n".join(f"  {status}  {meaning}" for status, meaning in STATUSES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("path", type=Path, metavar="PATH", help="the station's folder, as on a mounted card, or one journal")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the file to write; must not be there yet (default: STATION.rescue here)"
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="the station's private key (default: station.key beside it)")
    parser.set_defaults(run=lambda arguments: run(arguments.path, arguments.out, arguments.key, SystemClock().wall()))


def run(path: Path, out: Path | None, key_file: Path | None, at: datetime) -> int:
    """Write the file, print what is in it, and return the exit status."""
    from firmware.journal.rescue import read_rescue  # a station's start has no use for it

    try:
        _require_at_rest(path)
        found = read_rescue(path)
        key = _key_of(found, key_file or _key_beside(path))
        written = _write(out or Path(f"{found.station}.rescue"), found, key, at)
    except (FileError, OSError) as error:
        sys.stderr.write(f"horodateur: {error_text(error)}\n")
        return NOT_WRITTEN
    for journal in found.journals:
        print(_described(journal))
    for failure in found.unreadable:
        print(f"{failure.path.name}: nothing of it could be read: {failure.reason}")
    print(f"{written}: hand it to the city with: horodateur-central accept {written} --by NAME")
    if found.lost:
        sys.stderr.write(f"horodateur: nothing is in it of {', '.join(found.lost)}: keep the card\n")
    return PARTLY_WRITTEN if found.lost else WRITTEN


def _require_at_rest(path: Path) -> None:
    """Raises JournalError if a station writes these journals now: a copy of them would be of no one moment."""
    from firmware.journal.journal_file import JournalError
    from firmware.station.state_folder import is_claimed

    if is_claimed(path if path.is_dir() else path.parent):
        raise JournalError(path, "a station is running on this folder; stop it first")


def _described(journal: ReadJournal) -> str:
    entries, runs = sum(len(run.entries) for run in journal.runs), len(journal.runs)
    state = "whole" if journal.whole else f"not whole: {journal.flaw}"
    return f"generation {journal.generation}: {entries} entries in {runs} {'run' if runs == 1 else 'runs'}, {state}"


def _key_beside(path: Path) -> Path:
    from firmware.station.state_folder import KEY

    return (path if path.is_dir() else path.parent) / KEY


def _key_of(found: RescuedLine, file: Path) -> Ed25519PrivateKey:
    """The key in this file. Raises SigningKeyError unless it is one, and the journals name its public half or none."""
    from firmware.protocol.envelope import public_key_text
    from firmware.station.signing_key import SigningKeyError, load_signing_key

    if not file.is_file():
        raise SigningKeyError(str(file), "", "the station's key is not here; name its file with --key")
    key = load_signing_key(file)
    public = public_key_text(key.public_key())
    if found.public_keys and public not in found.public_keys:
        named = " and ".join(sorted(found.public_keys))
        raise SigningKeyError(str(file), "", f"it is the key of another station: its public half is {public}, not {named}")
    return key


def _write(out: Path, found: RescuedLine, key: Ed25519PrivateKey, at: datetime) -> Path:
    """Write the file whole or not at all. Raises FileError, or OSError."""
    from firmware.journal.durable_file import UNFINISHED, put_in_place
    from firmware.protocol.rescue import Rescue, rescue_of

    if out.exists():
        raise FileError(str(out), "", "it is there already, and is not overwritten; name another with --out")
    try:
        put_in_place(out, rescue_of(Rescue(found.station, at, tuple(each.as_sent for each in found.journals)), key))
    except OSError:
        out.with_name(out.name + UNFINISHED).unlink(missing_ok=True)
        raise
    return out
