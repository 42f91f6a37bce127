"""Delivery status: the time of the city's last answer, written by one process and read by the other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware.backoffice.delivery_status import LAST_ACCEPTED, DeliveryNote, note_delivery, read_delivery_status
from firmware.journal.marks import CURSOR, write_cursor
from firmware.protocol.genesis import Position
from firmware.service.inspection import DeliveryStatus

AT = datetime(2026, 3, 4, 13, 29, 41, tzinfo=UTC)


def test_what_one_process_notes_the_other_reads(tmp_path: Path) -> None:
    note_delivery(tmp_path, DeliveryNote(AT, "no entry is wanted", clone=True))
    write_cursor(tmp_path, Position(3, 813, "ab" * 32))
    assert read_delivery_status(tmp_path) == DeliveryStatus(AT, 813, 3, "no entry is wanted", clone=True)


def test_a_cursor_of_before_generations_is_of_the_first(tmp_path: Path) -> None:
    (tmp_path / CURSOR).write_text(f"813 {'ab' * 32}\n")
    assert read_delivery_status(tmp_path) == DeliveryStatus(None, 813)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-03-04T13:29:41", '{"accepted_at":"2026-03-04T13:29:41"}', "\udcff"])
def test_a_sign_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / LAST_ACCEPTED).write_text(text, "utf-8", "surrogateescape")
    (tmp_path / CURSOR).write_text(text, "utf-8", "surrogateescape")
    assert read_delivery_status(tmp_path) == DeliveryStatus()


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    assert note_delivery(tmp_path, DeliveryNote(AT))
    assert not note_delivery(tmp_path / "gone", DeliveryNote(AT))
    assert read_delivery_status(tmp_path / "gone") == DeliveryStatus()
