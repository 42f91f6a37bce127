"""From a key to the bytes of a frame at a machine with a front panel: what its scan, its line and the station take together."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from bench.desk import MORNING, scratch
from bench.table import Figure
from hal.shipped import BOARDS
from simulator.desk.desk import Desk
from simulator.setting import demonstration, with_wiring

PLATES = ("AB123CD", "XY987ZT", "BC234DE", "CD345EF")
STEP = 0.001
"""Virtual seconds between two looks at the display's line."""
LONGEST = 0.2


@dataclass(frozen=True)
class _Press:
    """One key that changed the picture: milliseconds of virtual time from the contact, and of the processor."""

    virtual: float
    computed: float


def figures() -> tuple[Figure, ...]:
    """Latency of every letter of some plates, through the firmware and the line."""
    presses = [press for plate in PLATES for press in _typed(plate)]
    virtual, computed = sorted(each.virtual for each in presses), sorted(each.computed for each in presses)
    what = (
        f"{len(presses)} keys of {len(PLATES)} plates, from the contact to the first byte of the picture, in virtual time: "
        "three scans, a turn of the panel's firmware, its frame at 115200 baud; the station itself takes none of it"
    )
    return (
        Figure("panel, key press to frame, p50", median(virtual), "ms", what),
        Figure("panel, key press to frame, slowest", virtual[-1], "ms", "the same keys", at_most=25.0),
        Figure("panel, key press to frame, compute, p50", median(computed), "ms", "both ends, the interpreter's process apart"),
    )


def _typed(plate: str) -> Iterator[_Press]:
    with scratch() as folder:
        setting = with_wiring(demonstration(folder, MORNING), BOARDS / "paris-v2.toml")
        with contextlib.closing(Desk(setting)) as desk:
            desk.advance(3.0)
            for key in plate:
                yield _pressed(desk, key)
                desk.advance(0.3)


def _pressed(desk: Desk, key: str) -> _Press:
    """Press, and look each millisecond whether the picture is on its way."""
    desk.advance(0.0)
    seen, start, processor = desk.trace.after()[-1].number, desk.time.now, time.process_time()
    desk.cabinet.press(key)
    while desk.time.now < start + LONGEST:
        desk.advance(STEP)
        if sent := [each for each in desk.trace.after(seen) if each.line == "display"]:
            return _Press((sent[0].instant - start) * 1e3, (time.process_time() - processor) * 1e3)
    raise RuntimeError(f"{key} changed no picture")
