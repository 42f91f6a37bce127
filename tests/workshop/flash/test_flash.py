"""A card is made on a real device, and says of itself what was asked; and what says otherwise is found out."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from firmware.domain.site import Site
from firmware.journal.journal import Journal
from firmware.protocol.envelope import public_key_text
from firmware.protocol.facts import Started
from firmware.station.state_folder import open_journal, open_signing_key
from hal.board import read_toml
from tests.builders import new_journal
from tests.workshop.flash.cards import Loops, boots, mounted, run, silent
from workshop.common.checkout import BOARDS
from workshop.common.errors import ProofError, WriteError
from workshop.flash.card_layout import CardSource, ProvenCard, flash_card
from workshop.flash.disks import device_named, disks
from workshop.flash.image import Image
from workshop.flash.medium import Card, create_card_file, open_device
from workshop.flash.prove import Expected, prove_root, prove_state
from workshop.flash.scratch import memory_scratch, sweep
from workshop.flash.unit import FirstUse, StationUnit

OWNER = 900


def test_the_written_file_system_is_that_station(image: Image, unit: StationUnit, loops: Loops, tmp_path: Path) -> None:
    """On a card full of something else, looked at by the kernel and by the station's own code."""
    loop = loops(image.size, "--partscan")
    loop.file.write_bytes(os.urandom(image.size))
    with memory_scratch() as folder, open_device(device_named(loop.path, disks())) as card:
        done = flash_card(CardSource(image, None), unit, card, folder, silent)
    assert boots(loop.file)
    run("partx", "--update", loop.path)
    with mounted(f"{loop.path}p4", tmp_path / "state", "-o", "ro,noload") as state:
        assert read_toml(state / "station.toml", Site) == unit.site
        assert public_key_text(open_signing_key(state).public_key()) == done.public_key
        assert (state / "board").read_text().strip() == "paris-v1"
        assert (state / "central.pub").read_text().strip() == unit.central_key
        owners = {(path.stat().st_uid, path.stat().st_gid) for path in (state, *state.iterdir()) if path.name != "lost+found"}
        assert owners == {(OWNER, OWNER)}
        assert stat.S_IMODE((state / "station.key").stat().st_mode) == 0o600
        assert stat.S_IMODE(state.stat().st_mode) == 0o700
        for name in ("journal.db", "station.key"):
            (tmp_path / name).write_bytes((state / name).read_bytes())
    with contextlib.closing(open_journal(tmp_path, unit.site.station, "test")) as journal:
        assert journal.head.seq == 0


def test_everything_else_on_the_card_is_the_image(image: Image, unit: StationUnit, raw_image: bytes, tmp_path: Path) -> None:
    with memory_scratch() as folder, create_card_file(tmp_path / "card.img", image.size) as card:
        flash_card(CardSource(image, None), unit, card, folder, silent)
    written, state = (tmp_path / "card.img").read_bytes(), image.table.region(4)
    assert written[: state.start] == raw_image[: state.start]
    assert written[state.end :] == raw_image[state.end :]


def test_every_card_has_a_key_of_its_own_and_it_lies_nowhere_else(image: Image, unit: StationUnit, tmp_path: Path) -> None:
    keys = set()
    for name in ("one", "two"):
        with memory_scratch() as folder, create_card_file(tmp_path / name, image.size) as card:
            keys.add(flash_card(CardSource(image, None), unit, card, folder, silent).public_key)
            secret = (folder / "state" / "station.key").read_bytes()
        assert not folder.exists()
        assert secret in (tmp_path / name).read_bytes()
    assert len(keys) == 2


def test_no_plate_of_an_earlier_card_is_left_in_the_state_partition(image: Image, unit: StationUnit, tmp_path: Path) -> None:
    """100 000 of them, all over the partition: not one survives."""
    region, file = image.table.region(4), tmp_path / "card.img"
    plates = b"".join(b"<plate %06d of an earlier motorist of this city, long gone>" % number for number in range(100_000))
    file.write_bytes(bytes(region.start) + plates.ljust(image.size - region.start, b"\xaa"))
    assert file.read_bytes()[region.start : region.end].count(b"<plate ") == 100_000
    descriptor = os.open(file, os.O_RDWR)
    with memory_scratch() as folder:
        flash_card(CardSource(image, None), unit, Card(descriptor, str(file), image.size), folder, silent)
    os.close(descriptor)
    assert b"<plate " not in file.read_bytes()[region.start : region.end]


# --- what the proof sees --------------------------------------------------------------------------------------------


