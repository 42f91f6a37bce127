"""Open card: reads and writes a block device, or a file in its place. The only file here that opens a device.

The theory. A name may point elsewhere a moment after it was looked at. So the device is opened without
following links and for this process alone (O_EXCL: then nobody can mount it either), and must still have the kernel number
and the size of the device that was judged safe. From then on only the open descriptor is used, never the name.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from workshop.common.errors import TargetError, WriteError
from workshop.flash.disks import BlockDevice

BLKGETSIZE64, BLKFLSBUF = 0x80081272, 0x1261  # <linux/fs.h>


class Medium(Protocol):
    """Storage that a card is written to: bytes at offsets."""

    @property
    def size(self) -> int:
        """Bytes it holds."""
        ...

    def write(self, offset: int, data: bytes) -> None:
        """Write at an offset. Raises WriteError."""

    def read(self, offset: int, size: int) -> bytes:
        """Read exactly so many bytes at an offset. Raises WriteError."""
        ...

    def settle(self) -> None:
        """Flush: all that was written is on the medium, and what is read next comes from there. Raises WriteError."""


class Card:
    """An open block device, or a file in its place."""

    def __init__(self, descriptor: int, name: str, size: int) -> None:
        self.descriptor = descriptor
        self.name = name
        self.size = size
        self._is_device = stat.S_ISBLK(os.fstat(descriptor).st_mode)

    @property
    def path(self) -> str:
        """Path under which another program opens this very device, whatever its name points to; pass the descriptor on."""
        return f"/proc/self/fd/{self.descriptor}"

    def write(self, offset: int, data: bytes) -> None:
        with self._write_errors("writing", offset):
            done = 0
            while done < len(data):
                done += os.pwrite(self.descriptor, memoryview(data)[done:], offset + done)

    def read(self, offset: int, size: int) -> bytes:
        with self._write_errors("reading", offset):
            data = os.pread(self.descriptor, size, offset)
            while len(data) < size:
                more = os.pread(self.descriptor, size - len(data), offset + len(data))
                if not more:
                    raise OSError(errno.EIO, "the card ends too early")
                data += more
            return data

    def settle(self) -> None:
        with self._write_errors("flushing", 0):
            os.fsync(self.descriptor)
            if self._is_device:
                fcntl.ioctl(self.descriptor, BLKFLSBUF)
            os.posix_fadvise(self.descriptor, 0, 0, os.POSIX_FADV_DONTNEED)

    @contextlib.contextmanager
    def _write_errors(self, doing: str, offset: int) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise WriteError(f"{self.name}: {doing} at byte {offset}: {error.strerror}") from error


@contextlib.contextmanager
def open_device(disk: BlockDevice) -> Iterator[Card]:
    """Open this very device, for this process alone. Raises TargetError if it is another one by now, or in use."""
    with _opened(disk, os.O_RDWR | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC) as card:
        yield card


@contextlib.contextmanager
def open_to_read(disk: BlockDevice) -> Iterator[Card]:
    """Open this very device for reading only. Raises TargetError as `open_device` does."""
    with _opened(disk, os.O_RDONLY | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC) as card:
        yield card


@contextlib.contextmanager
def _opened(disk: BlockDevice, flags: int) -> Iterator[Card]:
    try:
        descriptor = os.open(disk.path, flags)
    except OSError as error:
        busy = "another program is using it" if error.errno == errno.EBUSY else error.strerror
        raise TargetError(f"{disk.path}: {busy}") from error
    try:
        _require_same(descriptor, disk)
        yield Card(descriptor, disk.path, disk.size)
    finally:
        os.close(descriptor)


def _require_same(descriptor: int, disk: BlockDevice) -> None:
    found = os.fstat(descriptor)
    if not stat.S_ISBLK(found.st_mode):
        raise TargetError(f"{disk.path}: is no longer a block device")
    number = f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}"
    if number != disk.number:
        raise TargetError(f"{disk.path}: is device {number} now, {disk.number} was checked")
    (size,) = struct.unpack("<Q", fcntl.ioctl(descriptor, BLKGETSIZE64, bytes(8)))
    if size != disk.size:
        raise TargetError(f"{disk.path}: has {size} bytes now, {disk.size} when it was checked")


@contextlib.contextmanager
def create_card_file(file: Path, size: int) -> Iterator[Card]:
    """Create a file in place of a card; it is removed if writing fails. Raises TargetError if there is one already."""
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise TargetError(f"{file}: {error.strerror}") from error
    try:
        os.truncate(descriptor, size)
        yield Card(descriptor, str(file), size)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
