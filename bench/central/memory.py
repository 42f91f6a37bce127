"""Memory of processes and their children. Linux only."""

from __future__ import annotations

from pathlib import Path

PROC = Path("/proc")


def proportional(process: int) -> float:
    """MB (of 1 000 000 bytes) a process and all below it hold, what several share counted once among them."""
    return sum(_kilobytes(each) for each in _with_children(process)) * 1024 / 1e6


def _with_children(process: int) -> list[int]:
    below = (PROC / str(process) / "task" / str(process) / "children").read_text().split()
    return [process, *(each for child in below for each in _with_children(int(child)))]


def _kilobytes(process: int) -> int:
    return int((PROC / str(process) / "smaps_rollup").read_text().split("\nPss:")[1].split()[0])