@pytest.fixture
def made(image: Image, unit: StationUnit, tmp_path: Path) -> Iterator[tuple[Card, ProvenCard]]:
    with memory_scratch() as folder, create_card_file(tmp_path / "card.img", image.size) as card:
        yield card, flash_card(CardSource(image, None), unit, card, folder, silent)


def prove(card: Card, image: Image, unit: StationUnit, key: str) -> None:
    with memory_scratch() as folder:
        prove_state(card, image.table.region(4), Expected(unit, key), OWNER, folder / "read")


def put(card: Card, image: Image, name: str, file: Path, mode: str = "0100600", owner: int = OWNER) -> None:
    """Exchange a file of the state behind the flasher's back."""
    orders = [
        f"rm {name}",
        f"write {file} {name}",
        f"sif {name} mode {mode}",
        f"sif {name} uid {owner}",
        f"sif {name} gid {OWNER}",
    ]
    run("debugfs", "-w", "-f", "/dev/stdin", f"{card.name}?offset={image.table.region(4).start}", stdin="\n".join(orders))


def test_the_proof_agrees_with_the_card(made: tuple[Card, ProvenCard], image: Image, unit: StationUnit) -> None:
    card, done = made
    prove(card, image, unit, done.public_key)


@pytest.mark.parametrize(
    ("field", "value"), [("sector", "11C"), ("zone", 2), ("address", "14 rue Oberkampf"), ("station", "75011-0043")]
)
def test_another_identity_is_not_proven(
    made: tuple[Card, ProvenCard], image: Image, unit: StationUnit, field: str, value: object
) -> None:
    card, done = made
    other = replace(unit, site=replace(unit.site, **{field: value}))  # type: ignore[arg-type]
    with pytest.raises(ProofError, match=r"station\.toml: says"):
        prove(card, image, other, done.public_key)


def test_another_public_key_than_the_one_told_is_not_proven(
    made: tuple[Card, ProvenCard], image: Image, unit: StationUnit
) -> None:
    with pytest.raises(ProofError, match=r"station\.key: its public half is"):
        prove(made[0], image, unit, unit.central_key)


def test_another_city_s_key_is_not_proven(made: tuple[Card, ProvenCard], image: Image, unit: StationUnit) -> None:
    card, done = made
    with pytest.raises(ProofError, match=r"central\.pub: is not the city's key"):
        prove(card, image, replace(unit, central_key=done.public_key), done.public_key)


def test_another_board_is_not_proven(made: tuple[Card, ProvenCard], image: Image, unit: StationUnit) -> None:
    card, done = made
    with pytest.raises(ProofError, match="board: does not say paris-v2"):
        prove(card, image, replace(unit, board="paris-v2"), done.public_key)


def test_a_calendar_that_is_soon_over_is_not_proven(
    made: tuple[Card, ProvenCard], image: Image, unit: StationUnit, tmp_path: Path
) -> None:
    """An older image on a newer computer: the prices on the card are what counts."""
    assert image.manifest is not None
    root = image.table.region(image.manifest.root_partition)
    prove_root(made[0], root, image.manifest, replace(unit, first_use=FirstUse(date(2034, 11, 26))), tmp_path)
    with pytest.raises(ProofError, match=r"tariffs\.json: \$\.calendar\.last_day: 2035-12-31 is 399 days after 2034-11-27"):
        prove_root(made[0], root, image.manifest, replace(unit, first_use=FirstUse(date(2034, 11, 27))), tmp_path)


def test_a_calendar_that_begins_too_late_is_not_proven(
    made: tuple[Card, ProvenCard], image: Image, unit: StationUnit, tmp_path: Path
) -> None:
    assert image.manifest is not None
    root = image.table.region(image.manifest.root_partition)
    with pytest.raises(ProofError, match=r"tariffs\.json: \$\.calendar\.first_day: 2015-01-01 is too late"):
        prove_root(made[0], root, image.manifest, replace(unit, first_use=FirstUse(date(2015, 4, 10))), tmp_path)


def test_a_journal_that_has_sold_is_not_proven(
    made: tuple[Card, ProvenCard], image: Image, unit: StationUnit, tmp_path: Path
) -> None:
    card, done = made
    new_journal(tmp_path / "journal.db", unit.site.station)
    with contextlib.closing(Journal.open(tmp_path / "journal.db", unit.site.station, "before")) as journal:
        journal.append(Started("1.0", "2024-10-01"), datetime(2026, 3, 2, 9, tzinfo=UTC), 1.0)
    put(card, image, "journal.db", tmp_path / "journal.db")
    with pytest.raises(ProofError, match=r"journal\.db: has 1 entries: it is not new"):
        prove(card, image, unit, done.public_key)


