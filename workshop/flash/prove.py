"""What the written card says of itself, read out of its file systems, held against what was asked.

Nothing here looks at what was meant to be written, only at the card, through the descriptor it is held by, after the caches
were dropped; and it asks with other programs (debugfs, e2fsck, mtools) than those that made the file systems.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from firmware.entry import genesis
from firmware.envelope import public_key_text
from firmware.journal import Head, JournalError
from firmware.seal import SealError
from firmware.site import Site
from firmware.state import CITY, JOURNAL, KEY, PEOPLE, open_journal, open_seal
from firmware.tariff import TariffError, tariffs_in
from hal.board import BoardError, load_board, read_toml
from workshop.flash.bundle import Bundle
from workshop.flash.errors import ImageError, ProofError
from workshop.flash.image import Manifest
from workshop.flash.medium import Card
from workshop.flash.pieces import Region
from workshop.flash.provision import BOARD, STATION
from workshop.flash.stock import FOLDER, read_file
from workshop.flash.tools import ran
from workshop.flash.unit import Unit
from workshop.unpack import unpack

FILES = (STATION, BOARD, CITY, JOURNAL, KEY)
MACHINE, AARCH64 = slice(18, 20), 183
"""Where a program says which processor it is for (e_machine of its ELF header), and the 64-bit ones of a Pi."""


# --- our image ----------------------------------------------------------------------------------------------------


def prove_state(card: Card, region: Region, unit: Unit, public_key: str, owner: int, folder: Path) -> None:
    """The state partition is sound and belongs to this station. `folder`: scratch. Raises ProofError naming the file."""
    place = f"{card.path}?offset={region.start}"
    checked = ran("e2fsck", "-fn", place, descriptor=card.descriptor)
    _require(checked.returncode == 0, "state partition", f"e2fsck: {checked.stdout.decode('utf-8', 'replace').strip()}")
    folder.mkdir(mode=0o700)
    for name in (*FILES, PEOPLE) if unit.people else FILES:
        (folder / name).write_bytes(file_at(card, region, f"/{name}"))
        _require_private(card, region, name, owner)
    prove_folder(folder, unit, public_key)


def prove_root(card: Card, region: Region, manifest: Manifest, unit: Unit, folder: Path) -> None:
    """The system on the card has the prices that were signed, and the board this station is wired like."""
    prices = file_at(card, region, manifest.tariffs)
    _prove_tariffs(prices, manifest.tariffs_sha256)
    _prove_board(file_at(card, region, f"{manifest.boards}/{unit.board}.toml"), unit.board, folder)


def file_at(card: Card, region: Region, path: str) -> bytes:
    """A file of an ext4 on the card. Raises ProofError where there is none."""
    told = ran("debugfs", "-R", f"cat {path}", f"{card.path}?offset={region.start}", descriptor=card.descriptor)
    said = told.stderr.decode("utf-8", "replace").splitlines()[1:]  # the first line is its version
    _require(told.returncode == 0 and not said, path, "; ".join(said) or "cannot be read")
    return told.stdout


def _require_private(card: Card, region: Region, name: str, owner: int) -> None:
    told = ran("debugfs", "-R", f"stat /{name}", f"{card.path}?offset={region.start}", descriptor=card.descriptor)
    words = told.stdout.decode("utf-8", "replace").split()
    found = {key: words[words.index(key) + 1] for key in ("Mode:", "User:", "Group:") if key in words}
    wanted = {"Mode:": "0600", "User:": str(owner), "Group:": str(owner)}
    _require(found == wanted, name, f"{found}, not {wanted}")


# --- a stock Raspberry Pi OS ----------------------------------------------------------------------------------------


def prove_boot(card: Card, region: Region, placed: Mapping[str, bytes]) -> None:
    """Every file put on the boot partition is there, byte for byte."""
    for name, data in placed.items():
        found = _on_boot(card, region, name)
        _require(found == data, name, f"{len(found)} bytes on the card are not the {len(data)} that were put there")


def prove_packed(card: Card, region: Region, unit: Unit, public_key: str, bundle: Bundle, folder: Path) -> None:
    """The state that waits on the boot partition belongs to this station, and the bundle beside it is the signed one."""
    found = hashlib.sha256(_on_boot(card, region, f"{FOLDER}/bundle.tar")).hexdigest()
    _require(found == bundle.manifest.sha256, "bundle.tar", "is not the one that was signed")
    folder.mkdir(mode=0o700)
    packed = _on_boot(card, region, f"{FOLDER}/state.tar")
    with _found("state.tar"), tarfile.open(fileobj=io.BytesIO(packed)) as state:
        unpack(state, folder)
    prove_folder(folder, unit, public_key)
    _prove_board(bundle.boards.get(unit.board, b""), unit.board, folder)


def prove_python(card: Card, region: Region, python: str) -> None:
    """The system on the card has the Python the bundle's wheels were compiled for; another would say so in the street only."""
    path = f"/usr/bin/python{python}"
    with _otherwise(path, "the bundle is for another release of Raspberry Pi OS"):
        program = file_at(card, region, path)
    machine = int.from_bytes(program[MACHINE], "little")
    _require(machine == AARCH64, path, "is not for a 64-bit processor, and the bundle is: take the 64-bit Raspberry Pi OS")


