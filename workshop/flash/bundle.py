"""The station as a bundle for a stock Raspberry Pi OS: BUNDLE.tar and BUNDLE.manifest, signed with the release key.

workshop/bundle/ builds it.

    wheels/*.whl        the station and what it needs, for that system's Python
    boot/config.txt     lines to add to the firmware's own (optional)
    boot/overlays/*     compiled device-tree overlays (optional)

The wheel of the station carries tariffs.json and board/.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from firmware.tariff import TariffError, tariffs_in
from workshop.common.errors import ImageError
from workshop.flash.image import Digest, ProgressCallback, hash_of, signed_document

PURPOSE = "bundle"


class BundleManifest(msgspec.Struct, frozen=True):
    """What is signed about a bundle."""

    name: str
    version: str
    sha256: Digest
    python: Annotated[str, msgspec.Meta(pattern=r"^(3\.\d+)?$")] = ""
    """Of the system its wheels are compiled for, on a 64-bit Pi; empty where nothing in it was compiled."""


@dataclass(frozen=True)
class Bundle:
    """A bundle that may be installed."""

    path: Path
    manifest: BundleManifest
    tariffs_sha256: str
    boards: Mapping[str, bytes]
    """Board files in its wheel, by name."""
    boot: Mapping[str, bytes]
    """What it wants on the boot partition, by path."""

    @property
    def title(self) -> str:
        """As certificates name it."""
        return f"{self.manifest.name} {self.manifest.version}, signed"


def checked_bundle(path: Path, key_file: Path, tell: ProgressCallback) -> Bundle:
    """The bundle, once signed, whole and understood. Raises ImageError naming the file."""
    if not path.is_file():
        raise ImageError(f"{path}: there is no such bundle")
    manifest_file = path.with_suffix(".manifest")
    try:
        manifest = msgspec.json.decode(signed_document(manifest_file, key_file, PURPOSE), type=BundleManifest)
    except msgspec.ValidationError as error:
        raise ImageError(f"{manifest_file}: {error}") from error
    if hash_of(path, "checking the bundle", tell) != manifest.sha256:
        raise ImageError(f"{path}: its sha256 is not the one that was signed")
    try:
        return _understood(path, manifest)
    except (tarfile.TarError, zipfile.BadZipFile, KeyError, TariffError) as error:
        raise ImageError(f"{path}: {error}") from error


def _understood(path: Path, manifest: BundleManifest) -> Bundle:
    files = files_in(path.read_bytes())
    wheels = [name for name in files if name.startswith("wheels/horodateur-") and name.endswith(".whl")]
    if len(wheels) != 1:
        raise ImageError(f"{path}: has {len(wheels)} wheels of the station, needs one")
    with zipfile.ZipFile(io.BytesIO(files[wheels[0]])) as wheel:
        tariffs = wheel.read("tariffs.json")
        tariffs_in(tariffs, f"{path}: tariffs.json")
        boards = [name for name in wheel.namelist() if name.startswith("board/") and name.endswith(".toml")]
        by_name = {Path(name).stem: wheel.read(name) for name in boards}
    boot = {name.removeprefix("boot/"): data for name, data in files.items() if name.startswith("boot/")}
    return Bundle(path, manifest, hashlib.sha256(tariffs).hexdigest(), by_name, boot)


def files_in(archive: bytes) -> dict[str, bytes]:
    """The files of a tar archive, by their paths in it."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        found = ((member, opened.extractfile(member)) for member in opened if member.isfile())
        return {member.name.removeprefix("./"): file.read() for member, file in found if file}
