"""One bundle, from nothing to two files."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from firmware.paper.receipt_signing import SigningKey
from firmware.protocol.envelope import message_of, sealed
from workshop.bundle import headers, wheels
from workshop.bundle.archive import tar_of
from workshop.bundle.boot import boot_files
from workshop.bundle.station import station_wheel
from workshop.common.checkout_build import checkout_build
from workshop.common.recipe import Recipe
from workshop.common.tools import PLACES
from workshop.flash.bundle import PURPOSE, BundleManifest
from workshop.image.tools import PACKAGES, BuildError
from workshop.image.wheels import REQUIREMENTS

TOOLS = {wheels.COMPILER: PACKAGES[wheels.COMPILER], "dtc": PACKAGES["dtc"], "apt-get": "apt", "dpkg-deb": "dpkg"}
"""Every program used here -> its Debian package."""


@dataclass(frozen=True)
class BundleOrder:
    """What is to be built, and where."""

    recipe: Recipe
    """Of the card's image: the Debian it says is the one Raspberry Pi OS is made of."""
    sources: tuple[str, ...]
    out: Path
    """NAME.tar; NAME.manifest goes beside it."""
    scratch: Path
    """An empty folder; 50 MB."""
    signing_key: SigningKey


def build(order: BundleOrder) -> BundleManifest:
    """Build and sign it. Raises BuildError or BoardError; then nothing is left at `order.out` that was not there before."""
    folder = order.scratch / "wheels"
    folder.mkdir()
    station_wheel(folder)
    _packages(order, folder)
    boot = boot_files(order.scratch)
    return signed(tar_of(contents(folder, boot)), order.recipe, order.out, order.signing_key)


def require_tools() -> None:
    """Raises BuildError naming every missing program and the command that installs them."""
    missing = [name for name in TOOLS if not shutil.which(name, path=PLACES)]
    if missing:
        packages = " ".join(sorted({TOOLS[name] for name in missing}))
        raise BuildError(f"missing here: {', '.join(missing)}; try: sudo apt-get install -y {packages}")


def _packages(order: BundleOrder, folder: Path) -> None:
    archives, apt = order.scratch / "archives", order.scratch / "apt"
    archives.mkdir()
    wheels.gathered(REQUIREMENTS, folder, archives)
    include = headers.unpacked(order.recipe.architecture, order.sources, apt)
    for archive in sorted(archives.glob("*.tar.gz")):
        tagged, wheel = wheels.compiled(archive, include, order.scratch)
        (folder / tagged.file).write_bytes(wheel)


def contents(folder: Path, boot: Mapping[str, bytes]) -> dict[str, bytes]:
    """What a bundle holds: the wheels of this folder, and the files of the boot partition."""
    packed = {f"wheels/{wheel.name}": wheel.read_bytes() for wheel in folder.glob("*.whl")}
    return packed | {f"boot/{path}": data for path, data in boot.items()}


def signed(bundle: bytes, recipe: Recipe, out: Path, signing_key: SigningKey) -> BundleManifest:
    """Write the bundle and what vouches for it."""
    name, digest = f"{recipe.name} for {recipe.suite}", hashlib.sha256(bundle).hexdigest()
    manifest = BundleManifest(name=name, version=checkout_build().label, sha256=digest, python=wheels.PYTHON)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(bundle)
    envelope = sealed(PURPOSE, msgspec.json.encode(manifest), signing_key.key)
    out.with_suffix(".manifest").write_bytes(message_of(envelope))
    return manifest
