"""`python -m tests.image.raspi3b CARD.img`: boots a flashed card on qemu's Raspberry Pi 3 and says which milestones it reaches.

This is the card slot, the header, the USB and the device tree of a Pi as far as qemu has them, with the tree our overlay was
merged into. What it does not have: the VideoCore's boot, an SPI controller, the watchdog (it resets at once, so its driver is
left out here), anything on I2C. Nothing is stood in for: the station finds its header and refuses to start for what is missing.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.image.emulator import boot_file

TREE = "bcm2837-rpi-3-b.dtb"
SLOT = 4 << 30
"""qemu's card slot takes powers of two."""
LINE = "console=ttyAMA0,115200 modprobe.blacklist=bcm2835_wdt systemd.journald.forward_to_console=1 systemd.show_status=no"
MILESTONES = {
    "the kernel starts, with our tree": "Machine model: Raspberry Pi 3 Model B",
    "the initramfs has the card slot": "sdhost",
    "the root is mounted": "EXT4-fs (mmcblk",
    "it can only be read": "Root mount is read-only",
    "the journal's partition is mounted": "Mounted var-lib-horodateur.mount",
    "the clock's bus asks for the DS3231": "rtc-ds1307",
    "the USB host is there": "DWC OTG Controller",
    "the station is started": "Starting horodateur.service",
    "it says what it lacks": "horodateur: this computer:",
}
"""What is reached -> what the console then says. In the order of a start, more or less."""


def main() -> int:
    """The exit status: 0 if the last milestone was reached."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m tests.image.raspi3b CARD.img\n")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        reached = _watched(Path(sys.argv[1]), Path(folder))
    for milestone in MILESTONES:
        when = f"reached after {reached[milestone]:.0f} s" if milestone in reached else "not reached"
        sys.stdout.write(f"{when:24}{milestone}\n")
    return 0 if list(MILESTONES)[-1] in reached else 1


def _watched(card: Path, folder: Path, seconds: float = 600) -> dict[str, float]:
    console = folder / "console"
    process = subprocess.Popen([*_command(card, folder), "-serial", f"file:{console}"])
    begun, reached = time.monotonic(), dict[str, float]()
    try:
        while len(reached) < len(MILESTONES) and time.monotonic() < begun + seconds and process.poll() is None:
            time.sleep(1)
            said = console.read_text("utf-8", "replace") if console.exists() else ""
            for milestone, words in MILESTONES.items():
                if words in said:
                    reached.setdefault(milestone, time.monotonic() - begun)
    finally:
        process.kill()
        process.wait()
    return reached


def _command(card: Path, folder: Path) -> list[str]:
    slot = folder / "card.img"
    subprocess.run(["cp", "--sparse=always", str(card), str(slot)], check=True)
    with slot.open("r+b") as file:
        file.truncate(SLOT)
    for name in ("vmlinuz", "initrd.img", TREE):
        (folder / name).write_bytes(boot_file(card, name))
    words = boot_file(card, "cmdline.txt").decode().strip().replace("console=tty0 quiet", LINE)
    command = ["qemu-system-aarch64", "-M", "raspi3b", "-nodefaults", "-display", "none", "-no-reboot"]
    command += ["-kernel", str(folder / "vmlinuz"), "-initrd", str(folder / "initrd.img"), "-dtb", str(folder / TREE)]
    return [*command, "-append", words, "-drive", f"file={slot},format=raw,if=sd"]


if __name__ == "__main__":
    sys.exit(main())
