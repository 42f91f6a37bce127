"""Boot files of a bundle: compiled overlays, and the lines of config.txt that load them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from hal.board import load_board
from hal.computers import COMPUTERS
from workshop.common.checkout import BOARD, OVERLAYS
from workshop.common.errors import BuildError
from workshop.image.boot import compile_overlay

FILTERS = {"pi-3": "pi3", "pi-4": "pi4", "pi-5": "pi5", "pi-zero-2": "pi02"}
"""Computer -> its section of config.txt (Raspberry Pi documentation: conditional filters)."""


def boot_files(scratch: Path) -> Mapping[str, bytes]:
    """Files by their paths on the boot partition, for every computer of the board file.

    Raises BuildError, ToolError or BoardError.
    """
    header = load_board(BOARD).header
    computers = header.computers if header else ()
    names = {COMPUTERS[name].overlay for name in computers}
    return {"config.txt": config_lines(computers), **{f"overlays/{name}.dtbo": overlay_binary(name, scratch) for name in names}}


def config_lines(computers: Iterable[str]) -> bytes:
    """Lines for config.txt, a section for each computer. Raises BuildError for a computer without one."""
    lines = ["# The pay station's header."]
    for name in computers:
        if name not in FILTERS:
            raise BuildError(f"{name}: config.txt has no section for it in FILTERS")
        lines += [f"[{FILTERS[name]}]", *COMPUTERS[name].settings]
    return "\n".join([*lines, "[all]", ""]).encode()


def overlay_binary(name: str, scratch: Path) -> bytes:
    """The overlay of this name, compiled. Raises ToolError for one that cannot be compiled."""
    file = scratch / f"{name}.dtbo"
    compile_overlay(OVERLAYS / f"{name}.dts", file)
    return file.read_bytes()
