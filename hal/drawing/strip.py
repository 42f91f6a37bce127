"""Strip of hours: what is free, paid and to pay, as a bar with labels under it."""

from __future__ import annotations

from hal.drawing.sheet import BRIGHT, DIM, FAINT, Sheet, width
from hal.ports import Stretch, Strip
from hal.ports.display import STRIP

BAR = 5
"""Rows of the bar."""
LABEL = 15
"""Type size of a label: a second line's."""


def draw_strip(sheet: Sheet, strip: Strip, top: int) -> None:
    """Hours paid for are a bright bar, hours to pay a faint one, free ones a line; labels stand under their instant."""
    minutes = max(sum(length for _, length in strip.stretches), 1)
    at = 0
    for what, length in strip.stretches:
        left, right = (sheet.edge * at // minutes, sheet.edge * (at + length) // minutes)
        high, grey = {Stretch.FREE: (1, DIM), Stretch.OPEN: (BAR, FAINT), Stretch.BOUGHT: (BAR, BRIGHT)}[what]
        sheet.bar(left, top + BAR - high, right - left, high, grey)
        at += length
    _labels(sheet, [(sheet.edge * minute // minutes, text) for minute, text in strip.ticks], top)


def _labels(sheet: Sheet, ticks: list[tuple[int, str]], top: int) -> None:
    """A label that would touch an earlier one is left out; its tick is not."""
    taken: list[tuple[int, int]] = []
    for column, text in ticks:
        sheet.bar(min(column, sheet.edge - 1), top, 1, BAR, BRIGHT)
        wide = width(text, LABEL)
        left = min(max(column - wide // 2, 0), sheet.edge - wide)
        if all(left + wide + 3 <= start or end + 3 <= left for start, end in taken):
            taken.append((left, left + wide))
            sheet.write(text, (left, left + wide), top + STRIP - 1, LABEL, DIM)
