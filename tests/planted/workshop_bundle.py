"""Defects planted in workshop/bundle/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "the simulator goes to the street with the station",
        "workshop/bundle/station.py",
        "= list(PACKAGES)",
        '= [*PACKAGES, "simulator"]',
        "tests/workshop/flash/test_bundle.py::test_the_stations_wheel_holds_what_ships_and_no_more",
    ),
    Defect(
        "a bundle differs from one build to the next",
        "workshop/bundle/archive.py",
        "for path, data in sorted(files.items()):\n            member",
        "for path, data in files.items():\n            member",
        "tests/workshop/flash/test_bundle.py::test_two_builds_of_one_checkout_are_the_same_bytes",
    ),
    Defect(
        "what was compiled cannot be installed: its name is another package's",
        "workshop/bundle/archive.py",
        'return f"{self.name}-{self.version}.dist-info"',
        'return f"{self.name}.dist-info"',
        "tests/workshop/bundle/test_wheels.py::test_what_comes_as_source_becomes_a_wheel_that_pip_takes_for_a_pi",
    ),
    Defect(
        "a line added to config.txt is read by one model alone",
        "workshop/bundle/boot.py",
        '[*lines, "[all]", ""]',
        '[*lines, ""]',
        "tests/workshop/flash/test_bundle.py::test_each_computer_reads_its_own_lines_and_finds_the_overlay_they_name",
    ),
    Defect(
        "a Zero 2 loads no overlay",
        "workshop/bundle/boot.py",
        '"pi-zero-2": "pi02"',
        '"pi-zero-2": "pi2"',
        "tests/workshop/flash/test_bundle.py::test_each_computer_reads_its_own_lines_and_finds_the_overlay_they_name",
    ),
    Defect(
        "a bundle does not say which Python it is for",
        "workshop/bundle/build.py",
        "sha256=sha256_of(bundle), python=PYTHON)",
        "sha256=sha256_of(bundle))",
        "tests/workshop/flash/test_bundle.py::test_a_system_with_another_python_is_found_out_while_the_card_does_not_boot",
    ),
)
