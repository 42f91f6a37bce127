"""The boot partition: what the VideoCore reads before there is a kernel.

The trees. Debian's have no symbols, so neither the firmware nor fdtoverlay could apply an overlay that names a label; the
firmware would say so to nobody and boot without a display. Here the symbol is added, the overlay applied, and the result is
what lies on the card: an overlay that does not fit refuses to build.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from hal.board import load_board
from hal.computers import COMPUTERS, Computer
from workshop.common.recipe import DATA, ROOT, Recipe
from workshop.image.debian import kernel_of
from workshop.image.tools import BuildError, ran

OVERLAYS = ROOT / "board" / "overlay"
BOARD = ROOT / "board" / "paris-v1.toml"
REVISIONS = {
    "bcm2837-rpi-3-b.dtb": 0xA02082,
    "bcm2837-rpi-3-b-plus.dtb": 0xA020D3,
    "bcm2711-rpi-4-b.dtb": 0xC03111,
    "bcm2837-rpi-zero-2-w.dtb": 0x902120,
}
"""Which computer it is, as rpi-lgpio asks the tree before it touches a pin (Raspberry Pi documentation: revision codes). The
VideoCore writes the board's own over it; where it does not, the station would refuse to start."""
LABELS = {"gpio": "/soc/gpio@7e200000"}
"""What our overlay calls a node -> where Debian's trees have it."""


def composed(root: Path, folder: Path, recipe: Recipe, scratch: Path) -> None:
    """Fill a new folder with all of it. The kernel and its initramfs leave the root: one copy is enough. Raises BuildError."""
    folder.mkdir()
    kernel = kernel_of(root)
    for name in recipe.firmware:
        shutil.copy(root / "usr" / "lib" / "raspi-firmware" / name, folder)
    shutil.move(root / "boot" / f"vmlinuz-{kernel}", folder / "vmlinuz")
    shutil.move(root / "boot" / f"initrd.img-{kernel}", folder / "initrd.img")
    for computer, tree in trees(root, kernel):
        with_overlay(tree, OVERLAYS / f"{computer.overlay}.dts", folder / tree.name, scratch)
    if not list(folder.glob("*.dtb")):
        raise BuildError(f"kernel {kernel} has a tree for none of {', '.join(sorted(COMPUTERS))}")
    for name in ("config.txt", "cmdline.txt"):
        shutil.copy(DATA / name, folder)


def trees(root: Path, kernel: str) -> Iterator[tuple[Computer, Path]]:
    """The computers of the board file this kernel has a tree for, with it: Debian 12's has none for a Pi 5."""
    header = load_board(BOARD).header
    for name in header.computers if header else ():
        for tree in COMPUTERS[name].trees:
            file = root / "usr" / "lib" / f"linux-image-{kernel}" / "broadcom" / tree
            if file.exists():
                yield COMPUTERS[name], file


def with_overlay(tree: Path, overlay: Path, file: Path, scratch: Path) -> None:
    """The tree with the overlay in it. Raises BuildError if it does not fit."""
    base, ours = scratch / "base.dtb", scratch / "ours.dtbo"
    shutil.copy(tree, base)
    for label, path in LABELS.items():
        ran("fdtput", "-p", "-t", "s", base, "/__symbols__", label, path)
    if tree.name in REVISIONS:
        ran("fdtput", "-p", "-t", "x", base, "/system", "linux,revision", f"{REVISIONS[tree.name]:x}")
    ran("dtc", "-@", "-q", "-I", "dts", "-O", "dtb", "-o", ours, overlay)
    ran("fdtoverlay", "-i", base, "-o", file, ours)
