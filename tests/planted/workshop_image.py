"""Defects planted in workshop/image/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "packages for the technician's computer are packed for the Pi",
        "workshop/image/wheels.py",
        'MACHINE = "aarch64"',
        'MACHINE = "x86_64"',
        "tests/workshop/bundle/test_wheels.py::test_of_two_wheels_the_pis_is_taken",
    ),
)
