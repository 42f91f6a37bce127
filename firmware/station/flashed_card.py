"""The flashed card: which board file and which station file the station's folder names."""

from __future__ import annotations

import re
from pathlib import Path

from hal.errors import BoardError, reason_of
from hal.shipped import BOARDS

STATION_FILE = "station.toml"
BOARD_NAME = "board"
"""Holds the name of a shipped board file, `paris-v1` or `paris-v1.toml`: one line."""


def board_of(folder: Path) -> Path:
    """The board file this card was flashed for. Raises BoardError naming the file that is wrong."""
    file = folder / BOARD_NAME
    try:
        name = file.read_text("utf-8").strip().removesuffix(".toml")
    except (OSError, UnicodeDecodeError) as error:
        reason = f"cannot be read: {reason_of(error)}; --state names the folder of a flashed card"
        raise BoardError(str(file), "", reason) from error
    board = BOARDS / f"{name}.toml"
    if not re.fullmatch(r"[\w-]+", name) or not board.is_file():
        raise BoardError(str(file), "", f"there is no board file {name!r}")
    return board


def station_file(folder: Path) -> Path:
    """The identity this card was flashed with."""
    return folder / STATION_FILE
