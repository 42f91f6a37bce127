"""SQLite's interface for file systems (VFS), as its C header says, in the library that Python's `sqlite3` has loaded.

The theory. apsw lets a VFS be written in Python, but in a SQLite of its own, of another version; and an error that SQLite
swallows (a checkpoint that fails after the commit) comes back as an exception. Here the library that the journal itself uses
gets a VFS, which is its own for Unix with some functions replaced: production code runs as it is, and nothing is installed.
"""

from __future__ import annotations

import _sqlite3
import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, Structure, c_char_p, c_int, c_int64, c_void_p

OK, FULL, CANTOPEN = 0, 13, 14
IOERR_READ, IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE, IOERR_DELETE = (10 | number << 8 for number in (1, 3, 4, 6, 10))
OPEN_CREATE = 0x4
OPEN_LOGS = 0x800 | 0x80000
"""A rollback journal, or a WAL: SQLite synchronises the folder with the first synchronisation of a new one."""

CloseFunction = ctypes.CFUNCTYPE(c_int, c_void_p)
TransferFunction = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
TruncateFunction = ctypes.CFUNCTYPE(c_int, c_void_p, c_int64)
SyncFunction = ctypes.CFUNCTYPE(c_int, c_void_p, c_int)
OpenFunction = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
DeleteFunction = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
"""Names are passed on as the pointers they are: SQLite keeps them, and reads what stands around them."""


class IoMethods(Structure):
    """`sqlite3_io_methods`: what can be done with an open file."""

    _fields_ = (
        ("iVersion", c_int),
        ("xClose", CloseFunction),
        ("xRead", TransferFunction),
        ("xWrite", TransferFunction),
        ("xTruncate", TruncateFunction),
        ("xSync", SyncFunction),
        *((f"unchanged{number}", c_void_p) for number in range(13)),
    )


class OpenFile(Structure):
    """`sqlite3_file`: an open file begins with a pointer to what can be done with it."""

    _fields_ = (("methods", POINTER(IoMethods)),)


class Vfs(Structure):
    """`sqlite3_vfs`: what can be done by name."""

    _fields_ = (
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", OpenFunction),
        ("xDelete", DeleteFunction),
        *((f"unchanged{number}", c_void_p) for number in range(14)),
    )


_library = ctypes.CDLL(_sqlite3.__file__)
_library.sqlite3_vfs_find.restype = POINTER(Vfs)


def unix_vfs() -> Vfs:
    """The library's own."""
    return Vfs.from_buffer_copy(_library.sqlite3_vfs_find(b"unix").contents)


@contextmanager
def default_vfs(vfs: Vfs) -> Iterator[None]:
    """Every connection that is opened meanwhile uses this VFS; all must be closed at the end."""
    if _library.sqlite3_vfs_register(ctypes.byref(vfs), 1):
        raise RuntimeError("SQLite does not take the VFS")
    try:
        yield
    finally:
        _library.sqlite3_vfs_unregister(ctypes.byref(vfs))
