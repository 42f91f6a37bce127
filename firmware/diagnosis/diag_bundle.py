"""What `horodateur diag` does: gathers, redacts, writes one archive.

It reads and never writes the station's folder, running or not, at the machine or from its card in a reader; a part that cannot
be read is told as such, for a bundle is wanted most where something is broken. What may leave is decided
in `firmware/diagnosis/diag.py`.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import secrets
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from firmware.app import VERSION
from firmware.backoffice.delivery_status import read_delivery_status
from firmware.cli.diag import NOT_WRITTEN, WRITTEN
from firmware.diagnosis.diag import JournalExtract, Redaction, Tree, counted, files_of, plain, told
from firmware.diagnosis.selftest_run import findings_at_rest
from firmware.domain.site import Site
from firmware.journal.journal import JournalError, JournalReader
from firmware.ledger.ledger import Ledger
from firmware.protocol.entry import Entry
from firmware.service.people import PeopleError
from firmware.station.flashed_card import board_of, station_file
from firmware.station.state_folder import CITY, JOURNAL, KEY, PEOPLE, PUBLISHED, is_claimed, load_people, open_publication_store
from hal.board import load_board, read_toml
from hal.clock import SystemClock, kernel_status
from hal.kernel import read_computer, read_disk
from hal.ports import Clock
from hal.supply import read_supply

UNITS = ("horodateur.service", "horodateur-sync.service", "horodateur-out-of-service.service", "systemd-timesyncd.service")
PROPERTIES = ("ActiveState", "SubState", "Result", "NRestarts", "ExecMainStatus", "LoadState")
"""Of a unit; each a word or a number of systemd's own."""


def run(arguments: argparse.Namespace) -> int:
    """Gather, redact, write; the exit status."""
    if not arguments.state.is_dir():
        return _refused(f"{arguments.state}: there is no such folder")
    journal = _journal(arguments.state, arguments.facts)
    redaction = Redaction(secrets.token_bytes(32), journal.told.plates)
    files = files_of(_documents(arguments.state, journal, SystemClock()), redaction)
    try:
        with arguments.out.open("xb") as out:
            out.write(_packed(files))
    except OSError as error:
        return _refused(str(error))
    print(f"{arguments.out}: {len(files)} files, {len(redaction.plates)} plates hashed; it may be shown to anybody")
    return WRITTEN


# --- gathering ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Journal:
    """What could be read of it."""

    told: JournalExtract
    head: Mapping[str, Tree]


def _journal(folder: Path, facts: int) -> _Journal:
    try:
        with contextlib.closing(JournalReader(folder / JOURNAL)) as reader:
            return _Journal(told(_readable(reader), facts), _verified(reader))
    except JournalError as error:
        return _Journal(JournalExtract((), (), frozenset(), Ledger(), 0), {"trouble": error.reason, "entry": error.entry})


def _readable(reader: JournalReader) -> Iterator[Entry]:
    """The entries up to the first that the file does not give; `_verified` says which that is."""
    with contextlib.suppress(JournalError):
        yield from reader.entries()


def _verified(reader: JournalReader) -> Mapping[str, Tree]:
    try:
        head = reader.verify()
    except JournalError as error:
        return {"trouble": error.reason, "entry": error.entry}
    return {"seq": head.seq, "head": head.hash.hex()}


def _documents(folder: Path, journal: _Journal, clock: Clock) -> dict[str, Tree]:
    """Every document, before the door."""
    parts: dict[str, Callable[[], Tree]] = {
        "station": lambda: _station(folder),
        "versions": lambda: _versions(folder),
        "board": lambda: _board(folder),
        "journal": lambda: {**journal.head, "unreadable": journal.told.unknown, "running": is_claimed(folder)},
        "facts": lambda: list(journal.told.latest),
        "alarms": lambda: list(journal.told.alarms),
        "counters": lambda: counted(journal.told.ledger),
        "city": lambda: _city(folder),
        "clock": lambda: _clock(clock),
        "computer": lambda: plain(asdict(read_computer()) | asdict(read_supply())),
        "disk": lambda: plain(asdict(read_disk(folder))),
        "folder": lambda: _folder(folder),
        "units": _units,
        "selftest": lambda: [plain(asdict(finding)) for finding in findings_at_rest(folder, clock)],
    }
    return {
        "made": {"made_at": clock.wall().isoformat(), "software": VERSION},
        **{name: _part(part) for name, part in parts.items()},
    }


def _part(part: Callable[[], Tree]) -> Tree:
    """A document, or why there is none."""
    try:
        return part()
    except Exception as error:  # whatever is broken is what the bundle is for
        return {"trouble": type(error).__name__.lower(), "why": str(error)}


def _station(folder: Path) -> Tree:
    """Its identity; of the city's address only where it leads: more may be a secret."""
    site = read_toml(station_file(folder), Site)
    parts = urlsplit(site.central)
    port = f":{parts.port}" if parts.port else ""
    return {**asdict(site), "central": f"{parts.scheme}://{parts.hostname}{port}"}


def _versions(folder: Path) -> Tree:
    publication_store = open_publication_store(folder, read_toml(station_file(folder), Site))
    return {"software": VERSION, "published": dict(publication_store.versions), "trouble": list(publication_store.rejected)}


def _board(folder: Path) -> Tree:
    file = board_of(folder)
    return {"board": file.stem, "wiring": plain(load_board(file))}


def _city(folder: Path) -> Tree:
    contact = read_delivery_status(folder)
    return {"contact_at": contact.at.isoformat() if contact.at else None, "acknowledged": contact.acknowledged}


def _clock(clock: Clock) -> Tree:
    return {
        "wall": clock.wall().isoformat(),
        "instant": clock.now(),
        "synchronised": clock.synchronised(),
        "adjtimex_status": kernel_status(),
    }


def _folder(folder: Path) -> Tree:
    """Which of its files are there, how large and whose eyes they are for; nothing of what is in them."""
    files = (JOURNAL, KEY, CITY, PEOPLE, PUBLISHED)
    there = {name: (folder / name).stat() for name in files if (folder / name).exists()}
    listed: Tree = [{"name": name, "bytes": at.st_size, "mode": f"{at.st_mode & 0o777:04o}"} for name, at in there.items()]
    return {"files": listed, "people": _people(folder)}


def _people(folder: Path) -> int | str:
    """How many; of a list that cannot be read not even the reason: a name may stand in it."""
    try:
        return len(load_people(folder).people)
    except PeopleError:
        return "unreadable"


def _units() -> Tree:
    """What systemd says of its units; None where there is no systemd."""
    systemctl = shutil.which("systemctl")
    if systemctl is None:
        return None
    return {unit: _unit(systemctl, unit) for unit in UNITS}


def _unit(systemctl: str, unit: str) -> Tree:
    command = [systemctl, "show", unit, f"--property={','.join(PROPERTIES)}"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout
    return {name.lower(): value for name, _, value in (line.partition("=") for line in said.splitlines()) if name in PROPERTIES}


# --- writing ------------------------------------------------------------------------------------------------------


def _packed(files: Mapping[str, bytes]) -> bytes:
    """A tar of plain files, of nobody's and of no date."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"horodateur-diag/{name}")
            entry.size, entry.mode = len(data), 0o644
            tar.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def _refused(reason: str) -> int:
    sys.stderr.write(f"horodateur: {reason}\n")
    return NOT_WRITTEN
