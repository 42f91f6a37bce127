"""What the kernel says of a computer and a disk, from folders that look like its own."""

from __future__ import annotations

import os
from pathlib import Path

from hal.kernel import read_computer, read_disk


def laid(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_a_raspberry_pi_is_read_whole(tmp_path: Path) -> None:
    files = {
        "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
        "proc/uptime": "3601.27 14000.10\n",
        "proc/meminfo": "MemTotal:         948304 kB\nMemFree:  1 kB\n",
        "sys/class/rtc/rtc0/name": "rtc-ds1307 1-0068\n",
    }
    computer = read_computer(laid(tmp_path, files))
    assert computer.model == "Raspberry Pi 4 Model B Rev 1.4"
    assert (computer.uptime_seconds, computer.memory_kib) == (3601, 948304)
    assert computer.battery_clock == "rtc-ds1307 1-0068"


def test_what_a_computer_does_not_say_is_not_made_up(tmp_path: Path) -> None:
    computer = read_computer(tmp_path)
    assert (computer.model, computer.uptime_seconds, computer.memory_kib, computer.battery_clock) == (None,) * 4


def test_the_wear_of_a_card_is_read(tmp_path: Path) -> None:
    device = (tmp_path / "state").parent.stat().st_dev
    card = laid(tmp_path / "sys/devices/mmcblk0", {"device/life_time": "0x02 0x01\n", "device/pre_eol_info": "0x01\n"})
    (card / "mmcblk0p4").mkdir()
    counted = {"lifetime_write_kbytes": "123456\n", "errors_count": "3\n"}
    laid(tmp_path / "sys/fs/ext4/mmcblk0p4", counted)
    (tmp_path / "sys/dev/block").mkdir(parents=True)
    (tmp_path / f"sys/dev/block/{os.major(device)}:{os.minor(device)}").symlink_to(card / "mmcblk0p4")
    disk = read_disk(tmp_path, tmp_path / "sys")
    assert (disk.written_kib, disk.errors, disk.life_time, disk.pre_eol_info) == (123456, 3, "0x02 0x01", "0x01")
    assert disk.total_bytes >= disk.free_bytes > 0


def test_a_disk_that_counts_nothing_is_unknown(tmp_path: Path) -> None:
    disk = read_disk(tmp_path, tmp_path / "sys")
    assert (disk.written_kib, disk.errors, disk.life_time, disk.pre_eol_info) == (None,) * 4
