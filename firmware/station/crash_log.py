"""The last crash of a process, in the station's folder: what the log in memory loses at a power cut.

The theory. The image keeps its log in memory, and a technician's first remedy is to switch off. So where a process stopped is
written to the card, once per crash: an exception with its frames, or, when the watchdog ended a process that hung, the frames
it hung in (`faulthandler`, which writes at a signal and needs no memory). A start moves what it finds out of the way, so the
last crash outlives the start after it. Frames hold names of our files and functions and no value; the message may hold
anything, and is masked before it leaves the machine (`firmware/diagnosis/redaction.py`).
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import re
import traceback
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct

PROCESSES = ("station", "sync")
_FRAME = re.compile(r'File "([^"]+)", line (\d+),? in (\S+)')
_OURS = re.compile(r"(?:firmware|hal|simulator|central)/[a-z0-9_/]+\.py$")
MOST = 64 << 10
"""Bytes of a crash that are read."""


class CrashFrame(Struct, frozen=True):
    """One frame of a stack: where the program was."""

    file: str
    line: int
    function: str


class Crash(Struct, frozen=True):
    """A crash as it was written."""

    at: str
    """When that process had started, ISO 8601."""
    software: str
    why: str
    """The exception and its message, or the signal."""
    frames: tuple[CrashFrame, ...]


def crash_file(folder: Path, process: str) -> Path:
    """What the process writes now."""
    return folder / f"crash-{process}.txt"


def last_crash_file(folder: Path, process: str) -> Path:
    """What an earlier one has left."""
    return folder / f"crash-{process}.last.txt"


@contextlib.contextmanager
def crash_log(folder: Path, process: str, software: str, now: datetime) -> Iterator[None]:
    """Write down what ends the process from within this block. A folder that cannot be written costs the record, no sale."""
    path = crash_file(folder, process)
    with contextlib.suppress(OSError):
        if _lines(path) > 1:
            path.replace(last_crash_file(folder, process))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError:
        yield
        return
    with os.fdopen(descriptor, "wb", buffering=0) as log:
        log.write(f"{now.isoformat()} {software}\n".encode())
        faulthandler.enable(log)
        try:
            yield
        except Exception as error:
            with contextlib.suppress(OSError):
                log.write(_told(error).encode("utf-8", "replace"))
                os.fsync(log.fileno())
            raise
        finally:
            faulthandler.disable()


def read_crash(folder: Path, process: str) -> Crash | None:
    """The last crash of this process: of the run that has ended now, else of an earlier one; None for none, or unreadable."""
    for path in (crash_file(folder, process), last_crash_file(folder, process)):
        with contextlib.suppress(OSError):
            if _lines(path) > 1:
                return _parse(path.read_bytes()[:MOST].decode("utf-8", "replace"))
    return None


def _told(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    stack = "".join(f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}\n' for frame in frames)
    return f"{type(error).__name__}: {error}".replace("\n", " ") + f"\n{stack}"


def _parse(text: str) -> Crash:
    head, _, rest = text.partition("\n")
    at, _, software = head.partition(" ")
    frames = (CrashFrame(_ours(file), int(line), function) for file, line, function in _FRAME.findall(rest))
    return Crash(at, software, rest.partition("\n")[0], tuple(frames))


def _ours(file: str) -> str:
    """A file of ours from its package on; of another only its name: the path before it may be a person's."""
    ours = _OURS.search(file)
    return ours[0] if ours else Path(file).name


def _lines(path: Path) -> int:
    return path.read_bytes()[:MOST].count(b"\n") if path.exists() else 0
