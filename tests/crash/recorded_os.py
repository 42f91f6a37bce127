"""The functions of `os` that production code makes small files with, told to a recorder, and failing where it says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from tests.crash.disk import BytesWritten, DiskOperation, FolderSynchronised, Named, Resized, Synchronised, Unnamed
from tests.crash.recorder import DiskRecorder

REAL = {
    name: getattr(os, name)
    for name in ("open", "close", "write", "pwrite", "fsync", "fdatasync", "replace", "rename", "unlink")
}
"""What `os` does when nothing is between."""


class RecordedOs:
    """The functions that are replaced."""

    def __init__(self, recorder: DiskRecorder) -> None:
        self._recorder = recorder
        self._files: dict[int, int] = {}
        """The file behind each descriptor; 0: the folder itself."""
        self._ends: dict[int, int] = {}

    def open(self, path: str | Path, flags: int, mode: int = 0o777, **more: int) -> int:
        name = self._recorder.name_of(path)
        if flags & os.O_CREAT and name:
            self._ask(*self._made(name, flags))
        descriptor = int(REAL["open"](path, flags, mode, **more))
        if name in self._recorder.names:
            self._files[descriptor], self._ends[descriptor] = self._recorder.names[name], 0
        elif Path(path) == self._recorder.folder:
            self._files[descriptor] = 0
        return descriptor

    def close(self, descriptor: int) -> None:
        self._files.pop(descriptor, None)
        REAL["close"](descriptor)

    def write(self, descriptor: int, data: bytes) -> int:
        if descriptor in self._files:
            self._write(descriptor, self._ends[descriptor], data)
            self._ends[descriptor] += len(data)
        return int(REAL["write"](descriptor, data))

    def pwrite(self, descriptor: int, data: bytes, at: int) -> int:
        if descriptor in self._files:
            self._write(descriptor, at, data)
        return int(REAL["pwrite"](descriptor, data, at))

    def fsync(self, descriptor: int) -> None:
        if descriptor in self._files:
            file = self._files[descriptor]
            self._ask(Synchronised(file) if file else FolderSynchronised())
        REAL["fsync"](descriptor)

    fdatasync = fsync

    def replace(self, source: str | Path, target: str | Path) -> None:
        if before := self._recorder.name_of(source):
            self._ask(Named(self._recorder.name_of(target), self._recorder.names[before], before))
        REAL["replace"](source, target)

    rename = replace

    def unlink(self, path: str | Path) -> None:
        if (name := self._recorder.name_of(path)) in self._recorder.names:
            self._ask(Unnamed(name))
        REAL["unlink"](path)

    def _made(self, name: str, flags: int) -> Iterator[DiskOperation]:
        if name not in self._recorder.names:
            yield Named(name, self._recorder.new_file())
        elif flags & os.O_EXCL:
            return
        elif flags & os.O_TRUNC:
            yield Resized(self._recorder.names[name], 0)

    def _write(self, descriptor: int, at: int, data: bytes) -> None:
        self._ask(BytesWritten(self._files[descriptor], at, bytes(data)))

    def _ask(self, *operations: DiskOperation) -> None:
        if code := self._recorder.ask(*operations).code:
            raise OSError(code, os.strerror(code))


@contextmanager
def recorded_os(recorder: DiskRecorder) -> Iterator[None]:
    """Be what `os` speaks to meanwhile."""
    recorded = RecordedOs(recorder)
    with ExitStack() as stack:
        for name in REAL:
            stack.enter_context(patch.object(os, name, getattr(recorded, name)))
        yield
