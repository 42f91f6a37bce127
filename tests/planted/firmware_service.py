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
)
