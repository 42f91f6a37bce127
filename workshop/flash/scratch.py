"""Scratch folder in memory for a station's key until it is on its card: for this user alone, and wiped afterwards.

A killed process cannot tidy up, so its folder bears its number, is locked while it runs, and the next one to start wipes it.
The number alone would not do: of a process in another container it says nothing here. What this cannot
prevent: memory that the computer swaps out. The key itself also lies on the card, as it must.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

from workshop.common.errors import ToolError
from workshop.common.pieces import CHUNK, data_regions

MEMORY = Path("/dev/shm")
PREFIX = "horodateur-flash-"


@contextlib.contextmanager
def memory_scratch(memory: Path = MEMORY) -> Iterator[Path]:
    """A folder of mode 0700 in memory, wiped at the end. Raises ToolError where there is no memory disk."""
    if not _in_memory(memory):
        raise ToolError(f"{memory} is no disk in memory here: a station's key must not touch this computer's disk")
    sweep(memory)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=memory))
    with _open(folder) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            wipe(folder)


def sweep(memory: Path) -> None:
    """Wipe the scratch folders of processes that no longer run."""
    for folder in memory.glob(f"{PREFIX}*"):
        process = folder.name.removeprefix(PREFIX).partition("-")[0]
        if not Path("/proc", process).exists() and not _is_locked(folder):
            wipe(folder)


@contextlib.contextmanager
def _open(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_locked(folder: Path) -> bool:
    try:
        with _open(folder) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held, or gone meanwhile
        return True
    return False


def wipe(folder: Path) -> None:
    """Overwrite every file in a folder, and remove it."""
    with contextlib.suppress(FileNotFoundError):  # another process wipes it at the same time
        for file in folder.rglob("*"):
            if file.is_file() and not file.is_symlink():
                _overwrite(file)
    shutil.rmtree(folder, ignore_errors=True)


def _overwrite(file: Path) -> None:
    """In place: to shorten it first would give its memory back as it is."""
    with file.open("r+b", buffering=0) as content:
        for span in list(data_regions(content.fileno(), file.stat().st_size)):
            for start in range(span.start, span.end, CHUNK):
                os.pwrite(content.fileno(), bytes(min(CHUNK, span.end - start)), start)


def _in_memory(folder: Path) -> bool:
    mounts = (line.split() for line in Path("/proc/self/mounts").read_text("utf-8").splitlines())
    kinds = {mount[1]: mount[2] for mount in mounts}
    inside = next((str(place) for place in (folder, *folder.parents) if str(place) in kinds), "/")
    return kinds.get(inside) in ("tmpfs", "ramfs")


def handle_stop_signals() -> None:
    """Make SIGTERM and SIGHUP (a closed terminal) end this process as Ctrl-C does: scratch is wiped."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
            signal.signal(number, signal.default_int_handler)
