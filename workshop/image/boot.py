"""Boot partition: firmware, kernel, initramfs, and device trees with our overlay applied.

The theory. Debian's have no symbols, so neither the firmware nor fdtoverlay could apply an overlay that names a label; the
firmware would say so to nobody and boot without a display. Here the symbol is added, the overlay applied, and the result is
what lies on the card: an overlay that does not fit refuses to build.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from hal.board import load_board
from hal.computers import COMPUTERS, Computer
from workshop.common.checkout import BOARD, IMAGE_FILES, OVERLAYS
from workshop.common.errors import BuildError
from workshop.common.recipe import Recipe
from workshop.common.tools import run_checked
from workshop.image.debian import kernel_of

REVISIONS = {
    "bcm2837-rpi-3-b.dtb": 0xA02082,
    "bcm2837-rpi-3-b-plus.dtb": 0xA020D3,
    "bcm2711-rpi-4-b.dtb": 0xC03111,
    "bcm2837-rpi-zero-2-w.dtb": 0x902120,
}
"""Device tree -> revision code of the computer (Raspberry Pi documentation: revision codes).

rpi-lgpio asks the tree for it before it touches a pin. The VideoCore writes the board's own over it; where
it does not, the station would refuse to start.
"""
LABELS = {"gpio": "/soc/gpio@7e200000"}
"""Label of a node in our overlay -> its path in Debian's trees."""


def compose_boot(root: Path, folder: Path, recipe: Recipe, scratch: Path) -> None:
    """Fill a new folder with the files of the boot partition. The kernel and its initramfs leave the root: one copy is enough.

    Raises BuildError or ToolError.
    """
    folder.mkdir()
    kernel = kernel_of(root)
    for name in recipe.firmware:
        shutil.copy(root / "usr" / "lib" / "raspi-firmware" / name, folder)
    shutil.move(root / "boot" / f"vmlinuz-{kernel}", folder / "vmlinuz")
    shutil.move(root / "boot" / f"initrd.img-{kernel}", folder / "initrd.img")
    for computer, tree in trees(root, kernel):
        apply_overlay(tree, OVERLAYS / f"{computer.overlay}.dts", folder / tree.name, scratch)
    if not list(folder.glob("*.dtb")):
        raise BuildError(f"kernel {kernel} has a tree for none of {', '.join(sorted(COMPUTERS))}")
    for name in ("config.txt", "cmdline.txt"):
        shutil.copy(IMAGE_FILES / name, folder)


def trees(root: Path, kernel: str) -> Iterator[tuple[Computer, Path]]:
    """Each computer of the board file with its device trees in this kernel: Debian 12's has none for a Pi 5."""
    header = load_board(BOARD).header
    for name in header.computers if header else ():
        for tree in COMPUTERS[name].trees:
            file = root / "usr" / "lib" / f"linux-image-{kernel}" / "broadcom" / tree
            if file.exists():
                yield COMPUTERS[name], file


def apply_overlay(tree: Path, overlay: Path, file: Path, scratch: Path) -> None:
    """Write the device tree with the overlay applied to `file`. Raises ToolError if it does not fit."""
    base, ours = scratch / "base.dtb", scratch / "ours.dtbo"
    shutil.copy(tree, base)
    for label, path in LABELS.items():
        run_checked("fdtput", "-p", "-t", "s", base, "/__symbols__", label, path)
    if tree.name in REVISIONS:
        run_checked("fdtput", "-p", "-t", "x", base, "/system", "linux,revision", f"{REVISIONS[tree.name]:x}")
    compile_overlay(overlay, ours)
    run_checked("fdtoverlay", "-i", base, "-o", file, ours)


def compile_overlay(source: Path, file: Path) -> None:
    """Compile the source of an overlay. Raises ToolError for one that cannot be compiled."""
    run_checked("dtc", "-@", "-q", "-I", "dts", "-O", "dtb", "-o", file, source)
