"""Alarms about the computer: what the kernel says of supply, heat and card; silence is no alarm."""

from __future__ import annotations

import pytest

from firmware.service.computer_alarms import (
    DISK_ERRORS,
    DISK_WORN,
    OVERHEATING,
    UNDER_VOLTAGE,
    DiskHealth,
    computer_alarms,
    disk_health,
)
from hal.ports import Supply

NONE: frozenset[str] = frozenset()


def test_a_computer_that_says_nothing_raises_nothing() -> None:
    assert computer_alarms(Supply(), DiskHealth(), None, NONE) == NONE
    assert disk_health(None, None, None) == DiskHealth()
    assert disk_health(0, "0x00 0x00", "0x00") == DiskHealth(0)
    assert disk_health(0, "a card of a maker", "") == DiskHealth(0)


@pytest.mark.parametrize(
    ("supply", "disk", "up"),
    [
        (Supply(under_voltage=True), DiskHealth(), UNDER_VOLTAGE),
        (Supply(celsius=80), DiskHealth(), OVERHEATING),
        (Supply(), DiskHealth(errors=1), DISK_ERRORS),
        (Supply(), disk_health(0, "0x03 0x09", "0x01"), DISK_WORN),
        (Supply(), disk_health(0, "0x01 0x01", "0x02"), DISK_WORN),
    ],
)
def test_each_trouble_is_an_alarm_of_its_own(supply: Supply, disk: DiskHealth, up: str) -> None:
    assert computer_alarms(supply, disk, None, NONE) == {up}


def test_a_well_one_has_none_and_heat_does_not_come_and_go() -> None:
    well = disk_health(0, "0x08 0x08", "0x01")
    assert computer_alarms(Supply(under_voltage=False, throttled=True, celsius=79), well, True, NONE) == NONE
    assert computer_alarms(Supply(celsius=76), well, True, frozenset({OVERHEATING})) == {OVERHEATING}
    assert computer_alarms(Supply(celsius=74), well, True, frozenset({OVERHEATING})) == NONE


def test_a_boot_partition_that_was_changed_is_an_alarm() -> None:
    assert computer_alarms(Supply(), DiskHealth(), False, NONE) == {"boot changed"}
