"""The boot partition: our overlay in Debian's trees, which have no symbols, and what the VideoCore is told."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hal.computers import COMPUTERS
from workshop.common.checkout import IMAGE_FILES, OVERLAYS
from workshop.common.errors import BuildError, ToolError
from workshop.common.recipe import Recipe
from workshop.image.boot import REVISIONS, apply_overlay, compose_boot, trees

KERNEL = "6.1.0-1-arm64"
TREE = """/dts-v1/;
/ {
	compatible = "brcm,bcm2837";
	soc {
		gpio@7e200000 { phandle = <7>; #gpio-cells = <2>; gpio-controller; };
		spi@7e204000 { status = "disabled"; };
		i2c@7e804000 { status = "disabled"; };
		serial@7e201000 { status = "okay"; bluetooth { compatible = "brcm,bcm43438-bt"; }; };
		serial@7e215040 { status = "okay"; };
	};
};
"""
"""As Debian's: the nodes we name, no `__symbols__`."""


def compiled(text: str, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", str(file)], input=text, text=True, check=True)
    return file


def said(tree: Path, node: str, name: str) -> str:
    return subprocess.run(["fdtget", str(tree), node, name], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def root(recipe: Recipe, tmp_path: Path) -> Path:
    """What Debian's kernel and firmware packages leave."""
    root = tmp_path / "root"
    folder = root / "usr/lib" / f"linux-image-{KERNEL}" / "broadcom"
    for name in ("bcm2837-rpi-3-b.dtb", "bcm2711-rpi-4-b.dtb", "bcm2837-rpi-cm3-io3.dtb"):
        compiled(TREE, folder / name)
    (root / "usr/lib/raspi-firmware").mkdir()
    for name in (*recipe.firmware, "start_x.elf"):
        (root / "usr/lib/raspi-firmware" / name).write_text(name)
    (root / "lib/modules" / KERNEL).mkdir(parents=True)
    (root / "boot").mkdir()
    for name in ("vmlinuz", "initrd.img"):
        (root / "boot" / f"{name}-{KERNEL}").write_text(name)
    return root


def test_the_tree_on_the_card_has_the_display_and_the_printer_in_it(root: Path, recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    compose_boot(root, tmp_path / "boot", recipe, tmp_path / "scratch")
    for name in ("bcm2837-rpi-3-b.dtb", "bcm2711-rpi-4-b.dtb"):
        tree = tmp_path / "boot" / name
        assert said(tree, "/soc/spi@7e204000", "status") == "okay"
        assert said(tree, "/soc/spi@7e204000/spidev@0", "reg") == "0"
        assert said(tree, "/soc/serial@7e201000/bluetooth", "status") == "disabled"


def test_every_tree_says_which_computer_it_is_for_whoever_touches_its_pins(root: Path, recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    compose_boot(root, tmp_path / "boot", recipe, tmp_path / "scratch")
    models = {}
    for name in ("bcm2837-rpi-3-b.dtb", "bcm2711-rpi-4-b.dtb"):
        revision = int(said(tmp_path / "boot" / name, "/system", "linux,revision"))
        assert revision >> 23 & 1, "rpi-lgpio reads no code of the old style"
        models[name] = revision >> 4 & 0xFF
    assert models == {"bcm2837-rpi-3-b.dtb": 0x08, "bcm2711-rpi-4-b.dtb": 0x11}
    assert {tree for computer in COMPUTERS.values() for tree in computer.trees if "2712" not in tree} == set(REVISIONS)


def test_the_boot_partition_has_what_the_firmware_asks_for_and_no_more(root: Path, recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    compose_boot(root, tmp_path / "boot", recipe, tmp_path / "scratch")
    wanted = {*recipe.firmware, "config.txt", "cmdline.txt", "vmlinuz", "initrd.img"}
    trees = {"bcm2837-rpi-3-b.dtb", "bcm2711-rpi-4-b.dtb"}
    assert {file.name for file in (tmp_path / "boot").iterdir()} == wanted | trees
    assert not list((root / "boot").iterdir()), "one copy of the kernel is enough"


def test_a_tree_the_overlay_does_not_fit_refuses_to_build(tmp_path: Path) -> None:
    tree = compiled('/dts-v1/;\n/ { compatible = "brcm,bcm9999"; };\n', tmp_path / "strange.dtb")
    with pytest.raises(ToolError, match="fdtoverlay"):
        apply_overlay(tree, OVERLAYS / "horodateur-bcm2835.dts", tmp_path / "out.dtb", tmp_path)


def test_only_computers_of_the_board_file_are_served(root: Path) -> None:
    found = {(computer.name, tree.name) for computer, tree in trees(root, KERNEL)}
    assert found == {
        (COMPUTERS["pi-3"].name, "bcm2837-rpi-3-b.dtb"),
        (COMPUTERS["pi-4"].name, "bcm2711-rpi-4-b.dtb"),
    }


def test_a_kernel_without_any_tree_of_ours_refuses_to_build(root: Path, recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    for tree in root.rglob("*.dtb"):
        tree.unlink()
    with pytest.raises(BuildError, match="has a tree for none of"):
        compose_boot(root, tmp_path / "boot", recipe, tmp_path / "scratch")


def test_the_firmware_is_told_to_apply_nothing(recipe: Recipe) -> None:
    """What it cannot apply it passes over without a word."""
    lines = (IMAGE_FILES / "config.txt").read_text().splitlines()
    assert not [line for line in lines if line.startswith("dtoverlay")]
    assert {"arm_64bit=1", "upstream_kernel=1", "kernel=vmlinuz", "initramfs initrd.img followkernel"} <= set(lines)