def test_another_station_s_journal_is_not_proven(
    made: tuple[Card, ProvenCard], image: Image, unit: StationUnit, tmp_path: Path
) -> None:
    card, done = made
    new_journal(tmp_path / "journal.db", "75011-0099")
    put(card, image, "journal.db", tmp_path / "journal.db")
    with pytest.raises(ProofError, match="it is the journal of station 75011-0099"):
        prove(card, image, unit, done.public_key)


@pytest.mark.parametrize(("mode", "owner"), [("0100644", OWNER), ("0100600", 0)])
def test_a_key_others_may_read_is_not_proven(
    made: tuple[Card, ProvenCard], image: Image, unit: StationUnit, tmp_path: Path, mode: str, owner: int
) -> None:
    card, done = made
    with memory_scratch() as folder:
        (folder / "key").write_bytes(bytes(32))
        put(card, image, "station.key", folder / "key", mode, owner)
    with pytest.raises(ProofError, match=r"station\.key: .*not \{'Mode:': '0600'"):
        prove(card, image, unit, done.public_key)


def test_a_damaged_file_system_is_not_proven(made: tuple[Card, ProvenCard], image: Image, unit: StationUnit) -> None:
    card, done = made
    card.write(image.table.region(4).start + 4096, os.urandom(4096))
    card.settle()
    with pytest.raises(ProofError, match="state partition: e2fsck"):
        prove(card, image, unit, done.public_key)


def test_other_prices_than_the_signed_ones_are_not_proven(
    made: tuple[Card, ProvenCard], image: Image, unit: StationUnit
) -> None:
    card, _ = made
    assert image.manifest
    other = msgspec.structs.replace(image.manifest, tariffs_sha256="0" * 64)
    with memory_scratch() as folder, pytest.raises(ProofError, match=r"tariffs\.json: its sha256 is not"):
        prove_root(card, image.table.region(2), other, unit, folder)


def test_a_board_the_system_does_not_have_is_not_proven(made: tuple[Card, ProvenCard], image: Image, unit: StationUnit) -> None:
    assert image.manifest
    with memory_scratch() as folder, pytest.raises(ProofError, match=r"board/paris-v9\.toml"):
        prove_root(made[0], image.table.region(2), image.manifest, replace(unit, board="paris-v9"), folder)


def test_a_card_that_proves_something_else_does_not_boot(
    image: Image, unit: StationUnit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file system is made of another unit's words: the read-back sees it, and the first block is never written."""
    monkeypatch.setattr("workshop.flash.provision.site_text", lambda site: (BOARDS / "demo-station.toml").read_text("utf-8"))
    file = tmp_path / "card"
    file.write_bytes(bytes(image.size))
    descriptor = os.open(file, os.O_RDWR)
    with memory_scratch() as folder, pytest.raises(ProofError, match=r"station\.toml: says"):
        flash_card(CardSource(image, None), unit, Card(descriptor, str(file), image.size), folder, silent)
    os.close(descriptor)
    assert not boots(file)


# --- the image changes its mind --------------------------------------------------------------------------------------


def test_an_image_exchanged_after_the_check_makes_no_card(image: Image, unit: StationUnit, tmp_path: Path) -> None:
    packed = bytearray(image.path.read_bytes())
    packed[len(packed) // 2] ^= 1
    image.path.write_bytes(packed)
    file = tmp_path / "card"
    file.write_bytes(bytes(image.size))
    descriptor = os.open(file, os.O_RDWR)
    with memory_scratch() as folder, pytest.raises(WriteError):
        flash_card(CardSource(image, None), unit, Card(descriptor, str(file), image.size), folder, silent)
    os.close(descriptor)
    assert not boots(file)


# --- the scratch folder ---------------------------------------------------------------------------------------------


def test_a_killed_flasher_s_key_is_wiped_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / "horodateur-flash-999999999-abc" / "state"
    left.mkdir(parents=True)
    (left / "station.key").write_bytes(b"s" * 32)
    hold = (left / "station.key").open("rb")
    mine = tmp_path / f"horodateur-flash-{os.getpid()}-abc"
    mine.mkdir()
    sweep(tmp_path)
    assert not left.parent.exists()
    assert mine.exists()
    assert hold.read() == bytes(32)  # overwritten, not only unlinked
    hold.close()


def test_what_a_process_of_another_container_holds_is_left_alone(tmp_path: Path) -> None:
    """Its number says nothing here: that process is not in this /proc."""
    held = tmp_path / "horodateur-flash-99999999-abc"
    held.mkdir()
    lock = os.open(held, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    sweep(tmp_path)
    assert held.exists()
    os.close(lock)
    sweep(tmp_path)
    assert not held.exists()
