"""Defects planted in firmware/cli/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "whoever asks which commands there are waits for the tariff engine",
        "firmware/cli/arguments.py",
        "from firmware.domain.calendar_reach import ACCEPT, NEEDED, NOT_NEEDED\n",
        "import firmware.tariff\nfrom firmware.domain.calendar_reach import ACCEPT, NEEDED, NOT_NEEDED\n",
        "tests/laws/test_contracts.py::test_a_list_of_the_commands_waits_for_none_of_them",
    ),
    Defect(
        "a card that lost its address shows nothing at all",
        "firmware/cli/out_of_service.py",
        '        sys.stderr.write(f"horodateur: {error}\\n")\n        return None\n',
        "        raise\n",
        "tests/firmware/cli/test_out_of_service.py::test_what_the_card_lost_costs_the_address_and_not_the_screen",
    ),
    Defect(
        "another station's key signs a rescue",
        "firmware/cli/rescue.py",
        "    if found.public_keys and public not in found.public_keys:",
        "    if not public:",
        "tests/firmware/cli/test_rescue.py::test_another_key_signs_nothing",
    ),
    Defect(
        "a full disk leaves half a rescue file",
        "firmware/cli/rescue.py",
        "        out.with_name(out.name + UNFINISHED).unlink(missing_ok=True)\n        raise\n",
        "        raise\n",
        "tests/firmware/cli/test_rescue.py::test_a_full_disk_leaves_no_half_file",
    ),
    Defect(
        "a journal that ends before its mark is verified",
        "firmware/cli/journal.py",
        "    if missing:\n",
        "    if missing and not reader:\n",
        "tests/firmware/cli/test_rescue.py::test_a_tail_that_a_mark_says_was_there_is_missed",
    ),
    Defect(
        "a wrong number is refused when the PIN is typed",
        "firmware/cli/pin.py",
        "        check_person(arguments.number, arguments.name)\n",
        "",
        "tests/firmware/cli/test_pin.py::test_the_command_refuses_and_prints_no_line",
    ),
    Defect(
        "a station is provisioned whatever its calendar",
        "firmware/cli/run_station.py",
        "        _require_calendar(arguments)\n        provision(",
        "        provision(",
        "tests/firmware/cli/test_provision.py::test_a_station_is_not_provisioned_with_a_calendar_that_is_soon_over",
    ),
    Defect(
        "a copy under another name is verified as a journal of its own",
        "firmware/cli/journal.py",
        "named_rightly(JournalReader(journal_path(path, number)), number)",
        "JournalReader(journal_path(path, number))",
        "tests/firmware/cli/test_rescue.py::test_a_copy_under_another_name_is_no_journal_of_a_folder",
    ),
)
