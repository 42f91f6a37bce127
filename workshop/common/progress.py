"""Progress lines, byte amounts and durations as people read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

ProgressCallback = Callable[[str, int, int], None]
"""Called with the name of a step, how much of it is done, and how much there is: bytes, or questions."""
WIDTH = 24
CLEAR_LINE = "\r\x1b[K"
"""Back to the start of a terminal's line, and nothing left on it."""


def ignore_progress(step: str, done: int, total: int) -> None:
    """A progress callback that reports nothing."""


def amount(size: int) -> str:
    """Bytes as printed on a card: `31.9 GB`, `80.2 MB`."""
    return f"{size / 1e9:.1f} GB" if size >= 10**9 else f"{size / 1e6:.1f} MB"


def duration(seconds: float) -> str:
    """Minutes and seconds: `2:05`."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def progress_line(step: str, done: int, total: int, seconds: float) -> str:
    """Progress of a step in a line: `writing  [######      ]  25 %  400 MB of 1.6 GB  21.0 MB/s  1:00 left`."""
    share = done / total if total else 1.0
    rate = done / seconds if seconds > 0 else 0.0
    left = duration((total - done) / rate) if rate else "?"
    filled = "#" * int(share * WIDTH)
    return (
        f"{step:<18}[{filled:<{WIDTH}}] {share:4.0%}  {amount(done)} of {amount(total)}  {amount(round(rate))}/s  {left} left"
    )


def progress_callback(show: Callable[[str], None], clock: Callable[[], float], every: float) -> ProgressCallback:
    """A callback that shows the line whenever `every` seconds have gone by, and at the end of a step.

    `clock` tells monotonic seconds.
    """
    current, began, shown = "", 0.0, 0.0

    def report(step: str, done: int, total: int) -> None:
        nonlocal current, began, shown
        now = clock()
        if step != current:
            current, began, shown = step, now, now
        if now - shown >= every or done >= total:
            shown = now
            show(progress_line(step, done, total, now - began))

    return report


def show_on(stream: TextIO) -> Callable[[str], None]:
    """A function that shows progress lines: on a terminal each replaces the one before, until a step is at 100 %."""
    terminal = stream.isatty()

    def show(line: str) -> None:
        ended = not terminal or " 100%" in line
        stream.write(f"{CLEAR_LINE if terminal else ''}{line}{chr(10) if ended else ''}")
        stream.flush()

    return show
