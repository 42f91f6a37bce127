"""An image file and what vouches for it.

Ours comes as three files: NAME.img.xz, NAME.bmap, and NAME.manifest, the signed document that holds the sums of the other
two. A stock Raspberry Pi OS comes with NAME.img.xz.sha256, which only says that the download is whole: who made it is then
the technician's word, and the certificate says so.

The file is hashed before anything is erased, and again while it is being written: it may change in between.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware.protocol.envelope import EnvelopeError, envelope_in, open_envelope, public_key_in
from workshop.common.bmap import Mapped, ranges_in
from workshop.common.errors import ImageError, WriteError
from workshop.common.partitions import HEAD, Table, TableError, table_in
from workshop.common.pieces import CHUNK, Piece, Region

PURPOSE = "image"
XZ = b"\xfd7zXZ\x00"
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
ProgressCallback = Callable[[str, int, int], None]
"""Hears what is being done, bytes done, bytes in all."""


class Manifest(msgspec.Struct, frozen=True):
    """What is signed about an image of ours."""

    name: str
    version: str
    size: Annotated[int, msgspec.Meta(gt=0)]
    """Bytes of the image, unpacked."""
    sha256_xz: Digest
    """Of the file as it lies there, packed."""
    sha256_img: Digest
    sha256_bmap: Digest
    tariffs_sha256: Digest
    state_partition: Annotated[int, msgspec.Meta(ge=1)] = 4
    root_partition: Annotated[int, msgspec.Meta(ge=1)] = 2
    tariffs: str = "/opt/horodateur/tariffs.json"
    """Where the root partition has the prices."""
    boards: str = "/opt/horodateur/board"
    """Where it has the board files."""
    owner: Annotated[int, msgspec.Meta(ge=0)] = 900
    """Number of the user and group `horodateur`, whose the state is."""


@dataclass(frozen=True)
class Image:
    """An image that may be written."""

    path: Path
    size: int
    sha256: str
    """Of the file as it lies there."""
    ranges: tuple[Mapped, ...]
    table: Table
    manifest: Manifest | None
    """None for a stock Raspberry Pi OS."""

    @property
    def title(self) -> str:
        """As certificates name it."""
        return f"{self.manifest.name} {self.manifest.version}, signed" if self.manifest else f"{self.path.name}, not signed"

    @property
    def mapped(self) -> int:
        """Bytes to write."""
        return sum(mapped.region.size for mapped in self.ranges)


def release_key(file: Path) -> Ed25519PublicKey:
    """The key that signs our releases. Raises ImageError."""
    try:
        return public_key_in(file.read_text("utf-8").strip())
    except (OSError, ValueError) as error:
        raise ImageError(f"{file}: {error}") from error


def checked_image(path: Path, key_file: Path, tell: ProgressCallback) -> Image:
    """The image, once everything that vouches for it agrees. Raises ImageError naming the file."""
    if not path.is_file():
        raise ImageError(f"{path}: there is no such image")
    stem = path.name.removesuffix(".xz").removesuffix(".img")
    manifest = path.with_name(f"{stem}.manifest")
    if manifest.exists():
        return _ours(path, stem, manifest_in(manifest, key_file), tell)
    return _stock(path, tell)


def manifest_in(file: Path, key_file: Path) -> Manifest:
    """What the release key signed. Raises ImageError."""
    try:
        return msgspec.json.decode(signed_document(file, key_file, PURPOSE), type=Manifest)
    except msgspec.ValidationError as error:
        raise ImageError(f"{file}: {error}") from error


def signed_document(file: Path, key_file: Path, purpose: str) -> bytes:
    """The document in this envelope. Raises ImageError if the release key did not sign it for this purpose."""
    key = release_key(key_file)
    try:
        return open_envelope(purpose, envelope_in(file.read_bytes()), key)
    except (EnvelopeError, ValueError, OSError) as error:
        raise ImageError(f"{file}: {error}; the key is {key_file}") from error


def _ours(path: Path, stem: str, manifest: Manifest, tell: ProgressCallback) -> Image:
    bmap = path.with_name(f"{stem}.bmap")
    if not bmap.is_file():
        raise ImageError(f"{bmap}: there is no such file")
    text = bmap.read_bytes()
    if hashlib.sha256(text).hexdigest() != manifest.sha256_bmap:
        raise ImageError(f"{bmap}: its sha256 is not the one that was signed")
    if hash_of(path, "checking the image", tell) != manifest.sha256_xz:
        raise ImageError(f"{path}: its sha256 is not the one that was signed")
    ranges = ranges_in(text, bmap.name, manifest.size)
    return _readable(Image(path, manifest.size, manifest.sha256_xz, ranges, _table(path), manifest))


def _stock(path: Path, tell: ProgressCallback) -> Image:
    beside = path.with_name(f"{path.name}.sha256")
    if not beside.is_file():
        raise ImageError(f"{path}: nothing vouches for it: neither a .manifest nor {beside.name} lies beside it")
    words = beside.read_text("utf-8", "replace").split()
    found = hash_of(path, "checking the image", tell)
    if not words or words[0].lower() != found:
        raise ImageError(f"{path}: its sha256 is {found}, {beside.name} says {words[0] if words else 'nothing'}")
    size = _unpacked_size(path)
    return _readable(Image(path, size, found, (Mapped(Region(0, size), ""),), _table(path), None))


def _readable(image: Image) -> Image:
    numbers = [1, 2, image.manifest.root_partition, image.manifest.state_partition] if image.manifest else [1, 2]
    try:
        beyond = [number for number in numbers if image.table.region(number).end > image.size]
    except TableError as error:
        raise ImageError(f"{image.path}: {error}") from error
    if beyond:
        raise ImageError(f"{image.path}: partition {beyond[0]} ends behind the image")
    return image


def hash_of(path: Path, what: str, tell: ProgressCallback) -> str:
    """Of a whole file, in hexadecimal."""
    digest, done, size = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as source:
        while data := source.read(CHUNK):
            digest.update(data)
            done += len(data)
            tell(what, done, size)
    return digest.hexdigest()


def _unpacked_size(path: Path) -> int:
    if not _is_packed(path):
        return path.stat().st_size
    told = subprocess.run(["xz", "--robot", "--list", str(path)], capture_output=True, text=True, check=False)
    totals = [line.split("\t") for line in told.stdout.splitlines() if line.startswith("totals")]
    if not totals:
        raise ImageError(f"{path}: {told.stderr.strip() or 'is not whole'}")
    return int(totals[0][4])


def _is_packed(path: Path) -> bool:
    with path.open("rb") as source:
        return source.read(len(XZ)) == XZ


def _table(path: Path) -> Table:
    try:
        with path.open("rb") as source:
            return table_in(_unpacked(path, source).read(HEAD))
    except (TableError, lzma.LZMAError, EOFError) as error:
        raise ImageError(f"{path}: {error}") from error


# --- reading it out ------------------------------------------------------------------------------------------------


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
    """What of the image is written, in order. Raises WriteError, at the end, if it is not what was checked."""
    with image.path.open("rb") as source:
        hashed = _Hashed(source)
        stream = _unpacked(image.path, io.BufferedReader(hashed, CHUNK))
        try:
            position = 0
            for mapped in image.ranges:
                _skip(stream, mapped.region.start - position)
                yield from _range(stream, mapped, image.path)
                position = mapped.region.end
            _skip(stream, image.size - position)
            _require_end(stream, image.path)
        except (lzma.LZMAError, EOFError) as error:
            raise WriteError(f"{image.path}: {error}") from error
        if hashed.digest.hexdigest() != image.sha256:
            raise WriteError(f"{image.path}: it changed while it was being written")


def _range(stream: _Readable, mapped: Mapped, path: Path) -> Iterator[Piece]:
    digest = hashlib.sha256()
    for start in range(mapped.region.start, mapped.region.end, CHUNK):
        data = _exactly(stream, min(CHUNK, mapped.region.end - start))
        digest.update(data)
        yield Piece(start, data)
    if mapped.sha256 and digest.hexdigest() != mapped.sha256:
        raise WriteError(f"{path}: bytes {mapped.region.start} to {mapped.region.end} are not those of its block map")


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
