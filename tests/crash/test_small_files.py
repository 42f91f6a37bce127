"""A power cut while a small file is written: the old one or the new one is there; once its writer has returned, the new one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware.backoffice.delivery_status import LAST_ACCEPTED, DeliveryNote, note_delivery
from firmware.journal.durable_file import put_in_place
from firmware.journal.marks import CITY_MARK, CURSOR, HEAD_MARK, CityMark, HeadMark, write_city_mark, write_cursor
from firmware.ledger.clock_evidence import ClockEvidence
from firmware.ledger.ledger import Ledger
from firmware.protocol.genesis import Position
from firmware.station.checkpoint import CHECKPOINT, Checkpoint, write_checkpoint
from firmware.station.replaced_card import ReplacedCard, take_along
from hal.key_file import create_key_file
from tests.builders import NOW, STATION_KEY, new_journal
from tests.crash.disk import Files, ForgetfulDisk
from tests.crash.recorded_os import recorded_os
from tests.crash.recorder import DiskRecorder

HERE = Position(1, 7, "ab" * 32)
Write = Callable[[Path, bool], object]
"""Writes the file in this folder: the old content, or the new one."""


def position(new: bool) -> Position:
    return Position(1, 8 if new else 7, "ab" * 32)


def write_head_mark(folder: Path, new: bool) -> None:
    mark = HeadMark(folder)
    mark.write(position(new))
    mark.close()


FILES: dict[str, Write] = {
    "any": lambda folder, new: put_in_place(folder / "any", b"new" if new else b"old"),
    HEAD_MARK: write_head_mark,
    CURSOR: lambda folder, new: write_cursor(folder, position(new)),
    CITY_MARK: lambda folder, new: write_city_mark(folder, CityMark("ab" * 32, "behind the city", position(new))),
    CHECKPOINT: lambda folder, new: write_checkpoint(folder, Checkpoint(position(new), Ledger(), ClockEvidence()), STATION_KEY),
    LAST_ACCEPTED: lambda folder, new: note_delivery(folder, DeliveryNote(NOW, "x" if new else "")),
}


def states_while(folder: Path, write: Callable[[], object]) -> tuple[list[Files], list[Files]]:
    """What may be found after each operation of writing, and after the last one."""
    recorder, disk, during = DiskRecorder(folder), ForgetfulDisk(), list[Files]()
    for number, file in enumerate(sorted(folder.iterdir()), -100):
        disk.files[number], disk.names[file.name] = file.read_bytes(), number
        recorder.names[file.name] = number
    with recorded_os(recorder):
        write()
    for operation in recorder.operations:
        disk.take(operation)
        during += disk.states()
    return during, list(disk.states())


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_the_old_one_or_the_new_one_and_then_the_new_one(tmp_path: Path, name: str) -> None:
    FILES[name](tmp_path, False)
    old = (tmp_path / name).read_bytes()
    during, after = states_while(tmp_path, lambda: FILES[name](tmp_path, True))
    new = (tmp_path / name).read_bytes()
    assert new != old
    assert {state.get(name) for state in during} <= {old, new}
    assert {state.get(name) for state in after} == {new}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_made_is_there_with_its_name(tmp_path: Path, name: str) -> None:
    _, after = states_while(tmp_path, lambda: FILES[name](tmp_path, True))
    assert {state.get(name) for state in after} == {(tmp_path / name).read_bytes()}


def test_a_key_is_there_with_its_name(tmp_path: Path) -> None:
    _, after = states_while(tmp_path, lambda: create_key_file(tmp_path / "key"))
    assert {state.get("key") for state in after} == {(tmp_path / "key").read_bytes()}


def test_what_is_taken_along_from_an_old_card_is_synchronised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new, synchronised = tmp_path / "old", tmp_path / "new", set[int]()
    old.mkdir()
    new.mkdir()
    new_journal(old / "journal.db")
    write_cursor(old, HERE)
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synchronised.add(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    take_along(ReplacedCard(1, NOW, old, (HERE,)), new)
    assert {file.name for file in new.iterdir()} == {"journal.db", CURSOR}
    assert {file.stat().st_ino for file in new.iterdir()} <= synchronised
    shutil.rmtree(old)
