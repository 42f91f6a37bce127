"""Verifies a written card: its files, read back from its file systems, are those of the unit asked for.

Nothing here looks at what was to be written, only at the card, through the descriptor it is held by, after the caches
were dropped; and it asks with other programs (debugfs, e2fsck, mtools) than those that made the file systems.
"""

from __future__ import annotations

import contextlib
import io
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from firmware.domain.errors import FileError, reason_of
from firmware.domain.site import Site
from firmware.journal.journal_file import JournalError, JournalReader
from firmware.journal.line import LineReader
from firmware.protocol.envelope import public_key_text
from firmware.protocol.genesis import Genesis, Position, genesis_in
from firmware.station.replaced_card import ReplacedCard
from firmware.station.state_folder import CITY, JOURNAL, KEY, PEOPLE, open_journal, open_signing_key
from firmware.tariff import TariffError, tariffs_in
from hal.board import load_board, read_toml
from hal.errors import BoardError
from workshop.common.errors import ImageError, ProofError
from workshop.common.manifests import ImageManifest
from workshop.common.pieces import Region
from workshop.common.sums import sha256_of
from workshop.common.tools import run_program
from workshop.common.unpack import unpack
from workshop.flash.bundle import Bundle
from workshop.flash.card_files import Ext4Volume, names_in
from workshop.flash.medium import Card
from workshop.flash.provision import BOARD, STATION
from workshop.flash.stock import FOLDER, read_file
from workshop.flash.unit import StationUnit

FILES = (STATION, BOARD, CITY, KEY)
MACHINE, AARCH64 = slice(18, 20), 183
"""Position of the processor in a program's ELF header (e_machine), and the number of a Pi's 64-bit ones."""


@dataclass(frozen=True)
class Expected:
    """What was asked for, and is to be found on the card."""

    unit: StationUnit
    public_key: str
    after: ReplacedCard | None = None
    """The card it goes on from; None for a new station."""


# --- our image ----------------------------------------------------------------------------------------------------


def prove_state(card: Card, region: Region, expected: Expected, owner: int, folder: Path) -> None:
    """Check that the state partition is sound and is this station's. `folder`: scratch. Raises ProofError naming the file."""
    place = f"{card.path}?offset={region.start}"
    checked = run_program("e2fsck", "-fn", place, descriptor=card.descriptor)
    _require(checked.returncode == 0, "state partition", f"e2fsck: {checked.stdout.decode('utf-8', 'replace').strip()}")
    folder.mkdir(mode=0o700)
    with _errors_of("state partition"):
        names = names_in(Ext4Volume(place, card.descriptor, in_doubt=False), "/") - {".", "..", "lost+found"}
    for name in sorted(names | set(FILES)):
        (folder / name).write_bytes(file_at(card, region, f"/{name}"))
        _require_private(card, region, name, owner)
    prove_folder(folder, expected)


def prove_root(card: Card, region: Region, manifest: ImageManifest, unit: StationUnit, folder: Path) -> None:
    """Check that the root partition has the tariffs that were signed, and the board file of this unit. Raises ProofError."""
    prices = file_at(card, region, manifest.tariffs)
    _prove_tariffs(prices, manifest.tariffs_sha256, unit)
    _prove_board(file_at(card, region, f"{manifest.boards}/{unit.board}.toml"), unit.board, folder)


def file_at(card: Card, region: Region, path: str) -> bytes:
    """A file of an ext4 on the card. Raises ProofError where there is none."""
    output = run_program("debugfs", "-R", f"cat {path}", f"{card.path}?offset={region.start}", descriptor=card.descriptor)
    complaints = output.stderr.decode("utf-8", "replace").splitlines()[1:]  # the first line is its version
    _require(output.returncode == 0 and not complaints, path, "; ".join(complaints) or "cannot be read")
    return output.stdout


def _require_private(card: Card, region: Region, name: str, owner: int) -> None:
    output = run_program("debugfs", "-R", f"stat /{name}", f"{card.path}?offset={region.start}", descriptor=card.descriptor)
    words = output.stdout.decode("utf-8", "replace").split()
    found = {key: words[words.index(key) + 1] for key in ("Mode:", "User:", "Group:") if key in words}
    wanted = {"Mode:": "0600", "User:": str(owner), "Group:": str(owner)}
    _require(found == wanted, name, f"{found}, not {wanted}")


# --- a stock Raspberry Pi OS ----------------------------------------------------------------------------------------


def prove_boot(card: Card, region: Region, placed: Mapping[str, bytes]) -> None:
    """Check that every file put on the boot partition is there, byte for byte. Raises ProofError."""
    for name, data in placed.items():
        found = _on_boot(card, region, name)
        _require(found == data, name, f"{len(found)} bytes on the card are not the {len(data)} that were put there")


