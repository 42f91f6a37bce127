"""How far a card is, in one line. Knows no clock: the time is given."""

from __future__ import annotations

from collections.abc import Callable

from workshop.flash.image import ProgressCallback
from workshop.flash.refusals import amount

WIDTH = 24


def bar(what: str, done: int, total: int, seconds: float) -> str:
    """`writing  [######      ]  25 %  400 MB of 1.6 GB  21.0 MB/s  1:00 left`."""
    share = done / total if total else 1.0
    rate = done / seconds if seconds > 0 else 0.0
    left = duration((total - done) / rate) if rate else "?"
    filled = "#" * int(share * WIDTH)
    return (
        f"{what:<18}[{filled:<{WIDTH}}] {share:4.0%}  {amount(done)} of {amount(total)}  {amount(round(rate))}/s  {left} left"
    )


def duration(seconds: float) -> str:
    """`2:05`, minutes and seconds."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def progress(show: Callable[[str], None], clock: Callable[[], float], every: float) -> ProgressCallback:
    """Shows the bar whenever `every` seconds have gone by, and when a step ends. `clock` tells monotonic seconds."""
    step, began, shown = "", 0.0, 0.0

    def tell(what: str, done: int, total: int) -> None:
        nonlocal step, began, shown
        now = clock()
        if what != step:
            step, began, shown = what, now, now
        if now - shown >= every or done >= total:
            shown = now
            show(bar(what, done, total, now - began))

    return tell
