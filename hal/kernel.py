"""Computer and disk diagnostics from the kernel: model, memory, battery clock, disk wear. None for what it does not report.

Linux's own names, each a small text file: the model (Documentation/devicetree, `model`), the clock with a battery
(ABI/testing/sysfs-class-rtc, `name`; a DS3231 answers to the driver rtc-ds1307), what a disk of type MMC says of its own wear
(Documentation/driver-api/mmc, `life_time`, `pre_eol_info`: eMMC has them, most SD cards do not), and what ext4 has counted
over the life of the file system (ABI/testing/sysfs-fs-ext4, `lifetime_write_kbytes`, `errors_count`). No serial numbers.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from hal.kernel_files import kernel_number, kernel_text


@dataclass(frozen=True)
class RunningComputer:
    """Description of the computer this process runs on."""

    model: str | None
    kernel: str
    python: str
    uptime_seconds: int | None
    memory_kib: int | None
    battery_clock: str | None
    """The driver and address of the first clock with a battery."""


@dataclass(frozen=True)
class DiskState:
    """Space, errors and wear of the disk a folder lies on."""

    total_bytes: int
    free_bytes: int
    """For whoever is not root."""
    written_kib: int | None
    """Since the file system was made."""
    errors: int | None
    """The file system's, since it was last checked."""
    life_time: str | None
    """Two numbers of the card, 0x01 (up to 10 % used) to 0x0b (all used)."""
    pre_eol_info: str | None
    """0x01 normal, 0x02 four fifths of the reserve used, 0x03 urgent."""


def read_computer(root: Path = Path("/")) -> RunningComputer:
    """Read the description of this computer; never raises."""
    return RunningComputer(
        model=kernel_text(root / "proc/device-tree/model").rstrip("\0") or None,
        kernel=platform.release(),
        python=platform.python_version(),
        uptime_seconds=kernel_number(kernel_text(root / "proc/uptime").partition(".")[0]),
        memory_kib=kernel_number(kernel_text(root / "proc/meminfo").removeprefix("MemTotal:").split("kB")[0]),
        battery_clock=kernel_text(root / "sys/class/rtc/rtc0/name") or None,
    )


def read_disk(folder: Path, sys: Path = Path("/sys")) -> DiskState:
    """Read the state of a folder's disk; None for what it does not report. Raises OSError where the folder is not there."""
    space, device = os.statvfs(folder), folder.stat().st_dev
    partition = (sys / f"dev/block/{os.major(device)}:{os.minor(device)}").resolve()
    counted, card = sys / "fs/ext4" / partition.name, partition.parent / "device"
    return DiskState(
        total_bytes=space.f_blocks * space.f_frsize,
        free_bytes=space.f_bavail * space.f_frsize,
        written_kib=kernel_number(kernel_text(counted / "lifetime_write_kbytes")),
        errors=kernel_number(kernel_text(counted / "errors_count")),
        life_time=kernel_text(card / "life_time") or None,
        pre_eol_info=kernel_text(card / "pre_eol_info") or None,
    )
