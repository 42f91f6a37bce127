"""Block devices of this computer, as `lsblk` and the kernel list them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from firmware.domain.errors import error_text
from workshop.common.errors import TargetError
from workshop.common.tools import run_program

COLUMNS = "NAME,PATH,TYPE,SIZE,LOG-SEC,MODEL,SERIAL,TRAN,RM,HOTPLUG,RO,FSTYPE,MOUNTPOINTS,MAJ:MIN"
BASE = ("/", "/usr", "/boot", "/boot/efi", "/boot/firmware", "/home", "/var", "/opt", "/srv")
"""Folders of the running system."""


class _Node(msgspec.Struct, rename={"sector": "log-sec", "number": "maj:min"}):
    """A device in lsblk's tree."""

    name: str
    path: str
    type: str
    size: int
    sector: int
    number: str
    rm: bool
    hotplug: bool
    ro: bool
    mountpoints: list[str | None]
    model: str | None = None
    serial: str | None = None
    tran: str | None = None
    fstype: str | None = None
    children: list[_Node] = []


class _Tree(msgspec.Struct):
    blockdevices: list[_Node]


@dataclass(frozen=True)
class DeviceUse:
    """Use of a device, or of something upon it: mount points and file system."""

    path: str
    kind: str
    """As lsblk says: disk, part, crypt, lvm, raid1…"""
    mounts: tuple[str, ...]
    """Mount points; `[SWAP]` for swap."""
    filesystem: str


@dataclass(frozen=True)
class BlockDevice:
    """A block device: what the rules of `refusals.py` look at."""

    name: str
    path: str
    number: str
    """`8:16`: its kernel number, the one thing about it that a name cannot fake."""
    kind: str
    size: int
    """Bytes."""
    sector: int
    model: str
    serial: str
    bus: str
    removable: bool
    """Itself, or the bus it hangs on."""
    read_only: bool
    uses: tuple[DeviceUse, ...]
    """Of itself and of everything upon it."""
    parent: str = ""
    soldered: bool = False
    """An eMMC chip, not an SD card."""
    system: bool = False
    """The running system is on it."""

    @property
    def token(self) -> str:
        """Serial to type to erase it; name and size where the reader has none."""
        return self.serial or f"{self.name}-{self.size}"


def disks() -> tuple[BlockDevice, ...]:
    """Every block device of this computer. Raises TargetError if they cannot be listed."""
    try:
        listed = run_program("lsblk", "--json", "--bytes", "--output", COLUMNS)
    except OSError as error:
        raise TargetError(f"this computer's disks cannot be listed: {error_text(error)}") from error
    if listed.returncode:
        raise TargetError(f"this computer's disks cannot be listed: {listed.stderr.decode('utf-8', 'replace').strip()}")
    found = disks_in(listed.stdout, system_numbers())
    return tuple(replace(disk, soldered=_soldered(disk.name)) for disk in found)


def disks_in(lsblk: bytes, system: frozenset[str]) -> tuple[BlockDevice, ...]:
    """Devices in the output of lsblk. `system`: kernel numbers of those the running system is on."""
    tree = msgspec.json.decode(lsblk, type=_Tree)
    return tuple(disk for node in tree.blockdevices for disk in _flat(node, "", system))


def _flat(node: _Node, parent: str, system: frozenset[str]) -> Iterator[BlockDevice]:
    family = tuple(_family(node))
    yield BlockDevice(
        name=node.name,
        path=node.path,
        number=node.number,
        kind=node.type,
        size=node.size,
        sector=node.sector,
        model=(node.model or "").strip(),
        serial=(node.serial or "").strip(),
        bus=node.tran or "",
        removable=node.rm or node.hotplug,
        read_only=node.ro,
        uses=tuple(
            DeviceUse(each.path, each.type, tuple(filter(None, each.mountpoints)), each.fstype or "") for each in family
        ),
        parent=parent,
        system=any(each.number in system or set(each.mountpoints) & set(BASE) for each in family),
    )
    for child in node.children:
        yield from _flat(child, node.path, system)


def _family(node: _Node) -> Iterator[_Node]:
    yield node
    for child in node.children:
        yield from _family(child)


def system_numbers() -> frozenset[str]:
    """Kernel numbers of the devices the running system is on."""
    numbers = (Path(folder).stat().st_dev for folder in BASE if Path(folder).exists())
    return frozenset(f"{os.major(number)}:{os.minor(number)}" for number in numbers)


def _soldered(name: str) -> bool:
    kind = Path("/sys/block") / name / "device" / "type"
    return kind.exists() and kind.read_text().strip() == "MMC"


def device_named(path: str, among: tuple[BlockDevice, ...]) -> BlockDevice:
    """The device of this name. Raises TargetError for a name that stands for anything else."""
    try:
        found = os.lstat(path)
    except OSError as error:
        raise TargetError(f"{path}: {error.strerror}") from None
    if stat.S_ISLNK(found.st_mode):
        raise TargetError(f"{path}: a symbolic link, which may point elsewhere a moment later: name {Path(path).resolve()}")
    if not stat.S_ISBLK(found.st_mode):
        raise TargetError(f"{path}: not a block device; a card image in a file is made with --to-file")
    number = f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}"
    for disk in among:
        if disk.number == number:
            return disk
    raise TargetError(f"{path}: a block device {number} that the kernel does not list")
