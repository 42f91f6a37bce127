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
    Defect(
        "a kernel without the emulator is found out after an hour",
        "workshop/image/computer.py",
        "*_python(computer), *_emulation(computer)]",
        "*_python(computer)]",
        "tests/workshop/image/test_computer.py::test_a_kernel_that_cannot_run_the_cards_programs_is_told",
    ),
)
