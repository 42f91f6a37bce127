"""Defects planted in firmware/journal/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "commits are not synchronised",
        "firmware/journal/journal.py",
        '_SYNCHRONOUS = "PRAGMA synchronous=FULL"\n_FULL = 2',
        '_SYNCHRONOUS = "PRAGMA synchronous=NORMAL"\n_FULL = 1',
        "tests/firmware/journal/test_journal.py::test_planted_a_connection_that_does_not_synchronise_is_refused",
    ),
    Defect(
        "nobody looks whether commits are synchronised",
        "firmware/journal/journal.py",
        "require(synchronous == _FULL, path",
        "require(synchronous >= 0, path",
        "tests/firmware/journal/test_journal.py::test_planted_a_connection_that_does_not_synchronise_is_refused",
    ),
    Defect(
        "an entry is acknowledged before it is written",
        "firmware/journal/journal.py",
        "self._connection.execute(_INSERT, (seq, body, entry.hash, personal))",
        'seq % 100 or self._connection.execute("SELECT 1")',
        "tests/firmware/journal/test_journal.py::test_a_power_cut_loses_nothing_that_was_acknowledged",
    ),
    Defect(
        "a changed text is not seen",
        "firmware/journal/journal_file.py",
        "require(entry.hash == chain_hash(head.hash, entry.body), path",
        "require(bool(entry.hash), path",
        "tests/firmware/journal/test_journal_damage.py::test_every_changed_byte_of_a_text_is_seen",
    ),
    Defect(
        "another station's journal is taken for our own",
        "firmware/journal/journal.py",
        "require(reader.station == station, path",
        "require(bool(reader.station), path",
        "tests/firmware/journal/test_journal_damage.py::test_another_stations_journal_is_refused",
    ),
    Defect(
        "a publication gets its name before its bytes are on the disk",
        "firmware/journal/durable_file.py",
        "        _write(descriptor, data)\n        os.fsync(descriptor)\n",
        "        _write(descriptor, data)\n",
        "tests/firmware/backoffice/test_publication_store_power.py::test_the_power_cut_between_any_two_things_the_disk_is_asked_for",
    ),
)
