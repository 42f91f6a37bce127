"""Reproducible tar and wheel archives: the same bytes for the same files."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from typing import NamedTuple

from firmware.domain.base64url import base64url_encode

DATE = (2020, 2, 2, 0, 0, 0)
"""Date of every file, as hatchling dates those of its wheels. A zip knows none before 1980."""
SECONDS = 1_580_601_600
"""The same date, in seconds since 1970."""


class WheelName(NamedTuple):
    """Name, version and tag of a wheel."""

    name: str
    version: str
    tag: str
    """Python, ABI and platform: `cp311-cp311-linux_aarch64`."""

    @property
    def file(self) -> str:
        """File name of the wheel."""
        return f"{self.name}-{self.version}-{self.tag}.whl"

    @property
    def about(self) -> str:
        """Its folder of metadata."""
        return f"{self.name}-{self.version}.dist-info"


def tar_of(files: Mapping[str, bytes]) -> bytes:
    """A tar of these files by path: root's, readable by all, of one date, in order."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as packed:
        for path, data in sorted(files.items()):
            member = tarfile.TarInfo(path)
            member.size, member.mtime, member.mode = len(data), SECONDS, 0o644
            packed.addfile(member, io.BytesIO(data))
    return archive.getvalue()


def wheel_of(name: WheelName, files: Mapping[str, bytes]) -> bytes:
    """A wheel of these files; `files` holds METADATA already, WHEEL and RECORD are added."""
    head = f"Wheel-Version: 1.0\nGenerator: horodateur\nRoot-Is-Purelib: false\nTag: {name.tag}\n"
    inside = {**files, f"{name.about}/WHEEL": head.encode()}
    record = f"{name.about}/RECORD"
    lines = [f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in sorted(inside.items())]
    inside[record] = "".join([*lines, f"{record},,\n"]).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in sorted(inside.items()):
            wheel.writestr(_zip_entry(path), data)
    return archive.getvalue()


def _zip_entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, DATE)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
    return entry


def _digest(data: bytes) -> str:
    return base64url_encode(hashlib.sha256(data).digest())
