"""Files -> the setting of a desk."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from firmware.domain.site import Site
from firmware.tariff import load_tariffs
from hal.board import load_board, read_toml
from simulator.demonstration import demonstration_rights
from simulator.desk import Setting

ROOT = Path(__file__).parents[1]
"""Where tariffs.json, board/ and docs/ lie."""


def setting_of(board: Path, station: Path, tariffs: Path, state: Path, at: datetime) -> Setting:
    """Read every file a station starts from. Raises BoardError or TariffError naming file, place and reason.

    The register is that of the demonstration, whatever the station: real plates have no place at a desk.
    """
    reference = load_board(ROOT / "board" / "paris-v1.toml")
    shown = demonstration_rights(ROOT / "board" / "demo-rights.toml")
    site, prices = read_toml(station, Site), load_tariffs(tariffs)
    return Setting(state, load_board(board), reference, site, prices, at, shown.rights, shown.register, plates=shown.plates)


def demonstration(state: Path, at: datetime) -> Setting:
    """The shipped files, everything simulated."""
    board = ROOT / "board"
    return setting_of(board / "demo-desk.toml", board / "demo-station.toml", ROOT / "tariffs.json", state, at)
