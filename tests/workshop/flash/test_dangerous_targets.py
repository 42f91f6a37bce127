"""Dangerous targets, for real: loop devices mounted, swapped to, partitioned, mapped, locked, exchanged."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workshop.flash.cards import MIB, Loop, Loops, mounted, run
from workshop.common.errors import TargetError
from workshop.flash.disks import BlockDevice, device_named, disks, disks_in
from workshop.flash.medium import open_device
from workshop.flash.refusals import TargetRequirements, require_safe

WANTED = TargetRequirements(8 * MIB, allow_loop=True)


def judged(path: str | Path, wanted: TargetRequirements = WANTED) -> BlockDevice:
    disk = device_named(str(path), disks())
    require_safe(disk, wanted)
    return disk


def refused(path: str | Path, reason: str, wanted: TargetRequirements = WANTED) -> None:
    with pytest.raises(TargetError, match=reason):
        judged(path, wanted)


def partitioned(loop: Loop) -> str:
    subprocess.run(["sfdisk", "-q", loop.path], input="start=2048\n", text=True, check=True, capture_output=True)
    run("partx", "--update", loop.path)
    return f"{loop.path}p1"


def test_an_idle_loop_device_is_safe_where_it_is_allowed(loops: Loops) -> None:
    loop = loops()
    with open_device(judged(loop.path)) as card:
        card.write(0, b"mine")
        card.settle()
    assert loop.file.read_bytes()[:4] == b"mine"


def test_a_loop_device_is_refused_unless_allowed(loops: Loops) -> None:
    refused(loops().path, "a loop device: only with --allow-loop", TargetRequirements(0))


def test_a_mounted_device_is_refused(loops: Loops, tmp_path: Path) -> None:
    loop = loops()
    run("mke2fs", "-q", loop.path)
    with mounted(loop.path, tmp_path / "here"):
        refused(loop.path, f"mounted: {loop.path} on {tmp_path}/here")


def test_a_device_with_a_mounted_partition_is_refused(loops: Loops, tmp_path: Path) -> None:
    loop = loops(24 * MIB, "--partscan")
    part = partitioned(loop)
    run("mke2fs", "-q", part)
    with mounted(part, tmp_path / "here"):
        refused(loop.path, f"mounted: {part} on {tmp_path}/here")


def test_a_partition_is_refused(loops: Loops) -> None:
    loop = loops(24 * MIB, "--partscan")
    refused(partitioned(loop), f"a partition: a card is written whole, name {loop.path}")


def test_swap_is_refused(loops: Loops) -> None:
    loop = loops()
    loop.file.write_bytes(bytes(24 * MIB))  # no holes: swap wants none
    run("mkswap", "-q", loop.path)
    run("swapon", loop.path)
    try:
        refused(loop.path, f"in use as swap: {loop.path}")
    finally:
        run("swapoff", loop.path)


def test_a_read_only_device_is_refused(loops: Loops) -> None:
    refused(loops(24 * MIB, "--read-only").path, "read-only")


def test_a_small_device_is_refused(loops: Loops) -> None:
    refused(loops(4 * MIB).path, r"too small: 4\.2 MB, the image needs 8\.4 MB")


def test_an_absurdly_large_device_is_refused(loops: Loops) -> None:
    refused(loops(300 * 10**9).path, r"too large for a card: 300\.0 GB")


def test_a_device_of_large_sectors_is_refused(loops: Loops) -> None:
    refused(loops(24 * MIB, "--sector-size", "4096").path, "sectors of 4096 bytes")


def test_the_device_of_the_running_system_is_refused(loops: Loops) -> None:
    loop = loops()
    asked = "NAME,PATH,TYPE,SIZE,LOG-SEC,MODEL,SERIAL,TRAN,RM,HOTPLUG,RO,FSTYPE,MOUNTPOINTS,MAJ:MIN"
    told = run("lsblk", "--json", "--bytes", "--output", asked, loop.path).encode()
    number = device_named(loop.path, disks()).number
    (disk,) = disks_in(told, frozenset({number}))
    with pytest.raises(TargetError, match="the running system is on it"):
        require_safe(disk, WANTED)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda place: None, "No such file or directory"),
        (lambda place: place.mkdir(), "not a block device"),
        (lambda place: place.write_bytes(bytes(512)), "not a block device; .* --to-file"),
        (lambda place: os.mkfifo(place), "not a block device"),
        (lambda place: place.symlink_to("/dev/null"), "a symbolic link"),
    ],
    ids=["nothing", "folder", "file", "pipe", "link"],
)
def test_a_name_that_stands_for_anything_else_is_refused(make: Callable[[Path], object], reason: str, tmp_path: Path) -> None:
    make(tmp_path / "sdb")
    refused(tmp_path / "sdb", reason)


def test_a_character_device_is_refused() -> None:
    refused("/dev/null", "not a block device")


def test_a_link_to_a_safe_device_is_refused_and_the_device_named(loops: Loops, tmp_path: Path) -> None:
    loop = loops()
    (tmp_path / "card").symlink_to(loop.path)
    refused(tmp_path / "card", f"a symbolic link.*name {loop.path}")


def test_a_device_in_use_by_another_program_is_refused(loops: Loops) -> None:
    disk = judged(loops().path)
    with open_device(disk), pytest.raises(TargetError, match="another program is using it"), open_device(disk):
        raise AssertionError("opened twice")


# --- exchanged between the look and the grasp ---------------------------------------------------------------------


def node(place: Path, disk: BlockDevice) -> BlockDevice:
    """A device file of our own, for the same device: a name an attacker may change."""
    major, minor = map(int, disk.number.split(":"))
    os.mknod(place, 0o060600, os.makedev(major, minor))
    return replace(disk, path=str(place))


def test_a_name_made_a_link_after_the_check_is_refused(loops: Loops, tmp_path: Path) -> None:
    disk = node(tmp_path / "sdb", judged(loops().path))
    (tmp_path / "sdb").unlink()
    (tmp_path / "sdb").symlink_to(loops().path)
    with pytest.raises(TargetError, match="symbolic links"), open_device(disk):
        raise AssertionError("followed")


def test_a_name_given_to_another_device_after_the_check_is_refused(loops: Loops, tmp_path: Path) -> None:
    disk, other = node(tmp_path / "sdb", judged(loops().path)), judged(loops().path)
    (tmp_path / "sdb").unlink()
    node(tmp_path / "sdb", other)
    with pytest.raises(TargetError, match=f"is device {other.number} now, {disk.number} was checked"), open_device(disk):
        raise AssertionError("opened another one")


def test_a_name_made_a_file_after_the_check_is_refused(loops: Loops, tmp_path: Path) -> None:
    disk = node(tmp_path / "sdb", judged(loops().path))
    (tmp_path / "sdb").unlink()
    (tmp_path / "sdb").write_bytes(bytes(24 * MIB))
    with pytest.raises(TargetError, match="no longer a block device"), open_device(disk):
        raise AssertionError("opened a file")


def test_a_card_exchanged_after_the_check_is_refused(loops: Loops) -> None:
    """Another card in the same reader: the same device, another size."""
    loop = loops()
    disk = judged(loop.path)
    os.truncate(loop.file, 16 * MIB)
    run("losetup", "--set-capacity", loop.path)
    with pytest.raises(TargetError, match="has 16777216 bytes now, 25165824 when it was checked"), open_device(disk):
        raise AssertionError("opened another card")


def test_an_opened_card_cannot_be_mounted_by_anybody_else(loops: Loops, tmp_path: Path) -> None:
    loop = loops()
    run("mke2fs", "-q", loop.path)
    (tmp_path / "here").mkdir()
    with open_device(judged(loop.path)), pytest.raises(subprocess.CalledProcessError):
        run("mount", loop.path, tmp_path / "here")
