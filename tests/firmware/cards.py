"""The files that flashing writes into a station's state folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.builders import ROOT


def write_card(folder: Path, board: str = "paris-v1.toml") -> Path:
    """Write the station file and the name of the board into this folder; returns it."""
    shutil.copy(ROOT / "board" / "demo-station.toml", folder / "station.toml")
    (folder / "board").write_text(f"{board}\n")
    return folder
