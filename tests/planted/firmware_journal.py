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
        "a rescued run goes on over a bad entry",
        "firmware/journal/rescue.py",
        "            run, before = _Run(entry.hash), entry.hash\n",
        "            before = entry.hash\n",
        "tests/firmware/journal/test_rescue.py::test_a_new_run_begins_after_what_is_bad_or_missing",
    ),
    Defect(
        "a journal whose tail is missing is rescued as whole",
        "firmware/journal/rescue.py",
        "        return shortfall(journal, later)\n",
        '        return ""\n',
        "tests/firmware/journal/test_rescue.py::test_a_journal_copied_without_its_log_is_read_as_it_is_and_is_not_whole",
    ),
    Defect(
        "what stands behind a page that cannot be read is given up",
        "firmware/journal/rescue.py",
        "    while last < most:",
        "    while last < 0:",
        "tests/firmware/journal/test_rescue.py::test_entries_behind_a_page_that_cannot_be_read_are_rescued",
    ),
    Defect(
        "a hash that is damaged costs its entry",
        "firmware/journal/rescue.py",
        " or (following and chain_hash(digest, following.body) == following.hash)",
        "",
        "tests/firmware/journal/test_rescue.py::test_a_new_run_begins_after_what_is_bad_or_missing",
    ),
    Defect(
        "a rescue reads the card's own journal, and SQLite writes beside it",
        "firmware/journal/rescue.py",
        "contextlib.closing(JournalReader(copy))",
        "contextlib.closing(JournalReader(file))",
        "tests/firmware/cli/test_rescue.py::test_a_card_mounted_to_be_read_only_is_rescued",
    ),
    Defect(
        "a mark of another entry says nothing",
        "firmware/journal/marks.py",
        '    if mark.seq <= last:\n        return f"',
        '    if mark.seq <= last:\n        return "" and f"',
        "tests/firmware/journal/test_rescue.py::test_a_mark_of_another_entry_or_another_generation_is_believed_too",
    ),
)
