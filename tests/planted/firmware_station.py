"""Defects planted in firmware/station/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a station that was given no key believes somebody",
        "firmware/station/state_folder.py",
        "return PublicationStore(folder / PUBLISHED, site, city)",
        "return PublicationStore(folder / PUBLISHED, site, city or open_seal(folder).public)",
        "tests/firmware/station/test_state_folder.py::test_a_station_without_the_city_s_key_believes_nobody",
    ),
    Defect(
        "the watchdog is fed whatever the self-check says",
        "firmware/station/watchdog.py",
        'return f"STATUS={error_text(error)}"',
        'return f"WATCHDOG=1\\nSTATUS={error_text(error)}"',
        "tests/firmware/station/test_watchdog.py::test_a_station_that_could_write_no_sale_feeds_no_watchdog_and_says_why",
    ),
    Defect(
        "a disk that became read-only passes the self-check",
        "firmware/station/watchdog.py",
        "    if disk.f_flag & os.ST_RDONLY:\n",
        "    if disk.f_flag & os.ST_NOEXEC:\n",
        "tests/firmware/station/test_watchdog.py::test_a_disk_that_takes_no_writes_or_has_no_room_fails",
    ),
    Defect(
        "another process's watchdog is fed",
        "firmware/station/sd_notify.py",
        'if environment.get("WATCHDOG_PID", str(pid)) != str(pid):',
        'if environment.get("WATCHDOG_PID", "") == "0":',
        "tests/firmware/station/test_sd_notify.py::test_how_long_the_watchdog_waits_is_for_the_process_it_names",
    ),
    Defect(
        "the name of the board reaches any file of the card",
        "firmware/station/flashed_card.py",
        'if not re.fullmatch(r"[\\w-]+", name) or',
        'if not re.fullmatch(r"[\\w./-]+", name) or',
        "tests/firmware/station/test_flashed_card.py::test_a_name_that_is_no_shipped_board_is_refused_by_file_and_name",
    ),
    Defect(
        "a jump of the clock is noticed a minute later",
        "firmware/station/clock_monitor.py",
        "abs(self._ahead - before) > JUMP",
        "abs(self._ahead - before) > 1e9",
        "tests/firmware/test_app_clock.py::test_a_jump_back_is_seen_at_the_next_turn_and_sells_nothing_until_the_clock_is_right",
    ),
    Defect(
        "a checkpoint is believed whoever signed it",
        "firmware/station/checkpoint.py",
        "        key.verify(data[:_SIGNATURE], _PURPOSE + data[_SIGNATURE:])\n",
        "",
        "tests/firmware/station/test_upkeep.py::test_a_checkpoint_that_another_key_signed_is_none",
    ),
    Defect(
        "a checkpoint of another journal is believed",
        "firmware/station/upkeep.py",
        "if checkpoint is None or not journal.has(checkpoint.position):",
        "if checkpoint is None:",
        "tests/firmware/station/test_upkeep.py::test_a_checkpoint_of_another_journal_counts_for_nothing",
    ),
    Defect(
        "a replaced card's journal names no parent",
        "firmware/station/state_folder.py",
        "public, after.parent), [after",
        "public, None), [after",
        "tests/workshop/flash/test_replacement.py::test_a_card_is_replaced_and_the_station_goes_on",
    ),
    Defect(
        "an old card without its tail is taken along",
        "firmware/station/replaced_card.py",
        "    if missing := shortfall(journal, [each for each in line if each.generation > journal.generation]):",
        '    if missing := "":',
        "tests/workshop/flash/test_old_card.py::test_a_tail_that_is_missing_is_refused",
    ),
    Defect(
        "an old card's key is not compared with its journal's",
        "firmware/station/replaced_card.py",
        "    if newest.genesis_document and genesis_in(newest.genesis_document).public_key != public:",
        "    if not public:",
        "tests/workshop/flash/test_old_card.py::test_a_card_without_its_key_or_with_another_one_is_refused",
    ),
    Defect(
        "the watchdog looks at a journal that is no longer written",
        "firmware/station/watchdog.py",
        "lambda: check_journal(newest_journal(folder))",
        'lambda: check_journal(folder / "journal.db")',
        "tests/firmware/station/test_watchdog.py::test_the_journal_that_is_looked_at_is_the_newest",
    ),
)
