"""What a card holds is known before it is erased: station, entries, those not acknowledged; the unreadable is never nothing."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path

import pytest

from firmware.journal.durable_file import synchronise
from firmware.journal.journal import Journal
from tests.builders import new_journal
from tests.workshop.flash.cards import MIB, mounted, run, silent
from tests.workshop.flash.used_cards import STATE, STATION, add_entries, flashed, journal_in, opened, use
from workshop.common.errors import WriteError
from workshop.common.partitions import PartitionTable
from workshop.flash.bundle import check_bundle
from workshop.flash.card_layout import CardSource, flash_card
from workshop.flash.earlier_state import NOT_CLOSED, EarlierState, state_of, states_on
from workshop.flash.image import Image, check_image
from workshop.flash.medium import Card
from workshop.flash.scratch import memory_scratch
from workshop.flash.unit import StationUnit


def states(file: Path, table: PartitionTable | None = None) -> tuple[EarlierState, ...]:
    with memory_scratch() as scratch, opened(file) as card:
        return states_on(card, table, scratch)


@pytest.fixture
def card(image: Image, unit: StationUnit, tmp_path: Path) -> Path:
    """A card that was flashed, in a file."""
    flashed(tmp_path / "card.img", image, unit)
    return tmp_path / "card.img"


def test_a_card_just_made_holds_its_station_and_no_entry(image: Image, unit: StationUnit, tmp_path: Path) -> None:
    key = flashed(tmp_path / "card.img", image, unit)
    assert states(tmp_path / "card.img") == (EarlierState(STATION, key),)


@pytest.mark.parametrize("pulled", [False, True], ids=["closed", "with its WAL"])
def test_entries_and_the_unsent_are_counted(card: Path, tmp_path: Path, pulled: bool) -> None:
    use(card, journal_in(tmp_path / "used", 81, 69, pulled=pulled))
    (found,) = states(card)
    assert (found.station, found.entries, found.unsent, found.flaw) == (STATION, 81, 12, "")
    assert str(found) == "holds 81 entries of 75011-0042, 12 not acknowledged by the city; let the city have them first"


def test_what_is_all_acknowledged_needs_no_rescue(card: Path, tmp_path: Path) -> None:
    use(card, journal_in(tmp_path / "used", 3, 3))
    assert str(states(card)[0]) == "holds 3 entries of 75011-0042, all acknowledged by the city"


@pytest.mark.parametrize("cursor", [f"9 {'ab' * 32}\n", f"99 {'ab' * 32}\n", "nine\n", "", "\udcff\n", "-9 ab\n"])
def test_a_cursor_that_is_not_of_this_journal_acknowledges_nothing(tmp_path: Path, cursor: str) -> None:
    folder = journal_in(tmp_path / "used", 10, 9)
    (folder / "journal.db.cursor").write_text(cursor, "utf-8", "surrogateescape")
    assert (state_of(folder).entries, state_of(folder).unsent) == (10, 10)


def test_every_generation_is_counted(tmp_path: Path) -> None:
    folder = journal_in(tmp_path / "used", 3)
    new_journal(folder / "journal-2.db", STATION, 2)
    with contextlib.closing(Journal.open(folder / "journal-2.db", STATION, "later")) as journal:
        add_entries(journal, 4)
    assert state_of(folder).entries == 7


def test_another_station_s_journal_has_its_own_name(card: Path, tmp_path: Path) -> None:
    use(card, journal_in(tmp_path / "used", 2, station="75012-0001"))
    assert states(card)[0].station == "75012-0001"


# --- what cannot be counted -----------------------------------------------------------------------------------------


def test_a_damaged_journal_is_sales_that_cannot_be_counted(card: Path, tmp_path: Path) -> None:
    folder = journal_in(tmp_path / "used", 40)
    text = bytearray((folder / "journal.db").read_bytes())
    place = text.index(b'"seq":17')
    text[place + 6] ^= 1
    (folder / "journal.db").write_bytes(text)
    use(card, folder)
    (found,) = states(card)
    assert found.has_sales
    assert str(found).startswith("holds sales of 75011-0042 that cannot be counted (journal.db: entry 17: its hash")


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + bytes(100), b"no database"])
def test_a_file_that_is_no_journal_is_sales_of_the_station_beside_it(card: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "journal.db").write_bytes(content)
    use(card, tmp_path / "used")
    (found,) = states(card)
    assert (found.station, found.has_sales) == (STATION, True)


def test_a_key_without_a_journal_is_sales_too(card: Path) -> None:
    run("debugfs", "-w", "-R", "rm /journal.db", f"{card}?offset={STATE}")
    assert "there is no journal here" in states(card)[0].flaw


def test_a_file_system_that_cannot_be_read_is_sales_of_nobody_knows_whom(card: Path) -> None:
    with opened(card) as medium:
        medium.write(STATE + 4096, os.urandom(64 * 4096))
    found = next(state for state in states(card) if state.station == "unknown")
    assert re.match("holds sales of unknown that cannot be counted", str(found))


class Dying(Card):
    """A card that gives up at a place."""

    def read(self, offset: int, size: int) -> bytes:
        if offset <= self.until < offset + size:
            raise WriteError(f"{self.name}: reading at byte {offset}: Input/output error")
        return super().read(offset, size)

    until = 0


@pytest.mark.parametrize("until", [0, STATE + 1500])
def test_a_card_that_cannot_be_read_is_never_an_empty_one(card: Path, until: int) -> None:
    with memory_scratch() as scratch, opened(card) as whole:
        dying = Dying(whole.descriptor, whole.name, whole.size)
        dying.until = until
        assert any(state.has_sales for state in states_on(dying, None, scratch))


# --- where it is found ----------------------------------------------------------------------------------------------


def test_a_card_pulled_from_a_running_station_is_counted_to_its_last_entry(needs_root: None, tmp_path: Path) -> None:
    """Its last writes are in the log of its file system, and nowhere else."""
    card = tmp_path / "card.img"
    card.write_bytes(bytes(40 * MIB))
    run("sfdisk", "-q", "--no-reread", "--no-tell-kernel", card, stdin="label: dos\nstart=8192, size=65536, type=83\n")
    run("mke2fs", "-q", "-F", "-t", "ext4", "-E", f"offset={4 * MIB}", card, "32m")
    with mounted(str(card), tmp_path / "state", "-o", f"loop,offset={4 * MIB},sizelimit={32 * MIB},commit=300") as state:
        for path in sorted(journal_in(tmp_path / "used", 81, 69, pulled=True).iterdir()):
            shutil.copy(path, state)
            synchronise(state / path.name)
        synchronise(state)
        shutil.copy(card, tmp_path / "pulled.img")
    assert run("debugfs", "-R", "ls -p /", f"{tmp_path}/pulled.img?offset={4 * MIB}").count("journal.db") == 0
    (found,) = states(tmp_path / "pulled.img")
    assert (found.entries, found.unsent, found.flaw) == (81, 12, "")


def test_one_too_large_to_copy_is_in_doubt(card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(card, journal_in(tmp_path / "used", 5))
    run("debugfs", "-w", "-R", "feature needs_recovery", f"{card}?offset={STATE}")
    assert states(card)[0].flaw == ""
    monkeypatch.setattr("workshop.flash.card_files.COPIED_AT_MOST", MIB)
    (found,) = states(card)
    assert found.flaw == NOT_CLOSED
    assert str(found).startswith("holds at least 5 entries of 75011-0042, 5 not acknowledged by the city (its file system")


def test_a_card_whose_writing_was_interrupted_is_read_where_the_image_has_its_state(
    card: Path, image: Image, tmp_path: Path
) -> None:
    use(card, journal_in(tmp_path / "used", 81))
    with opened(card) as medium:
        medium.write(0, bytes(MIB))
    assert states(card) == ()
    assert states(card, image.table)[0].entries == 81


@pytest.mark.parametrize(
    "content", [bytes(24 * MIB), b"\xaa" * 24 * MIB, bytes(4096), b""], ids=["new", "full", "small", "none"]
)
def test_a_card_with_nothing_of_ours_holds_nothing(image: Image, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "card.img").write_bytes(content)
    assert states(tmp_path / "card.img", image.table) == ()


def test_an_image_without_a_station_holds_nothing(image: Image, raw_image: bytes, tmp_path: Path) -> None:
    (tmp_path / "card.img").write_bytes(raw_image)
    assert states(tmp_path / "card.img", image.table) == ()


def test_a_stock_card_holds_its_state_before_and_after_its_first_start(
    stock: Path, bundle: Path, unit: StationUnit, tmp_path: Path
) -> None:
    image = check_image(stock, stock, silent)
    source = CardSource(image, check_bundle(bundle, bundle.parent / "release.pub", silent))
    file = tmp_path / "card.img"
    file.write_bytes(bytes(image.size))
    with memory_scratch() as scratch, opened(file) as card:
        key = flash_card(source, unit, card, scratch, silent).public_key
    assert states(file) == (EarlierState(STATION, key),)

    folders = "".join(f"mkdir {folder}\n" for folder in ("/var", "/var/lib", "/var/lib/horodateur"))
    run("debugfs", "-w", "-f", "/dev/stdin", f"{file}?offset={12 * MIB}", stdin=folders)
    use(file, journal_in(tmp_path / "used", 6, 2), 12 * MIB, "/var/lib/horodateur")
    assert [(state.entries, state.unsent) for state in states(file)] == [(0, 0), (6, 4)]
