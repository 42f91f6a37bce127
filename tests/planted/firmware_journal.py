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
    Defect(
        "a restored backup is continued",
        "firmware/journal/line.py",
        "and not journal.has(mark)",
        "and False",
        "tests/firmware/journal/test_line.py::test_a_restored_backup_is_not_continued",
    ),
    Defect(
        "a sale does not move the mark",
        "firmware/journal/line.py",
        "        if isinstance(fact, RightSold | InDoubt):\n            with",
        "        if False:\n            with",
        "tests/firmware/journal/test_line.py::test_the_mark_moves_with_every_sale_and_only_then",
    ),
    Defect(
        "a journal that the city says to leave is continued",
        "firmware/journal/line.py",
        "told.journal == journal.start.hex()",
        "told.journal == ''",
        "tests/firmware/journal/test_line.py::test_what_the_city_says_is_done_once",
    ),
    Defect(
        "a new journal takes the number of one that the city holds",
        "firmware/journal/line.py",
        "max(self._current.generation, reason.known) + 1",
        "self._current.generation + 1",
        "tests/firmware/journal/test_line.py::test_what_the_city_says_is_done_once",
    ),
    Defect(
        "a new journal does not say what it continues",
        "firmware/journal/line.py",
        "genesis_document(self._current.station, generation, self._key, parent)",
        "genesis_document(self._current.station, generation, self._key, None)",
        "tests/firmware/journal/test_line.py::test_the_genesis_binds_station_generation_key_and_parent",
    ),
    Defect(
        "a journal of before generations is written on",
        "firmware/journal/line.py",
        "    if not journal.genesis_document:\n",
        "    if False:\n",
        "tests/firmware/journal/test_line.py::test_a_journal_of_before_generations_is_opened_once_and_goes_on_in_the_next",
    ),
    Defect(
        "a plate that was exchanged is not seen",
        "firmware/journal/journal_file.py",
        "            content_in(entry.body, entry.personal)\n    except",
        "            pass\n    except",
        "tests/firmware/journal/test_journal_damage.py::test_tampering_is_named",
    ),
    Defect(
        "deleted plates stay in the log",
        "firmware/journal/journal.py",
        'connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]',
        "0",
        "tests/firmware/station/test_upkeep.py::test_a_plate_is_deleted_two_days_after_the_city_has_it_and_its_right_is_over",
    ),
)
