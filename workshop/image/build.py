"""Builds and signs an image: NAME.img.xz, .bmap, .manifest, .sbom.json and .files, one step after another."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.station.boot_check import boot_list
from workshop.common.checkout import ROOT, TARIFFS
from workshop.common.checkout_build import checkout_build
from workshop.common.manifests import ImageManifest, sign_manifest
from workshop.common.recipe import Recipe
from workshop.common.sums import sha256_of, sha256_of_file
from workshop.common.tools import run_checked
from workshop.image import boot, debian, disk, filesystems, listing, sbom, station, wheels
from workshop.image.plan import PlannedPartition, planned_partitions
from workshop.image.steps import SayLine, timed_step

TOOLS = (
    *("mmdebstrap", "qemu-aarch64-static", wheels.COMPILER, "dpkg-deb", "dtc", "fdtoverlay", "fdtput", "sfdisk", "mke2fs"),
    *("debugfs", "e2fsck", "mkfs.vfat", "mcopy", "xz", "systemctl"),
)
"""Every program a build runs."""
STEPS = (
    "Debian's packages",
    "the station and its Python packages",
    "the initramfs",
    "the boot partition, the dates",
    "the file systems",
    "the file list and the bill of materials",
    "compression",
)
"""What a build does, one after another."""


@dataclass(frozen=True)
class ImageOrder:
    """Recipe, package sources, date and signing key of one image, and where it is built."""

    recipe: Recipe
    sources: tuple[str, ...]
    out: Path
    """Folder of the five files."""
    work: Path
    """A folder that does not exist yet; 2 GB."""
    signing_key: Ed25519PrivateKey
    epoch: int
    """Date of every file in it, in seconds since 1970."""

    @property
    def version(self) -> str:
        """The station's own, in the names of the files."""
        return checkout_build().version

    def file(self, suffix: str) -> Path:
        """The one of the five files with this suffix."""
        return self.out / f"{self.recipe.name}-{self.version}{suffix}"


def epoch_now() -> int:
    """Seconds since 1970: SOURCE_DATE_EPOCH, else the date of the last commit. Raises ToolError without either."""
    wanted = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(wanted) if wanted.isdecimal() else int(run_checked("git", "log", "-1", "--format=%ct", folder=ROOT))


def build(order: ImageOrder, say: SayLine) -> ImageManifest:
    """Build it; the files left in `order.out` are whole and signed. Raises BuildError, ToolError or BoardError."""
    root, boot_folder, scratch = order.work / "root", order.work / "boot", order.work / "scratch"
    scratch.mkdir(parents=True)
    with timed_step("Debian's packages", STEPS, say):
        debian.unpack_debian(order.recipe, order.sources, root, scratch / "headers", order.epoch)
    with timed_step("the station and its Python packages", STEPS, say):
        debian.copy_root_files(root)
        wheels.install_packages(root / station.SITE, scratch / "headers", scratch)
        station.install_station(root, order.recipe)
    with timed_step("the initramfs", STEPS, say):
        debian.make_initramfs(root, order.epoch)
    with timed_step("the boot partition, the dates", STEPS, say):
        boot.compose_boot(root, boot_folder, order.recipe, scratch)
        (root / station.HOME / "boot.sha256").write_text(boot_list(boot_folder), "utf-8")
        station.remove_traces(root, station.card_python())
        _clamp_dates((root, boot_folder), order.epoch)
    with timed_step("the file systems", STEPS, say):
        image = _make_disk(order, root, boot_folder)
    with timed_step("the file list and the bill of materials", STEPS, say):
        _write_lists(order, root, boot_folder)
        block_map = disk.block_map(image)
        order.file(".bmap").write_bytes(block_map)
    with timed_step("compression", STEPS, say):
        packed = disk.compress_disk(image)
        shutil.copy(packed, order.file(".img.xz"))
    manifest = _manifest(order, image, packed, block_map)
    order.file(".manifest").write_bytes(sign_manifest(manifest, order.signing_key))
    return manifest


def _make_disk(order: ImageOrder, root: Path, boot_folder: Path) -> Path:
    contents: dict[PlannedPartition, Path] = {}
    for partition in planned_partitions(order.recipe.partitions):
        file = order.work / f"{partition.label}.img"
        if partition.kind == "vfat":
            filesystems.make_boot(file, partition, order.epoch, boot_folder)
        else:
            filesystems.make_root(file, partition, order.epoch, root if partition.number == 2 else None)
        contents[partition] = file
    image = order.work / "card.img"
    disk.assemble_disk(image, contents, order.recipe.disk_id)
    return image


def _write_lists(order: ImageOrder, root: Path, boot_folder: Path) -> None:
    components = sbom.components_of(root, station.SITE)
    order.out.mkdir(parents=True, exist_ok=True)
    order.file(".sbom.json").write_text(sbom.document(order.recipe.name, order.version, components, order.epoch), "utf-8")
    lines = (*listing.lines_of(boot_folder, "/boot"), *listing.lines_of(root, "/root"))
    order.file(".files").write_text("\n".join(lines) + "\n", "utf-8")


def _manifest(order: ImageOrder, image: Path, packed: Path, block_map: bytes) -> ImageManifest:
    return ImageManifest(
        name=order.recipe.name,
        version=checkout_build().label,
        size=image.stat().st_size,
        sha256_xz=sha256_of_file(packed),
        sha256_img=sha256_of_file(image),
        sha256_bmap=sha256_of(block_map),
        tariffs_sha256=sha256_of_file(TARIFFS),
        tariffs=station.TARIFFS_ON_CARD,
        boards=station.BOARDS_ON_CARD,
        owner=order.recipe.owner,
    )


def _clamp_dates(folders: tuple[Path, ...], epoch: int) -> None:
    """Make no file younger than its sources."""
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            if path.lstat().st_mtime > epoch:
                os.utime(path, (epoch, epoch), follow_symlinks=False)
