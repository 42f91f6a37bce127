"""Defects planted in central/rules/seller_parkings.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a seller is believed whatever it charged",
        "central/rules/seller_parkings.py",
        "if offer.cents != said.cents:",
        "if offer.cents > said.cents:",
        "tests/central/test_sellers.py::test_a_wrong_member_is_named_and_nothing_is_stored",
    ),
    Defect(
        "a parking that has ended is extended",
        "central/rules/seller_parkings.py",
        "if other and (before.stopped_at or at >= end):",
        "if other and before.stopped_at:",
        "tests/central/test_sellers.py::test_another_body_about_one_that_has_ended_is_a_conflict",
    ),
    Defect(
        "a parking moves to another plate",
        "central/rules/seller_parkings.py",
        'FIXED = ("plate", "zone"',
        'FIXED = ("zone"',
        "tests/central/test_sellers.py::test_what_a_parking_keeps_is_a_conflict_that_names_the_member",
    ),
)
