"""What the firmware of a Pi needs beside Raspberry Pi OS's own boot files: our overlays, and the lines that load them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from hal.board import load_board
from hal.computers import COMPUTERS
from workshop.image.boot import BOARD, OVERLAYS
from workshop.image.tools import BuildError, ran

FILTERS = {"pi-3": "pi3", "pi-4": "pi4", "pi-5": "pi5", "pi-zero-2": "pi02"}
"""Computer -> the section of config.txt that it alone reads of those here (its documentation: conditional filters)."""


def boot_files(scratch: Path) -> Mapping[str, bytes]:
    """By their paths on the boot partition, for every computer of the board file. Raises BuildError, or BoardError."""
    header = load_board(BOARD).header
    computers = header.computers if header else ()
    names = {COMPUTERS[name].overlay for name in computers}
    return {"config.txt": settings(computers), **{f"overlays/{name}.dtbo": overlay(name, scratch) for name in names}}


def settings(computers: Iterable[str]) -> bytes:
    """One section of config.txt for each; what Raspberry Pi OS has in its own file stays. Raises BuildError."""
    lines = ["# The pay station's header."]
    for name in computers:
        if name not in FILTERS:
            raise BuildError(f"{name}: config.txt has no section for it that is known here")
        lines += [f"[{FILTERS[name]}]", *COMPUTERS[name].settings]
    return "\n".join([*lines, "[all]", ""]).encode()


def overlay(name: str, scratch: Path) -> bytes:
    """Compiled. Raises BuildError for one that is not understood."""
    file = scratch / f"{name}.dtbo"
    ran("dtc", "-@", "-q", "-I", "dts", "-O", "dtb", "-o", file, OVERLAYS / f"{name}.dts")
    return file.read_bytes()