def prove_archives(card: Card, region: Region, expected: Expected, bundle: Bundle, folder: Path) -> None:
    """Check that the state archive on the boot partition is this station's, and the bundle beside it the signed one."""
    found = sha256_of(_on_boot(card, region, f"{FOLDER}/bundle.tar"))
    _require(found == bundle.manifest.sha256, "bundle.tar", "is not the one that was signed")
    folder.mkdir(mode=0o700)
    packed = _on_boot(card, region, f"{FOLDER}/state.tar")
    with _errors_of("state.tar"), tarfile.open(fileobj=io.BytesIO(packed)) as state:
        unpack(state, folder)
    prove_folder(folder, expected)
    _prove_board(bundle.boards.get(expected.unit.board, b""), expected.unit.board, folder)


def prove_python(card: Card, region: Region, python: str) -> None:
    """Check that the system on the card has the Python the bundle's wheels were compiled for. Raises ProofError."""
    path = f"/usr/bin/python{python}"
    with _explained("the bundle is for another release of Raspberry Pi OS"):
        program = file_at(card, region, path)
    machine = int.from_bytes(program[MACHINE], "little")
    _require(machine == AARCH64, path, "is not for a 64-bit processor, and the bundle is: take the 64-bit Raspberry Pi OS")


def _on_boot(card: Card, region: Region, name: str) -> bytes:
    try:
        return read_file(f"{card.path}@@{region.start}", name, descriptor=card.descriptor)
    except ImageError as error:
        raise ProofError(str(error)) from error


# --- both -----------------------------------------------------------------------------------------------------------


def prove_folder(folder: Path, expected: Expected) -> None:
    """Check that a state folder, read as the station reads it, is that of this unit. Raises ProofError naming the file."""
    unit = expected.unit
    with _errors_of(STATION):
        site = read_toml(folder / STATION, Site)
    _require(site == unit.site, STATION, f"says {site}, not {unit.site}")
    _require((folder / BOARD).read_text("utf-8").strip() == unit.board, BOARD, f"does not say {unit.board}")
    _require((folder / CITY).read_text("utf-8").strip() == unit.central_key, CITY, "is not the city's key")
    people = (folder / PEOPLE).read_text("utf-8") if (folder / PEOPLE).exists() else ""
    _require(people == unit.people, PEOPLE, "is not the list that was given")
    with _errors_of(KEY):
        key = public_key_text(open_signing_key(folder).public_key())
    _require(key == expected.public_key, KEY, f"its public half is {key}, not {expected.public_key}")
    with _errors_of(JOURNAL), contextlib.closing(LineReader(folder)) as line:
        _prove_journals(line, expected)
    with _errors_of(JOURNAL), contextlib.closing(open_journal(folder, unit.site.station, "flash")) as journal:
        _require(journal.leaving() is None, journal.current.path.name, f"would be left at once: {journal.leaving()}")


def _prove_journals(line: LineReader, expected: Expected) -> None:
    """Check that the journals of the old card are there to their ends, and that the new one has no entry but its first."""
    station, after = expected.unit.site.station, expected.after
    *older, newest = line.journals
    name = newest.path.name
    _require(newest.station == station, name, f"it is the journal of station {newest.station}, not of {station}")
    facts = [content.fact for content in newest.latest(2)]
    _require(facts == ([after.begun] if after else []), name, f"has {newest.last()} entries: it is not new")
    ends = tuple(_verified_end(each) for each in older)
    _require(ends == (after.ends if after else ()), JOURNAL, f"the old card's journals end at {ends}")
    begun = genesis_in(newest.genesis_document)
    generation, parent = (after.next_generation, after.parent) if after else (1, None)
    due = Genesis(station, generation, expected.public_key, parent)
    _require(begun == due, name, f"begins with {begun}, not {due}")


def _verified_end(journal: JournalReader) -> Position:
    head = journal.verify()
    return Position(journal.generation, head.seq, head.hash.hex())


def _prove_tariffs(prices: bytes, sha256: str, unit: StationUnit) -> None:
    with _errors_of("tariffs.json"):
        calendar = tariffs_in(prices, "tariffs.json").calendar
    unfit = unit.first_use.why_unfit(calendar) if unit.first_use else ""
    _require(not unfit, "tariffs.json", unfit)
    _require(sha256_of(prices) == sha256, "tariffs.json", "its sha256 is not the one that was signed")


def _prove_board(text: bytes, name: str, folder: Path) -> None:
    file = folder / f"{name}.toml"
    file.write_bytes(text)
    with _errors_of(file.name):
        board = load_board(file)
    _require(not board.simulated, file.name, "has simulated devices")


@contextlib.contextmanager
def _explained(meaning: str) -> Iterator[None]:
    try:
        yield
    except ProofError as error:
        raise ProofError(f"{error}: {meaning}") from error


@contextlib.contextmanager
def _errors_of(name: str) -> Iterator[None]:
    try:
        yield
    except (BoardError, JournalError, FileError, TariffError, OSError, ValueError) as error:
        raise ProofError(f"{name}: {reason_of(error)}") from error


def _require(truth: bool, name: str, otherwise: str) -> None:
    if not truth:
        raise ProofError(f"read back from the card: {name}: {otherwise}")
