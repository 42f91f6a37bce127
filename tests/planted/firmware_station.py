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
        'return f"STATUS={error}"',
        'return f"WATCHDOG=1\\nSTATUS={error}"',
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
        "what could not be written is not tried again",
        "firmware/station/journal_writer.py",
        "if failure is None or now < failure.wake_at:",
        "if failure is None or now < failure.leave_at:",
        "tests/firmware/test_app_write_failure.py::test_the_outcome_is_written_as_soon_as_the_disk_works_again",
    ),
    Defect(
        "a process that can write nothing lives on",
        "firmware/station/journal_writer.py",
        "            if now >= failure.leave_at:\n                raise\n            return False",
        "            return False",
        "tests/firmware/test_app_write_failure.py::test_a_process_that_cannot_write_the_outcome_leaves_and_its_next_start_writes_the_doubt",
    ),
    Defect(
        "a payment that could not begin begins when the disk works again, and no bank is asked",
        "firmware/station/write_failure.py",
        "_HAPPENED = (\n    Started",
        "_HAPPENED = (\n    Fact",
        "tests/firmware/test_app_write_failure.py::test_a_payment_that_could_not_begin_does_not_begin_when_the_disk_works_again",
    ),
    Defect(
        "the watchdog is fed while an outcome waits to be written",
        "firmware/station/watchdog.py",
        "        check_station()\n        check_journal(journal)",
        "        check_journal(journal)",
        "tests/firmware/station/test_watchdog.py::test_a_station_with_something_to_write_down_feeds_no_watchdog_though_the_disk_works",
    ),
    Defect(
        "an error of the terminal's port leaves the payment open for ever",
        "firmware/station/device_calls.py",
        "Declined(reference, Reason.NOT_ASKED)",
        "*()",
        "tests/firmware/test_app_port_errors.py::test_a_terminal_whose_port_raises_was_certainly_not_asked",
    ),
    Defect(
        "a terminal that debits and says nothing goes on being paid at",
        "firmware/station/doubt_monitor.py",
        "len(ledger.unresolved) >= MOST or self._due <= now",
        "len(ledger.unresolved) > 12 or self._due + 3600 <= now",
        "tests/firmware/station/test_doubt_monitor.py::test_card_sales_close_and_open_again_with_the_late_answer",
    ),
    Defect(
        "every doubt starts the three minutes again",
        "firmware/station/doubt_monitor.py",
        "self._since.get(reference, now) for reference in owed",
        "now for reference in owed",
        "tests/firmware/station/test_doubt_monitor.py::test_an_answer_that_the_terminal_owes_for_three_minutes_closes_them",
    ),
)
