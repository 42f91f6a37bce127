"""One image, from nothing to signed files, one step after the other."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from firmware.seal import Seal
from workshop.flash.image import Manifest
from workshop.image import boot, debian, disk, filesystems, listing, release, sbom, station, wheels
from workshop.image.plan import Partition, placed
from workshop.image.recipe import ROOT, Recipe
from workshop.image.tools import ran

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What is to be built, and where."""

    recipe: Recipe
    sources: tuple[str, ...]
    out: Path
    """Where the five files end."""
    work: Path
    """A folder that is not there yet; 2 GB."""
    seal: Seal
    epoch: int
    """The date of everything in it."""

    @property
    def version(self) -> str:
        """The station's own."""
        about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        return str(about["version"])

    def file(self, suffix: str) -> Path:
        """One of the five."""
        return self.out / f"{self.recipe.name}-{self.version}{suffix}"


def epoch_now() -> int:
    """SOURCE_DATE_EPOCH, else the date of the last commit. Raises BuildError without either."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(given) if given.isdecimal() else int(ran("git", "log", "-1", "--format=%ct", within=ROOT))


def build(order: Order, tell: Tell) -> Manifest:
    """Build it; what is left in `order.out` is whole and signed. Raises BuildError."""
    root, boot_folder, scratch = order.work / "root", order.work / "boot", order.work / "scratch"
    scratch.mkdir(parents=True)
    with _timed("Debian's packages", tell):
        debian.unpacked(order.recipe, order.sources, root, scratch / "headers", order.epoch)
    with _timed("the station and its Python packages", tell):
        debian.lay_files(root)
        wheels.installed(root / station.SITE, scratch / "headers", scratch)
        station.installed(root, order.recipe)
    with _timed("the initramfs", tell):
        debian.initramfs(root, order.epoch)
    with _timed("the boot partition, the dates", tell):
        boot.composed(root, boot_folder, order.recipe, scratch)
        station.tidied(root, station.card_python())
        _clamped((root, boot_folder), order.epoch)
    with _timed("the file systems", tell):
        image = _image(order, root, boot_folder)
    with _timed("the papers", tell):
        _papers(order, root, boot_folder)
        block_map = disk.mapped(image)
        order.file(".bmap").write_bytes(block_map)
    with _timed("packing", tell):
        packed = disk.packed(image)
        shutil.copy(packed, order.file(".img.xz"))
    manifest = _manifest(order, image, packed, block_map)
    order.file(".manifest").write_bytes(release.signed(manifest, order.seal))
    return manifest


def _image(order: Order, root: Path, boot_folder: Path) -> Path:
    contents: dict[Partition, Path] = {}
    for partition in placed(order.recipe.partitions):
        file = order.work / f"{partition.label}.img"
        if partition.kind == "vfat":
            filesystems.fat(file, partition, order.epoch, boot_folder)
        else:
            filesystems.ext4(file, partition, order.epoch, root if partition.number == 2 else None)
        contents[partition] = file
    image = order.work / "card.img"
    disk.assembled(image, contents, order.recipe.disk_id)
    return image


def _papers(order: Order, root: Path, boot_folder: Path) -> None:
    components = sbom.in_root(root, station.SITE)
    order.out.mkdir(parents=True, exist_ok=True)
    order.file(".sbom.json").write_text(sbom.document(order.recipe.name, order.version, components, order.epoch), "utf-8")
    lines = (*listing.lines_of(boot_folder, "/boot"), *listing.lines_of(root, "/root"))
    order.file(".files").write_text("\n".join(lines) + "\n", "utf-8")


def _manifest(order: Order, image: Path, packed: Path, block_map: bytes) -> Manifest:
    tariffs = (ROOT / "tariffs.json").read_bytes()
    return Manifest(
        name=order.recipe.name,
        version=order.version,
        size=image.stat().st_size,
        sha256_xz=disk.sum_of(packed),
        sha256_img=disk.sum_of(image),
        sha256_bmap=hashlib.sha256(block_map).hexdigest(),
        tariffs_sha256=hashlib.sha256(tariffs).hexdigest(),
        tariffs=station.TARIFFS,
        boards=station.BOARDS,
        owner=order.recipe.owner,
    )


def _clamped(folders: tuple[Path, ...], epoch: int) -> None:
    """No file is younger than its sources."""
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            if path.lstat().st_mtime > epoch:
                os.utime(path, (epoch, epoch), follow_symlinks=False)


@contextmanager
def _timed(what: str, tell: Tell) -> Iterator[None]:
    begun = time.monotonic()
    yield
    tell(f"{time.monotonic() - begun:6.0f} s  {what}")
