"""Builds and signs a bundle: NAME.tar and NAME.manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workshop.bundle.archive import tar_of
from workshop.bundle.boot import boot_files
from workshop.bundle.headers import unpack_headers
from workshop.bundle.station import build_station_wheel
from workshop.bundle.wheels import compile_wheel, download_packages
from workshop.common.checkout import REQUIREMENTS
from workshop.common.checkout_build import checkout_build
from workshop.common.manifests import BundleManifest, sign_manifest
from workshop.common.recipe import Recipe
from workshop.common.sums import sha256_of
from workshop.image.wheels import COMPILER, PYTHON

TOOLS = (COMPILER, "dtc", "apt-get", "dpkg-deb")
"""Every program a build runs."""


@dataclass(frozen=True)
class BundleOrder:
    """Recipe, package sources and signing key of one bundle, and where it is built."""

    recipe: Recipe
    """Of the card's image: its Debian is the one Raspberry Pi OS is made of."""
    sources: tuple[str, ...]
    out: Path
    """NAME.tar; NAME.manifest goes beside it."""
    scratch: Path
    """An empty folder; 50 MB."""
    signing_key: Ed25519PrivateKey


def build(order: BundleOrder) -> BundleManifest:
    """Build and sign it. Raises BuildError, ToolError or BoardError; then `order.out` is as it was."""
    folder = order.scratch / "wheels"
    folder.mkdir()
    build_station_wheel(folder)
    _add_packages(order, folder)
    boot = boot_files(order.scratch)
    return write_bundle(tar_of(contents(folder, boot)), order.recipe, order.out, order.signing_key)


def _add_packages(order: BundleOrder, folder: Path) -> None:
    archives, apt = order.scratch / "archives", order.scratch / "apt"
    archives.mkdir()
    download_packages(REQUIREMENTS, folder, archives)
    include = unpack_headers(order.recipe.architecture, order.sources, apt)
    for archive in sorted(archives.glob("*.tar.gz")):
        name, wheel = compile_wheel(archive, include, order.scratch)
        (folder / name.file).write_bytes(wheel)


def contents(folder: Path, boot: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files of a bundle by path: the wheels of this folder, and the files of the boot partition."""
    packed = {f"wheels/{wheel.name}": wheel.read_bytes() for wheel in folder.glob("*.whl")}
    return packed | {f"boot/{path}": data for path, data in boot.items()}


def write_bundle(bundle: bytes, recipe: Recipe, out: Path, signing_key: Ed25519PrivateKey) -> BundleManifest:
    """Write the bundle and its signed manifest."""
    name, version = f"{recipe.name} for {recipe.suite}", checkout_build().label
    manifest = BundleManifest(name=name, version=version, sha256=sha256_of(bundle), python=PYTHON)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(bundle)
    out.with_suffix(".manifest").write_bytes(sign_manifest(manifest, signing_key))
    return manifest
