"""Archives that are the same bytes for the same files, whoever packs them and when. Knows no clock, no wire, no disk."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from typing import NamedTuple

from firmware.domain.base64url import base64url_encode

DATE = (2020, 2, 2, 0, 0, 0)
"""Of every file, as hatchling dates those of its wheels. A zip knows none before 1980."""
SECONDS = 1_580_601_600
"""The same, since 1970."""


class Tagged(NamedTuple):
    """What a wheel's name says of it."""

    name: str
    version: str
    tag: str
    """Python, ABI and platform: `cp311-cp311-linux_aarch64`."""

    @property
    def file(self) -> str:
        """The name of the wheel."""
        return f"{self.name}-{self.version}-{self.tag}.whl"

    @property
    def about(self) -> str:
        """The folder in it that says what it is."""
        return f"{self.name}-{self.version}.dist-info"


def tar_of(files: Mapping[str, bytes]) -> bytes:
    """The files by their paths: root's, readable by all, of one date, in order."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as packed:
        for path, data in sorted(files.items()):
            member = tarfile.TarInfo(path)
            member.size, member.mtime, member.mode = len(data), SECONDS, 0o644
            packed.addfile(member, io.BytesIO(data))
    return archive.getvalue()


def wheel_of(tagged: Tagged, files: Mapping[str, bytes]) -> bytes:
    """A wheel of these files; `files` holds METADATA already, WHEEL and RECORD are added."""
    head = f"Wheel-Version: 1.0\nGenerator: horodateur\nRoot-Is-Purelib: false\nTag: {tagged.tag}\n"
    inside = {**files, f"{tagged.about}/WHEEL": head.encode()}
    record = f"{tagged.about}/RECORD"
    lines = [f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in sorted(inside.items())]
    inside[record] = "".join([*lines, f"{record},,\n"]).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in sorted(inside.items()):
            wheel.writestr(_dated(path), data)
    return archive.getvalue()


def _dated(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, DATE)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
    return entry


def _digest(data: bytes) -> str:
    return base64url_encode(hashlib.sha256(data).digest())
