"""Rules for devices that must not be erased, each with its reason.

A rule looks at a description only. Each rule gives a reason, or
nothing. All of them are applied, so that a technician reads every reason at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workshop.common.errors import TargetError
from workshop.common.progress import amount
from workshop.flash.disks import BlockDevice, DeviceUse

ABSURD = 256 * 10**9
"""Bytes. No card of a station is larger; a backup disk is."""
MEMORY = ("ram", "zram", "pmem")
NETWORK = ("nbd", "rbd", "drbd")
MEMBERS = {
    "LVM2_member": "an LVM volume group",
    "linux_raid_member": "a RAID array",
    "zfs_member": "a ZFS pool",
    "bcache": "a bcache set",
    "crypto_LUKS": "an encrypted volume",
}


@dataclass(frozen=True)
class TargetRequirements:
    """Size a target must have, and whether a loop device will do."""

    size: int
    """Bytes that must fit; 0 when only listing."""
    allow_loop: bool = False


def refusals(disk: BlockDevice, required: TargetRequirements) -> tuple[str, ...]:
    """Reasons not to erase this device; none for a safe one."""
    return tuple(reason for rule in RULES if (reason := rule(disk, required)))


def require_safe(disk: BlockDevice, required: TargetRequirements) -> None:
    """Require a safe device. Raises TargetError with every reason not to erase this device."""
    if reasons := refusals(disk, required):
        raise TargetError(f"{disk.path}: " + "; ".join(reasons))


def _system(disk: BlockDevice, _: TargetRequirements) -> str:
    return "the running system is on it" if disk.system else ""


def _mounted(disk: BlockDevice, _: TargetRequirements) -> str:
    found = [f"{use.path} on {mount}" for use in disk.uses for mount in use.mounts if mount != "[SWAP]"]
    return f"mounted: {', '.join(found)}: unmount it first" if found else ""


def _swap(disk: BlockDevice, _: TargetRequirements) -> str:
    found = [use.path for use in disk.uses if "[SWAP]" in use.mounts]
    return f"in use as swap: {', '.join(found)}" if found else ""


def _partition(disk: BlockDevice, _: TargetRequirements) -> str:
    return f"a partition: a card is written whole, name {disk.parent}" if disk.kind == "part" else ""


def _mapped(disk: BlockDevice, _: TargetRequirements) -> str:
    virtual = ("lvm", "crypt", "dm", "mpath")
    return "a mapped volume, not a card" if disk.kind in virtual or disk.name.startswith("dm-") else ""


def _array(disk: BlockDevice, _: TargetRequirements) -> str:
    return "a RAID array, not a card" if disk.kind.startswith("raid") or disk.name.startswith("md") else ""


def _held(disk: BlockDevice, _: TargetRequirements) -> str:
    holders = [use.path for use in _upon(disk) if use.kind not in ("part", "disk", "loop")]
    return f"something is built upon it: {', '.join(holders)}" if holders else ""


def _member(disk: BlockDevice, _: TargetRequirements) -> str:
    found = {MEMBERS[use.filesystem] for use in disk.uses if use.filesystem in MEMBERS}
    return f"part of {', '.join(sorted(found))}" if found else ""


def _read_only(disk: BlockDevice, _: TargetRequirements) -> str:
    return "read-only: look at the slide on the card's side" if disk.read_only else ""


def _empty(disk: BlockDevice, _: TargetRequirements) -> str:
    return "no card in it" if disk.size == 0 else ""


def _too_small(disk: BlockDevice, required: TargetRequirements) -> str:
    short = 0 < disk.size < required.size
    return f"too small: {amount(disk.size)}, the image needs {amount(required.size)}" if short else ""


def _absurd(disk: BlockDevice, _: TargetRequirements) -> str:
    return f"too large for a card: {amount(disk.size)}, at most {amount(ABSURD)}" if disk.size > ABSURD else ""


def _loop(disk: BlockDevice, required: TargetRequirements) -> str:
    return "a loop device: only with --allow-loop" if disk.kind == "loop" and not required.allow_loop else ""


def _optical(disk: BlockDevice, _: TargetRequirements) -> str:
    return "an optical drive" if disk.kind == "rom" else ""


def _memory(disk: BlockDevice, _: TargetRequirements) -> str:
    return "a disk in memory" if disk.name.startswith(MEMORY) else ""


def _network(disk: BlockDevice, _: TargetRequirements) -> str:
    return "a disk on the network" if disk.name.startswith(NETWORK) or disk.bus in ("iscsi", "fc") else ""


def _soldered(disk: BlockDevice, _: TargetRequirements) -> str:
    boot_area = disk.name.startswith("mmcblk") and ("boot" in disk.name or "rpmb" in disk.name)
    return "soldered flash memory of this computer" if disk.soldered or boot_area else ""


def _fixed(disk: BlockDevice, _: TargetRequirements) -> str:
    return "fixed inside this computer" if disk.kind == "disk" and not disk.removable else ""


def _sectors(disk: BlockDevice, _: TargetRequirements) -> str:
    return f"sectors of {disk.sector} bytes: the images are made for 512" if disk.size and disk.sector != 512 else ""


RULES: tuple[Callable[[BlockDevice, TargetRequirements], str], ...] = (
    _system, _mounted, _swap, _partition, _mapped, _array, _held, _member, _read_only, _empty,
    _too_small, _absurd, _loop, _optical, _memory, _network, _soldered, _fixed, _sectors,
)  # fmt: skip


def _upon(disk: BlockDevice) -> tuple[DeviceUse, ...]:
    return disk.uses[1:]
