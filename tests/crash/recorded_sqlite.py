"""VFS under the `sqlite3` module: tells a recorder what is asked of files in its folder, and fails where it says so."""

from __future__ import annotations

import ctypes
import errno
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.crash import sqlite_library as library
from tests.crash.disk import BytesWritten, FolderSynchronised, Named, Resized, Synchronised, Unnamed
from tests.crash.recorder import DiskRecorder
from tests.crash.sqlite_library import IoMethods, OpenFile

_LEFT_OPEN: list[RecordedSqlite] = []
"""SQLite would call what is no longer there when it closes their files."""


@dataclass
class _Opened:
    """A file that SQLite has open."""

    file: int
    methods: IoMethods
    """The library's own."""
    is_new_log: bool
    """The folder is synchronised with the next synchronisation of this file."""


class RecordedSqlite:
    """The functions that are replaced. Each returns SQLite's code."""

    def __init__(self, recorder: DiskRecorder) -> None:
        self._recorder, self._unix, self.vfs = recorder, library.unix_vfs(), library.unix_vfs()
        self._opened: dict[int, _Opened] = {}
        self._tables: dict[int, IoMethods] = {}
        self.vfs.zName = b"recorded"
        self.vfs.xOpen, self.vfs.xDelete = library.OpenFunction(self._open), library.DeleteFunction(self._delete)

    @property
    def open_files(self) -> int:
        """How many files SQLite has open."""
        return len(self._opened)

    def _open(self, vfs: int, path: int | None, place: int, flags: int, out: int) -> int:
        name = self._name_at(path) if path else ""
        is_made = bool(name) and name not in self._recorder.names and bool(flags & library.OPEN_CREATE)
        if name and self._recorder.ask(*[Named(name, self._recorder.new_file())] * is_made).code:
            OpenFile.from_address(place).methods = ctypes.POINTER(IoMethods)()
            return library.CANTOPEN
        code = int(self._unix.xOpen(ctypes.addressof(self._unix), path, place, flags, out))
        if name and code == library.OK:
            self._replace_methods(place, self._recorder.names[name], bool(flags & library.OPEN_LOGS))
        return code

    def _replace_methods(self, place: int, file: int, is_log: bool) -> None:
        opened = OpenFile.from_address(place)
        own = opened.methods.contents
        self._opened[place] = _Opened(file, own, is_log)
        where = ctypes.addressof(own)
        if where not in self._tables:
            self._tables[where] = table = IoMethods.from_buffer_copy(own)
            table.xClose, table.xRead = library.CloseFunction(self._close), library.TransferFunction(self._read)
            table.xWrite, table.xTruncate = library.TransferFunction(self._write), library.TruncateFunction(self._truncate)
            table.xSync = library.SyncFunction(self._sync)
        opened.methods = ctypes.pointer(self._tables[where])

    def _delete(self, vfs: int, path: int, with_folder: int) -> int:
        name = self._name_at(path)
        if name in self._recorder.names:
            answer = self._recorder.ask(Unnamed(name), *[FolderSynchronised()] * bool(with_folder))
            if answer.code:
                return library.IOERR_DELETE
        return int(self._unix.xDelete(ctypes.addressof(self._unix), path, with_folder))

    def _name_at(self, path: int) -> str:
        return self._recorder.name_of(os.fsdecode(ctypes.string_at(path)))

    def _close(self, place: int) -> int:
        return int(self._opened.pop(place).methods.xClose(place))

    def _read(self, place: int, data: int, length: int, at: int) -> int:
        if self._recorder.ask().code:
            return library.IOERR_READ
        return int(self._opened[place].methods.xRead(place, data, length, at))

    def _write(self, place: int, data: int, length: int, at: int) -> int:
        opened = self._opened[place]
        answer = self._recorder.ask(BytesWritten(opened.file, at, ctypes.string_at(data, length)))
        code = int(opened.methods.xWrite(place, data, length, at)) if answer.is_done else library.OK
        return _failed_write(answer.code) if answer.code else code

    def _truncate(self, place: int, size: int) -> int:
        opened = self._opened[place]
        if self._recorder.ask(Resized(opened.file, size)).code:
            return library.IOERR_TRUNCATE
        return int(opened.methods.xTruncate(place, size))

    def _sync(self, place: int, flags: int) -> int:
        opened = self._opened[place]
        if self._recorder.ask(Synchronised(opened.file), *[FolderSynchronised()] * opened.is_new_log).code:
            return library.IOERR_FSYNC
        opened.is_new_log = False
        return int(opened.methods.xSync(place, flags))


def _failed_write(code: int) -> int:
    return library.FULL if code == errno.ENOSPC else library.IOERR_WRITE


@contextmanager
def recorded_sqlite(recorder: DiskRecorder) -> Iterator[None]:
    """Lie under every connection that is opened meanwhile; all must be closed at the end."""
    recorded = RecordedSqlite(recorder)
    with library.default_vfs(recorded.vfs):
        yield
        if recorded.open_files:
            gc.collect()  # what an exception kept alive
        if recorded.open_files:
            _LEFT_OPEN.append(recorded)
            raise RuntimeError(f"{recorded.open_files} files of SQLite were left open")
