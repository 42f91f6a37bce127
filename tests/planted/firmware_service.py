"""Defects planted in firmware/service/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "the catalogue promises free rights that a wrong clock does not give",
        "firmware/service/alarms.py",
        'rétablir le réseau.",\n        Loss.ALL,',
        'rétablir le réseau.",\n        Loss.PAID,',
        "tests/firmware/service/test_alarms.py::test_the_effect_on_sales_is_what_the_policy_does",
    ),
    Defect(
        "a stuck key is called by its name in the journal",
        "firmware/service/alarms.py",
        "_STUCK.says.format(key=KEY_NAMES.get(key, key.value))",
        "_STUCK.says.format(key=key.value)",
        "tests/firmware/screens/test_service_alarms.py::test_each_stuck_key_is_named_as_its_cap_is_called",
    ),
    Defect(
        "a card that is nearly used up raises nothing",
        "firmware/service/computer_alarms.py",
        "DISK_WORN: disk.worn is True or (disk.used_tenths or 0) >= WORN,",
        "DISK_WORN: disk.worn is True,",
        "tests/firmware/service/test_computer_alarms.py::test_each_trouble_is_an_alarm_of_its_own",
    ),
    Defect(
        "heat comes and goes with every degree",
        "firmware/service/computer_alarms.py",
        "limit = COOL if OVERHEATING in before else HOT",
        "limit = HOT",
        "tests/firmware/service/test_computer_alarms.py::test_a_well_one_has_none_and_heat_does_not_come_and_go",
    ),
    Defect(
        "every start of the station is one of a panel that does not count",
        "firmware/service/panel_starts.py",
        "    if event.number is None or event.number == before:\n        return 0\n",
        "    if event.number == before is not None:\n        return 0\n    if event.number is None:\n        return 1\n",
        "tests/firmware/service/test_panel_starts.py::test_starts_are_counted",
    ),
)
