"""Which devices are refused, and for which reason: every rule alone, on descriptions."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from workshop.common.errors import TargetError
from workshop.flash.disks import BlockDevice, DeviceUse, disks_in
from workshop.flash.refusals import RULES, TargetRequirements, refusals, require_safe

CARD = BlockDevice(
    name="sdb",
    path="/dev/sdb",
    number="8:16",
    kind="disk",
    size=31_914_983_424,
    sector=512,
    model="Card Reader",
    serial="4C530001",
    bus="usb",
    removable=True,
    read_only=False,
    uses=(DeviceUse("/dev/sdb", "disk", (), ""), DeviceUse("/dev/sdb1", "part", (), "vfat")),
)
NEED = TargetRequirements(4_000_000_000)


def used(*mounts: str, kind: str = "part", filesystem: str = "ext4") -> tuple[DeviceUse, ...]:
    return (*CARD.uses, DeviceUse("/dev/sdb2", kind, mounts, filesystem))


DANGERS = [
    (replace(CARD, system=True), "the running system is on it"),
    (replace(CARD, uses=used("/media/photos")), "mounted: /dev/sdb2 on /media/photos: unmount it first"),
    (replace(CARD, uses=used("[SWAP]")), "in use as swap: /dev/sdb2"),
    (replace(CARD, kind="part", parent="/dev/sda"), "a partition: a card is written whole, name /dev/sda"),
    (replace(CARD, name="dm-0", kind="crypt"), "a mapped volume, not a card"),
    (replace(CARD, name="md0", kind="raid1"), "a RAID array, not a card"),
    (replace(CARD, uses=used(kind="crypt")), "something is built upon it: /dev/sdb2"),
    (replace(CARD, uses=used(filesystem="LVM2_member")), "part of an LVM volume group"),
    (replace(CARD, uses=used(filesystem="zfs_member")), "part of a ZFS pool"),
    (replace(CARD, read_only=True), "read-only: look at the slide on the card's side"),
    (replace(CARD, size=0), "no card in it"),
    (replace(CARD, size=2_000_000_000), "too small: 2.0 GB, the image needs 4.0 GB"),
    (replace(CARD, size=2_000_000_000_000), "too large for a card: 2000.0 GB, at most 256.0 GB"),
    (replace(CARD, name="loop0", kind="loop"), "a loop device: only with --allow-loop"),
    (replace(CARD, name="sr0", kind="rom"), "an optical drive"),
    (replace(CARD, name="zram0"), "a disk in memory"),
    (replace(CARD, name="nbd0"), "a disk on the network"),
    (replace(CARD, bus="iscsi"), "a disk on the network"),
    (replace(CARD, name="mmcblk0", soldered=True), "soldered flash memory of this computer"),
    (replace(CARD, name="mmcblk0boot0"), "soldered flash memory of this computer"),
    (replace(CARD, bus="nvme", removable=False), "fixed inside this computer"),
    (replace(CARD, sector=4096), "sectors of 4096 bytes: the images are made for 512"),
]


def test_an_ordinary_card_is_safe() -> None:
    assert refusals(CARD, NEED) == ()


@pytest.mark.parametrize(("disk", "reason"), DANGERS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_danger_is_refused_with_its_reason(disk: BlockDevice, reason: str) -> None:
    assert refusals(disk, NEED) == (reason,)


def test_every_rule_has_its_danger_here() -> None:
    asked = {rule for rule in RULES for disk, _ in DANGERS if rule(disk, NEED)}
    assert asked == set(RULES)
    assert len({reason for _, reason in DANGERS}) >= 15


def test_all_reasons_are_told_at_once() -> None:
    worst = replace(CARD, system=True, removable=False, uses=used("/", "[SWAP]"))
    with pytest.raises(TargetError, match=r"^/dev/sdb: the running system is on it; mounted: .*; in use as swap.*; fixed"):
        require_safe(worst, NEED)


def test_a_loop_device_is_allowed_where_that_was_said() -> None:
    loop = replace(CARD, name="loop0", kind="loop", removable=False)
    assert refusals(loop, replace(NEED, allow_loop=True)) == ()


def test_the_reader_without_a_serial_is_called_by_name_and_size() -> None:
    assert CARD.token == "4C530001"
    assert replace(CARD, serial="").token == "sdb-31914983424"


NODE = {"name": "sda", "path": "/dev/sda", "type": "disk", "size": 10**12, "log-sec": 512, "model": " Disk ", "serial": None}
NODE |= {"tran": "sata", "rm": False, "hotplug": False, "ro": False, "fstype": None, "mountpoints": [None], "maj:min": "8:0"}


def tree(*children: dict[str, object]) -> bytes:
    return json.dumps({"blockdevices": [{**NODE, "children": list(children)}]}).encode()


def test_what_lies_upon_a_disk_speaks_against_the_disk() -> None:
    """Root on LVM on a LUKS volume on a partition: three floors up, and the disk is still the system's."""
    root = {**NODE, "name": "vg-root", "path": "/dev/dm-1", "type": "lvm", "mountpoints": ["/"], "maj:min": "253:1"}
    vault = {**NODE, "name": "luks", "path": "/dev/dm-0", "type": "crypt", "maj:min": "253:0", "children": [root]}
    part = {**NODE, "name": "sda1", "path": "/dev/sda1", "type": "part", "maj:min": "8:1", "children": [vault]}
    disk, partition, *_ = disks_in(tree(part), frozenset())
    assert disk.system
    assert partition.system
    assert partition.parent == "/dev/sda"
    assert "something is built upon it: /dev/dm-0, /dev/dm-1" in refusals(disk, NEED)
    assert disk.model == "Disk"


def test_the_disk_of_the_running_system_is_known_by_its_number_too() -> None:
    """In a container `/` is no mount point lsblk would tell of."""
    part = {**NODE, "name": "sda1", "path": "/dev/sda1", "type": "part", "maj:min": "8:1"}
    assert [disk.system for disk in disks_in(tree(part), frozenset({"8:1"}))] == [True, True]
    assert [disk.system for disk in disks_in(tree(part), frozenset())] == [False, False]