def _on_boot(card: Card, region: Region, name: str) -> bytes:
    try:
        return read_file(f"{card.path}@@{region.start}", name, descriptor=card.descriptor)
    except ImageError as error:
        raise ProofError(str(error)) from error


# --- both -----------------------------------------------------------------------------------------------------------


def prove_folder(folder: Path, unit: Unit, public_key: str) -> None:
    """A station's folder says what was asked, with a station's own eyes. Raises ProofError naming the file."""
    with _found(STATION):
        site = read_toml(folder / STATION, Site)
    _require(site == unit.site, STATION, f"says {site}, not {unit.site}")
    _require((folder / BOARD).read_text("utf-8").strip() == unit.board, BOARD, f"does not say {unit.board}")
    _require((folder / CITY).read_text("utf-8").strip() == unit.central_key, CITY, "is not the city's key")
    people = (folder / PEOPLE).read_text("utf-8") if (folder / PEOPLE).exists() else ""
    _require(people == unit.people, PEOPLE, "is not the list that was given")
    with _found(KEY):
        key = public_key_text(open_seal(folder).public)
    _require(key == public_key, KEY, f"its public half is {key}, not {public_key}")
    with _found(JOURNAL), contextlib.closing(open_journal(folder, unit.site.station, "flash")) as journal:
        _require(journal.head == Head(0, genesis(unit.site.station)), JOURNAL, f"has {journal.head.seq} entries: it is not new")


def _prove_tariffs(prices: bytes, sha256: str) -> None:
    with _found("tariffs.json"):
        tariffs_in(prices, "tariffs.json")
    _require(hashlib.sha256(prices).hexdigest() == sha256, "tariffs.json", "its sha256 is not the one that was signed")


def _prove_board(text: bytes, name: str, folder: Path) -> None:
    file = folder / f"{name}.toml"
    file.write_bytes(text)
    with _found(file.name):
        board = load_board(file)
    _require(not board.simulated, file.name, "has simulated devices")


@contextlib.contextmanager
def _otherwise(name: str, meaning: str) -> Iterator[None]:
    try:
        yield
    except ProofError as error:
        raise ProofError(f"{error}: {meaning}") from error


@contextlib.contextmanager
def _found(name: str) -> Iterator[None]:
    try:
        yield
    except (BoardError, JournalError, SealError, TariffError, tarfile.TarError, OSError, ValueError) as error:
        raise ProofError(f"{name}: {error}") from error


def _require(truth: bool, name: str, otherwise: str) -> None:
    if not truth:
        raise ProofError(f"read back from the card: {name}: {otherwise}")
