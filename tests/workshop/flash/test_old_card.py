"""What is taken along of a replaced card is whole and this station's; and the proof of the new card sees what is not."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.journal.journal import Journal
from firmware.journal.line import LineReader
from firmware.journal.marks import HEAD_MARK, HeadMark, read_head_mark
from firmware.protocol.facts import RightSold
from firmware.protocol.genesis import Position, genesis_in
from firmware.station.state_folder import hold_folder, provision
from tests.builders import right
from tests.workshop.flash.used_cards import AT, STATION, card_mounted_at
from workshop.common.errors import OldCardError, ProofError
from workshop.flash.disks import BlockDevice
from workshop.flash.prove import Expected, prove_folder
from workshop.flash.provision import provision_station
from workshop.flash.replacement import ReplacementOrder, is_card, read_old_card
from workshop.flash.scratch import memory_scratch
from workshop.flash.unit import StationUnit


def order(folder: Path | None, generation: int = 1) -> ReplacementOrder:
    return ReplacementOrder(STATION, generation, AT, folder)


# --- what is not taken along --------------------------------------------------------------------------------------------


def refused(old: Path, generation: int = 1) -> str:
    with memory_scratch() as scratch, pytest.raises(OldCardError) as caught:
        read_old_card(order(old, generation), None, scratch, None)
    return str(caught.value)


def test_the_card_of_another_station_is_refused(old: Path, tmp_path: Path) -> None:
    provision(tmp_path / "other", "75012-0001")
    assert refused(tmp_path / "other") == f"{tmp_path}/other: it is the card of 75012-0001, not of 75011-0042"
    shutil.copy(tmp_path / "other" / "journal.db", old / "journal-2.db")
    assert refused(old) == f"{old}: it is the card of 75012-0001, not of 75011-0042"
    (old / "journal-2.db").rename(old / "journal.db")
    assert refused(old) == f"{old}: it is the card of 75012-0001, not of 75011-0042"


def test_what_is_not_there_is_named_once(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere") == f"{tmp_path}/nowhere: No such file or directory"


def test_a_card_without_its_key_or_with_another_one_is_refused(old: Path) -> None:
    (old / "station.key").write_bytes(bytes(32))
    assert refused(old) == f"{old}: station.key: it is not the key that journal.db was begun with"
    (old / "station.key").unlink()
    assert refused(old) == f"{old}: station.key is missing: whose card it is cannot be told"


@pytest.mark.parametrize("content", [b"spoilt", b""])
def test_a_journal_that_cannot_be_read_is_refused_with_what_to_do(old: Path, content: bytes) -> None:
    (old / "journal.db").write_bytes(content)
    assert f"first `horodateur rescue {old}`, then this again without --rescue" in refused(old)


def test_a_broken_chain_is_refused_by_its_entry(old: Path) -> None:
    with contextlib.closing(sqlite3.connect(old / "journal.db", isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entries_are_never_changed")
        connection.execute("UPDATE entries SET body = zeroblob(9) WHERE seq = 5")
        connection.execute(
            "CREATE TRIGGER entries_are_never_changed BEFORE UPDATE OF seq, body, hash ON entries"
            " BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        )
    assert refused(old).startswith(f"{old}: journal.db: entry 5: its hash does not match its text and predecessor; nothing is")


def test_a_tail_that_is_missing_is_refused(old: Path) -> None:
    with contextlib.closing(HeadMark(old)) as mark:
        mark.write(Position(1, 81, "ab" * 32))
    said = "it ends at entry 8, and journal.mark says entry 81: its tail is missing; copied without journal.db-wal?"
    assert f"journal.db: {said}; nothing is taken along that is not whole" in refused(old)


def test_a_folder_without_journals_or_of_a_running_station_is_refused(old: Path, tmp_path: Path) -> None:
    with hold_folder(old):
        assert "a station is running on this folder" in refused(old)
    (tmp_path / "empty").mkdir()
    assert "there is no journal here" in refused(tmp_path / "empty")


@pytest.mark.parametrize("generation", [992, 1023, 1024, 99999])
def test_after_the_last_generation_comes_none(old: Path, generation: int) -> None:
    said = f"generation {generation}: no card can come after it, 1023 is the last there is; take a new station number"
    assert said in refused(old, generation)
    with memory_scratch() as scratch, pytest.raises(OldCardError, match=said):
        read_old_card(order(None, generation), None, scratch, None)


# --- a card, or a copy of it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["/media/me/HDT-STATE", "/media/me/rootfs/var/lib/horodateur", "/dev/sdz"])
def test_a_card_in_a_reader_or_where_it_is_mounted_is_no_copy(place: str) -> None:
    assert is_card(Path(place), [card_mounted_at("/media/me/HDT-STATE", "/media/me/rootfs")])


@pytest.mark.parametrize(
    ("place", "among"),
    [
        ("/media/me/HDT-STATE/backup", card_mounted_at("/media/me/HDT-STATE")),
        ("/home/me/HDT-STATE", card_mounted_at("/media/me/HDT-STATE")),
        ("/media/me/HDT-STATE", card_mounted_at("/media/me/HDT-STATE", removable=False)),
        ("/media/me/HDT-STATE", card_mounted_at("/media/me/HDT-STATE", soldered=True)),
        ("/media/me/STICK", card_mounted_at("/media/me/STICK", filesystem="vfat")),
        ("/dev/loop0", card_mounted_at("/media/me/HDT-STATE")),
        ("/dev/sdz", card_mounted_at(removable=False)),
    ],
)
def test_all_else_may_be_a_copy(place: str, among: BlockDevice) -> None:
    assert not is_card(Path(place), [among])


# --- what the proof sees ------------------------------------------------------------------------------------------------


@pytest.fixture
def made(old: Path, unit: StationUnit, tmp_path: Path) -> Iterator[tuple[Path, Expected]]:
    """The state folder of a card that replaces the old one, and what is asked of it."""
    with memory_scratch() as scratch:
        after = read_old_card(order(old), None, scratch, None)
        (tmp_path / "made").mkdir()
        done = provision_station(unit, tmp_path / "made", after)
        yield done.folder, Expected(unit, done.public_key, after)


def test_the_proof_agrees_with_a_replaced_card(made: tuple[Path, Expected]) -> None:
    prove_folder(*made)
    assert read_head_mark(made[0]) == Position(32, 1, newest(made[0]).hash)


def newest(folder: Path) -> Position:
    with contextlib.closing(LineReader(folder)) as line:
        return line.newest.end()


def test_another_end_of_the_old_journals_is_not_proven(made: tuple[Path, Expected]) -> None:
    folder, expected = made
    assert expected.after
    other = replace(expected.after, ends=(Position(1, 8, "ab" * 32),))
    with pytest.raises(ProofError, match=r"journal\.db: the old card's journals end at"):
        prove_folder(folder, replace(expected, after=other))


def test_a_card_that_left_the_old_journal_behind_is_not_proven(made: tuple[Path, Expected]) -> None:
    (made[0] / "journal.db").unlink()
    with pytest.raises(ProofError, match=r"journal\.db: the old card's journals end at \(\)"):
        prove_folder(*made)


def test_a_new_journal_that_has_sold_is_not_proven(made: tuple[Path, Expected]) -> None:
    folder, expected = made
    with contextlib.closing(Journal.open(folder / "journal-32.db", STATION, "boot")) as journal:
        journal.append(RightSold(right()), AT, 1.0)
    with pytest.raises(ProofError, match=r"journal-32\.db: has 2 entries: it is not new"):
        prove_folder(folder, expected)


def test_a_new_journal_of_another_key_or_parent_is_not_proven(
    made: tuple[Path, Expected], old: Path, unit: StationUnit, tmp_path: Path
) -> None:
    folder, expected = made
    assert expected.after
    for after in (expected.after, replace(expected.after, folder=None)):
        other = tmp_path / f"other-{after.folder is None}"
        other.mkdir()
        provision_station(unit, other, after)
        shutil.copy(other / "journal-32.db", folder)
        (folder / HEAD_MARK).unlink(missing_ok=True)
        with pytest.raises(ProofError, match=r"journal-32\.db: begins with"):
            prove_folder(folder, expected)


def test_a_card_that_would_leave_its_journal_at_once_is_not_proven(made: tuple[Path, Expected]) -> None:
    with contextlib.closing(HeadMark(made[0])) as mark:
        mark.write(Position(32, 9, "ab" * 32))
    with pytest.raises(ProofError, match=r"journal-32\.db: would be left at once"):
        prove_folder(*made)


def test_an_ordinary_card_is_of_generation_1_and_its_genesis_names_its_key(unit: StationUnit, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    done = provision_station(unit, tmp_path / "made")
    prove_folder(done.folder, Expected(unit, done.public_key))
    with contextlib.closing(LineReader(done.folder)) as line:
        assert (line.newest.generation, line.newest.last(), line.newest.parent) == (1, 0, None)
        assert genesis_in(line.newest.genesis_document).public_key == done.public_key
    shutil.copy(_another(unit, tmp_path) / "journal.db", done.folder)
    with pytest.raises(ProofError, match=r"journal\.db: begins with"):
        prove_folder(done.folder, Expected(unit, done.public_key))


def _another(unit: StationUnit, tmp_path: Path) -> Path:
    (tmp_path / "another").mkdir()
    return provision_station(unit, tmp_path / "another").folder
