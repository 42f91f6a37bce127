"""Checks an image file against its signature or checksum, and reads its data while it is written.

Ours comes as three files: NAME.img.xz, NAME.bmap, and NAME.manifest, the signed document that holds the sums of the other
two. A stock Raspberry Pi OS comes with NAME.img.xz.sha256, which only says that the download is whole: who made it is then
the technician's word, and the certificate says so.

The file is hashed before anything is erased, and again while it is being written: it may change in between.
"""

from __future__ import annotations

import hashlib
import io
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from workshop.common.bmap import MappedRange, ranges_in
from workshop.common.errors import ImageError, PartitionTableError, WriteError
from workshop.common.manifests import ImageManifest, read_manifest
from workshop.common.partitions import HEAD, PartitionTable, table_in
from workshop.common.pieces import CHUNK, Piece, Region
from workshop.common.progress import ProgressCallback
from workshop.common.sums import sha256_of, sha256_of_file
from workshop.common.tools import run_program

XZ = b"\xfd7zXZ\x00"
"""First bytes of an xz file."""


@dataclass(frozen=True)
class Image:
    """An image that has been checked and may be written."""

    path: Path
    size: int
    sha256: str
    """Of the file, compressed as it is."""
    ranges: tuple[MappedRange, ...]
    table: PartitionTable
    manifest: ImageManifest | None
    """None for a stock Raspberry Pi OS."""

    @property
    def title(self) -> str:
        """Name, version and whether it is signed, as certificates have it."""
        return f"{self.manifest.name} {self.manifest.version}, signed" if self.manifest else f"{self.path.name}, not signed"

    @property
    def mapped(self) -> int:
        """Bytes of data: what is written."""
        return sum(part.region.size for part in self.ranges)


def check_image(path: Path, key_file: Path, report: ProgressCallback) -> Image:
    """Check signature, sums, block map and partition table; the image. Raises ImageError naming the file."""
    if not path.is_file():
        raise ImageError(str(path), "", "there is no such image")
    stem = path.name.removesuffix(".xz").removesuffix(".img")
    manifest = path.with_name(f"{stem}.manifest")
    if manifest.exists():
        return _check_signed(path, stem, read_manifest(manifest, key_file, ImageManifest), report)
    return _check_stock(path, report)


def _check_signed(path: Path, stem: str, manifest: ImageManifest, report: ProgressCallback) -> Image:
    bmap = path.with_name(f"{stem}.bmap")
    if not bmap.is_file():
        raise ImageError(str(bmap), "", "there is no such file")
    text = bmap.read_bytes()
    if sha256_of(text) != manifest.sha256_bmap:
        raise ImageError(str(bmap), "", "its sha256 is not the one that was signed")
    if sha256_of_file(path, "checking the image", report) != manifest.sha256_xz:
        raise ImageError(str(path), "", "its sha256 is not the one that was signed")
    ranges = ranges_in(text, bmap.name, manifest.size)
    return _require_partitions(Image(path, manifest.size, manifest.sha256_xz, ranges, _table(path), manifest))


def _check_stock(path: Path, report: ProgressCallback) -> Image:
    beside = path.with_name(f"{path.name}.sha256")
    if not beside.is_file():
        raise ImageError(str(path), "", f"nothing vouches for it: neither a .manifest nor {beside.name} lies beside it")
    words = beside.read_text("utf-8", "replace").split()
    found = sha256_of_file(path, "checking the image", report)
    if not words or words[0].lower() != found:
        raise ImageError(str(path), "", f"its sha256 is {found}, {beside.name} says {words[0] if words else 'nothing'}")
    size = _unpacked_size(path)
    return _require_partitions(Image(path, size, found, (MappedRange(Region(0, size), ""),), _table(path), None))


def _require_partitions(image: Image) -> Image:
    numbers = [1, 2, image.manifest.root_partition, image.manifest.state_partition] if image.manifest else [1, 2]
    try:
        beyond = [number for number in numbers if image.table.region(number).end > image.size]
    except PartitionTableError as error:
        raise ImageError(str(image.path), "", str(error)) from error
    if beyond:
        raise ImageError(str(image.path), "", f"partition {beyond[0]} ends behind the image")
    return image


def _unpacked_size(path: Path) -> int:
    if not _is_packed(path):
        return path.stat().st_size
    listed = run_program("xz", "--robot", "--list", path)
    totals = [line.split("\t") for line in listed.stdout.decode("utf-8", "replace").splitlines() if line.startswith("totals")]
    if not totals:
        raise ImageError(str(path), "", f"{listed.stderr.decode('utf-8', 'replace').strip() or 'is not whole'}")
    return int(totals[0][4])


def _is_packed(path: Path) -> bool:
    with path.open("rb") as source:
        return source.read(len(XZ)) == XZ


def _table(path: Path) -> PartitionTable:
    try:
        with path.open("rb") as source:
            return table_in(_unpacked(path, source).read(HEAD))
    except (PartitionTableError, lzma.LZMAError, EOFError) as error:
        raise ImageError(str(path), "", str(error)) from error


# --- reading its data ----------------------------------------------------------------------------------------------


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Hashed(io.RawIOBase):
    """A file, hashed while it is read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        self.digest.update(data)
        return len(data)


def pieces_of(image: Image) -> Iterator[Piece]:
    """Data of the image, in order. Raises WriteError, at the end, if the file is not the one that was checked."""
    with image.path.open("rb") as source:
        hashed = _Hashed(source)
        stream = _unpacked(image.path, io.BufferedReader(hashed, CHUNK))
        try:
            position = 0
            for part in image.ranges:
                _skip(stream, part.region.start - position)
                yield from _range_pieces(stream, part, image.path)
                position = part.region.end
            _skip(stream, image.size - position)
            _require_end(stream, image.path)
        except (lzma.LZMAError, EOFError) as error:
            raise WriteError(f"{image.path}: {error}") from error
        if hashed.digest.hexdigest() != image.sha256:
            raise WriteError(f"{image.path}: it changed while it was being written")


def _range_pieces(stream: _Readable, part: MappedRange, path: Path) -> Iterator[Piece]:
    digest = hashlib.sha256()
    for start in range(part.region.start, part.region.end, CHUNK):
        data = _exactly(stream, min(CHUNK, part.region.end - start))
        digest.update(data)
        yield Piece(start, data)
    if part.sha256 and digest.hexdigest() != part.sha256:
        raise WriteError(f"{path}: bytes {part.region.start} to {part.region.end} are not those of its block map")


def _unpacked(path: Path, source: BinaryIO | io.BufferedReader) -> _Readable:
    return lzma.LZMAFile(source) if _is_packed(path) else source


def _exactly(stream: _Readable, size: int) -> bytes:
    data = stream.read(size)
    while len(data) < size:
        more = stream.read(size - len(data))
        if not more:
            raise EOFError("the image ends too early")
        data += more
    return data


def _skip(stream: _Readable, size: int) -> None:
    for start in range(0, size, CHUNK):
        _exactly(stream, min(CHUNK, size - start))


def _require_end(stream: _Readable, path: Path) -> None:
    if stream.read(1):
        raise WriteError(f"{path}: it is longer than it says")
