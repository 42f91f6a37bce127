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
)
