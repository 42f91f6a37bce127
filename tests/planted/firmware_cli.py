"""Defects planted in firmware/cli/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a card that lost its address shows nothing at all",
        "firmware/cli/out_of_service.py",
        '        sys.stderr.write(f"horodateur: {error}\\n")\n        return None\n',
        "        raise\n",
        "tests/firmware/cli/test_out_of_service.py::test_what_the_card_lost_costs_the_address_and_not_the_screen",
    ),
)
