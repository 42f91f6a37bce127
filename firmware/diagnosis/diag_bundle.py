"""The diagnostic bundle: gathers the documents on a station, redacts them, writes one archive.

It reads and never writes the station's folder, running or not, at the machine or from its card in a reader; of a part that
cannot be read it holds the reason, for a bundle is wanted most where something is broken. What may leave is decided in
`firmware/diagnosis/redaction.py`; `firmware/cli/diag.py` is the command.
"""

from __future__ import annotations

import contextlib
import io
import secrets
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from firmware.backoffice.delivery_status import read_delivery_status
from firmware.diagnosis.journal_extract import JournalExtract, ledger_document, read_extract
from firmware.diagnosis.redaction import Redaction, Tree, bundle_files, plain_tree
from firmware.diagnosis.selftest_run import findings_at_rest
from firmware.domain.errors import error_text
from firmware.domain.site import Site
from firmware.journal.journal_file import JournalError, JournalReader, generations_in, journal_path
from firmware.protocol.entry import Entry
from firmware.service.people import PeopleError
from firmware.station.crash_log import PROCESSES, read_crash
from firmware.station.flashed_card import board_of, station_file
from firmware.station.panel_monitor import read_panel_record
from firmware.station.state_folder import CITY, KEY, PEOPLE, PUBLISHED, is_claimed, load_people, open_publication_store
from hal.board import load_board, read_toml
from hal.clock import SystemClock, kernel_status
from hal.kernel import read_computer, read_disk
from hal.ports import Clock
from hal.supply import read_supply
from hal.version import running_build

UNITS = ("horodateur.service", "horodateur-sync.service", "horodateur-out-of-service.service", "systemd-timesyncd.service")
PROPERTIES = ("ActiveState", "SubState", "Result", "NRestarts", "ExecMainStatus", "LoadState")
"""Of a unit; each a word or a number of systemd's own."""


@dataclass(frozen=True)
class WrittenBundle:
    """A bundle that was written."""

    files: int
    plates: int
    """Plates of the journal, each hashed wherever it stands."""


def write_bundle(folder: Path, out: Path, facts: int) -> WrittenBundle:
    """Write the bundle of a station's folder. `facts`: how many of the journal's last entries it holds.

    Raises OSError if the folder is not there, if `out` already is, or if it cannot be written.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder}: there is no such folder")
    journal = _read_journal(folder, facts)
    redaction = Redaction(secrets.token_bytes(32), journal.extract.plates)
    files = bundle_files(_documents(folder, journal, SystemClock()), redaction)
    with out.open("xb") as archive:
        archive.write(_archive_of(files))
    return WrittenBundle(len(files), len(redaction.plates))


# --- gathering ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _JournalRead:
    """What could be read of the journals."""

    extract: JournalExtract
    heads: Sequence[Mapping[str, Tree]]
    """Where each ends, or what is wrong with it; the oldest generation first, at least one."""


def _read_journal(folder: Path, facts: int) -> _JournalRead:
    readers, heads = list[JournalReader](), list[Mapping[str, Tree]]()
    with contextlib.ExitStack() as stack:
        for generation in generations_in(folder) or [1]:
            try:
                reader = stack.enter_context(contextlib.closing(JournalReader(journal_path(folder, generation))))
            except JournalError as error:
                heads.append({"generation": generation, "error": error.reason, "entry": error.entry})
            else:
                readers.append(reader)
                heads.append({"generation": generation, **_verify(reader)})
        entries = (entry for reader in readers for entry in _readable_entries(reader))
        return _JournalRead(read_extract(entries, facts), heads)


def _readable_entries(reader: JournalReader) -> Iterator[Entry]:
    """The entries up to the first that the file does not give; `_verify` says which that is."""
    with contextlib.suppress(JournalError):
        yield from reader.entries()


def _verify(reader: JournalReader) -> Mapping[str, Tree]:
    try:
        head = reader.verify()
    except JournalError as error:
        return {"error": error.reason, "entry": error.entry}
    return {"seq": head.seq, "head": head.hash.hex()}


def _ends(journal: _JournalRead) -> Mapping[str, Tree]:
    """Where the newest journal ends, where the older ones do, and how many entries this software cannot read."""
    return {**journal.heads[-1], "older": journal.heads[:-1], "unreadable": journal.extract.unknown}


def _documents(folder: Path, journal: _JournalRead, clock: Clock) -> dict[str, Tree]:
    """Every document by its name, not yet redacted."""
    documents: dict[str, Callable[[], Tree]] = {
        "station": lambda: _station(folder),
        "versions": lambda: _versions(folder),
        "board": lambda: _board(folder),
        "journal": lambda: {**_ends(journal), "running": is_claimed(folder)},
        "facts": lambda: list(journal.extract.latest),
        "alarms": lambda: list(journal.extract.alarms),
        "counters": lambda: ledger_document(journal.extract.ledger),
        "city": lambda: _city(folder),
        "clock": lambda: _clock(clock),
        "computer": lambda: plain_tree(asdict(read_computer()) | asdict(read_supply())),
        "disk": lambda: plain_tree(asdict(read_disk(folder))),
        "folder": lambda: _folder(folder),
        "panel": lambda: plain_tree(read_panel_record(folder)),
        "crash": lambda: {process: plain_tree(read_crash(folder, process)) for process in PROCESSES},
        "units": _units,
        "selftest": lambda: [plain_tree(asdict(finding)) for finding in findings_at_rest(folder, clock)],
    }
    return {
        "made": {"made_at": clock.wall().isoformat(), "software": running_build().label},
        **{name: _document(make) for name, make in documents.items()},
    }


def _document(make: Callable[[], Tree]) -> Tree:
    """A document, or why there is none."""
    try:
        return make()
    except Exception as error:  # whatever is broken is what the bundle is for
        return {"error": type(error).__name__.lower(), "why": error_text(error)}


def _station(folder: Path) -> Tree:
    """Its identity; of the city's address only where it leads: more may be a secret."""
    site = read_toml(station_file(folder), Site)
    parts = urlsplit(site.central)
    port = f":{parts.port}" if parts.port else ""
    return {**asdict(site), "central": f"{parts.scheme}://{parts.hostname}{port}"}


def _versions(folder: Path) -> Tree:
    publication_store = open_publication_store(folder, read_toml(station_file(folder), Site))
    return {
        "software": running_build().label,
        "published": dict(publication_store.versions),
        "rejected": list(publication_store.rejected),
    }


def _board(folder: Path) -> Tree:
    file = board_of(folder)
    return {"board": file.stem, "wiring": plain_tree(load_board(file))}


def _city(folder: Path) -> Tree:
    delivery = read_delivery_status(folder)
    at = delivery.at.isoformat() if delivery.at else None
    return {"contact_at": at, "generation": delivery.generation, "acknowledged": delivery.acknowledged}


def _clock(clock: Clock) -> Tree:
    return {
        "wall": clock.wall().isoformat(),
        "instant": clock.now(),
        "synchronised": clock.synchronised(),
        "adjtimex_status": kernel_status(),
    }


def _folder(folder: Path) -> Tree:
    """Which of its files are there, how large and whose eyes they are for; nothing of what is in them."""
    journals = (journal_path(folder, generation).name for generation in generations_in(folder))
    files = (*journals, KEY, CITY, PEOPLE, PUBLISHED)
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


def _archive_of(files: Mapping[str, bytes]) -> bytes:
    """A compressed tar of plain files, without owner or date."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"horodateur-diag/{name}")
            entry.size, entry.mode = len(data), 0o644
            tar.addfile(entry, io.BytesIO(data))
    return archive.getvalue()
