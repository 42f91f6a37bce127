"""Defects planted in central/rules/apds.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "half cents are dropped from the exported rate tables",
        "central/rules/apds.py",
        "value = float(Decimal(line.cents) / line.units / 100)",
        "value = float(Decimal(line.cents // line.units) / 100)",
        "tests/central/test_feeds.py::test_every_exported_price_is_the_engines",
    ),
    Defect(
        "a plate is told to every partner",
        "central/rules/apds.py",
        "if not with_plate or not right.plate:",
        "if not right.plate:",
        "tests/central/test_feeds.py::test_a_plate_is_told_only_to_who_may_check_plates",
    ),
)
