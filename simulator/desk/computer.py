"""The computer of a simulated station, with faults of its supply, heat and card."""

from __future__ import annotations

from collections.abc import Set

from firmware.service.computer_alarms import DiskHealth, disk_health
from hal.ports import Supply

FAULTS = {
    "under_voltage": "Tension trop basse",
    "hot": "En plein soleil, ouïes bouchées : 84 °C",
    "disk_errors": "La carte a rendu trois lectures fausses",
    "boot_changed": "cmdline.txt modifié sur la carte",
    "disk_worn": "Carte usée à 90 %",
}


def supply_of(on: Set[str]) -> Supply:
    """What its sensors say; without a fault a desk has none."""
    return Supply(under_voltage="under_voltage" in on or None, celsius=84 if "hot" in on else None)


def disk_of(on: Set[str]) -> DiskHealth:
    """What its card and its file system say, in the kernel's form."""
    return disk_health(3 if "disk_errors" in on else None, "0x03 0x09" if "disk_worn" in on else None, None)
