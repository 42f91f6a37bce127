"""Files -> the setting of a desk."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from firmware.domain.site import Site
from firmware.tariff import load_tariffs
from hal.board import load_board, read_toml
from hal.shipped import BOARDS, DEMO_STATION, TARIFFS
from simulator.demonstration import demonstration_rights
from simulator.desk import Setting


def setting_of(board: Path, station: Path, tariffs: Path, state: Path, at: datetime) -> Setting:
    """Read every file a station starts from. Raises BoardError or TariffError naming file, place and reason.

    The register is that of the demonstration, whatever the station: real plates have no place at a desk.
    """
    reference = load_board(BOARDS / "paris-v1.toml")
    shown = demonstration_rights(BOARDS / "demo-rights.toml")
    site, prices = read_toml(station, Site), load_tariffs(tariffs)
    return Setting(state, load_board(board), reference, site, prices, at, shown.rights, shown.register, plates=shown.plates)


def demonstration(state: Path, at: datetime) -> Setting:
    """The shipped files, everything simulated."""
    return setting_of(BOARDS / "demo-desk.toml", DEMO_STATION, TARIFFS, state, at)
