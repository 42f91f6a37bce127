"""Checks a bundle, the station for a stock Raspberry Pi OS: BUNDLE.tar and BUNDLE.manifest, signed with the release key.

workshop/bundle/ builds it.

    wheels/*.whl        the station and what it needs, for that system's Python
    boot/config.txt     lines to add to the firmware's own (optional)
    boot/overlays/*     compiled device-tree overlays (optional)

The wheel of the station carries tariffs.json and board/.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from firmware.tariff import Calendar, TariffError, tariffs_in
from workshop.common.errors import ImageError
from workshop.common.manifests import BundleManifest, read_manifest
from workshop.common.progress import ProgressCallback
from workshop.common.sums import sha256_of, sha256_of_file


@dataclass(frozen=True)
class Bundle:
    """A bundle that has been checked and may be installed."""

    path: Path
    manifest: BundleManifest
    tariffs_sha256: str
    calendar: Calendar
    """Of its tariffs."""
    boards: Mapping[str, bytes]
    """Board files in its wheel, by name."""
    boot: Mapping[str, bytes]
    """Its files for the boot partition, by path."""

    @property
    def title(self) -> str:
        """Name and version, as certificates have them."""
        return f"{self.manifest.name} {self.manifest.version}, signed"


def check_bundle(path: Path, key_file: Path, report: ProgressCallback) -> Bundle:
    """Check signature, sum and content; the bundle. Raises ImageError naming the file."""
    if not path.is_file():
        raise ImageError(str(path), "", "there is no such bundle")
    manifest = read_manifest(path.with_suffix(".manifest"), key_file, BundleManifest)
    if sha256_of_file(path, "checking the bundle", report) != manifest.sha256:
        raise ImageError(str(path), "", "its sha256 is not the one that was signed")
    try:
        return _bundle_in(path, manifest)
    except (tarfile.TarError, zipfile.BadZipFile, KeyError, TariffError) as error:
        raise ImageError(str(path), "", str(error)) from error


def _bundle_in(path: Path, manifest: BundleManifest) -> Bundle:
    files = files_in(path.read_bytes())
    wheels = [name for name in files if name.startswith("wheels/horodateur-") and name.endswith(".whl")]
    if len(wheels) != 1:
        raise ImageError(str(path), "", f"has {len(wheels)} wheels of the station, needs one")
    with zipfile.ZipFile(io.BytesIO(files[wheels[0]])) as wheel:
        tariffs = wheel.read("tariffs.json")
        calendar = tariffs_in(tariffs, f"{path}: tariffs.json").calendar
        boards = [name for name in wheel.namelist() if name.startswith("board/") and name.endswith(".toml")]
        by_name = {Path(name).stem: wheel.read(name) for name in boards}
    boot = {name.removeprefix("boot/"): data for name, data in files.items() if name.startswith("boot/")}
    return Bundle(path, manifest, sha256_of(tariffs), calendar, by_name, boot)


def files_in(archive: bytes) -> dict[str, bytes]:
    """Files of a tar archive, by their paths in it."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        found = ((member, opened.extractfile(member)) for member in opened if member.isfile())
        return {member.name.removeprefix("./"): file.read() for member, file in found if file}
