"""From a key to the bytes of a frame: how long the station computes, and how much travels."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from statistics import median

from bench.desk import MORNING, buy, opened_desk, screen
from bench.table import Figure
from hal.drivers.display import REPAIR_EVERY, nibbles
from hal.drivers.keypad import SCAN
from hal.time_zone import PARIS
from simulator.desk.desk import Desk

ROUNDS = 2
PI_ZERO = "a Pi Zero 2 is ten times slower: 25 ms there, and 8 for the bytes of a whole picture; a person notices 100"
WHOLE_PICTURE = 8192
"""Bytes of a whole picture; more than that is one sent whole for the panel's sake (hal/drivers/display.py)."""
UP = ("MINUS", "MINUS", "MINUS", *("PLUS",) * 23)
"""From one hour down to a quarter, then up to the six hours."""
ABOUT = ("LANG", "INFO", "INFO", "2", "MAX", "MINUS", "LANG", "LANG")
EVENING, SATURDAY = datetime(2026, 3, 4, 18, 7, tzinfo=PARIS), datetime(2018, 9, 1, 18, 7, tzinfo=PARIS)
"""Stays that leap over a night, over a Sunday."""
VISITS = (
    *((f"AB{123 + number}CD", UP, MORNING + timedelta(minutes=17 * number)) for number in range(8)),
    *((plate, ABOUT, MORNING) for plate in ("XY987ZT", "1234AA75", "WW123MM", "GB12KLM", "AB1230D")),
    ("XY123ZT", UP, EVENING),
    ("XY124ZT", UP, SATURDAY),
)
"""Every plate is new at its time: none continues a stay."""


@dataclass(frozen=True)
class _Frame:
    """One key that changed the picture."""

    key: str
    before: str
    after: str
    late: bool
    """In one of the visits whose stay leaps over closed hours."""
    computed: float
    waited: float
    """Milliseconds: of the processor; and of the clock on the wall, with the disk."""
    size: int
    changed: int
    """Bytes on the wire; and those of the panel's cells, four pixels each, that hold something else than before."""


def figures() -> tuple[Figure, ...]:
    """Time of every key, size of the two kinds that matter most."""
    rounds = [_round() for _ in range(ROUNDS)]
    return *_times(rounds), *_sizes([frame for frame in rounds[0] if frame.size <= WHOLE_PICTURE])


def _round() -> list[_Frame]:
    with opened_desk() as desk:
        return list(_visited(desk))


def _visited(desk: Desk) -> Iterator[_Frame]:
    for plate, choice, at in VISITS:
        desk.set_clock(at)
        desk.advance(7.0)
        frames: list[_Frame] = []
        buy(desk, plate, choice, partial(_press, desk, frames, at in (EVENING, SATURDAY)))
        yield from frames


def _press(desk: Desk, frames: list[_Frame], late: bool, key: str) -> None:
    """Press, and look between two scans of the matrix which of them brought a frame: the one that believed the key."""
    before, seen = screen(desk), desk.trace.after()[-1].number
    away = desk.cabinet.press(key)
    desk.advance(SCAN / 2)
    shown = nibbles(desk.cabinet.panel.picture())
    for _ in range(3):
        wall, processor = time.perf_counter(), time.process_time()
        desk.advance(SCAN)
        computed, waited = time.process_time() - processor, time.perf_counter() - wall
        sent = [transfer for transfer in desk.trace.after(seen) if transfer.line == "display"]
        if sent:
            seen, size = sent[-1].number, sum(len(transfer.data) for transfer in sent)
            lit = nibbles(desk.cabinet.panel.picture())
            changed = 2 * sum(shown[cell : cell + 2] != lit[cell : cell + 2] for cell in range(0, len(lit), 2))
            frames.append(_Frame(key, before, screen(desk), late, computed * 1e3, waited * 1e3, size, changed))
            shown = lit
    desk.time.run_until(away)


def _times(rounds: list[list[_Frame]]) -> tuple[Figure, ...]:
    computed = [sorted(frame.computed for frame in frames) for frames in rounds]
    waited = [sorted(frame.waited for frame in frames) for frames in rounds]
    worst = max(rounds[0], key=lambda frame: frame.computed)
    what = (
        f"{len(rounds[0])} keys that changed the picture, in {len(VISITS)} visits; best of {ROUNDS} rounds. Processor time of "
        "the scan that believes the key, machine, tariff, journal, view, drawing, difference, luma, and of the simulated pins "
        "and panel that take the bytes"
    )
    return (
        Figure("key press to frame, compute, p50", min(map(median, computed)), "ms", what),
        Figure("key press to frame, compute, p99", min(map(_p99, computed)), "ms", f"the same keys; {PI_ZERO}", at_most=2.5),
        Figure("key press to frame, wall, p99", min(map(_p99, waited)), "ms", "the same keys, waiting for the disk included"),
        Figure(
            "key press to frame, compute, slowest",
            worst.computed,
            "ms",
            f"{worst.key}, from {worst.before!r} to {worst.after!r}, in the first round: the first ticket loads python-escpos",
        ),
    )


def _p99(times: list[float]) -> float:
    return times[len(times) * 99 // 100]


def _sizes(frames: list[_Frame]) -> tuple[Figure, ...]:
    letters = [frame.size for frame in frames if len(frame.key) == 1 and frame.before == frame.after == "plate"]
    first = [frame.size for frame in frames if frame.before == "idle" and frame.after == "plate"]
    steps = [frame for frame in frames if frame.key == "PLUS" and frame.after == "duration"]
    moved = "the same steps; the most is where the end moves to another day: its name and date make the large line smaller"
    return (
        Figure(
            "SPI, a typed letter, most",
            max(letters),
            "bytes",
            f"{len(letters)} letters and digits after the first; not the picture in {REPAIR_EVERY} that is sent whole",
            at_most=2048,
        ),
        *_steps(
            "the + key", [frame for frame in steps if not frame.late], "steps of the ladder in paid hours", "the same steps"
        ),
        *_steps("the + key, stay over a night", [frame for frame in steps if frame.late], "steps from 18:07, two days", moved),
        Figure(
            "SPI, the first letter, most",
            max(first),
            "bytes",
            "the whole screen changes, from idle to plate; a key that changes the chapter is no typed letter",
        ),
    )


def _steps(name: str, steps: list[_Frame], what: str, most: str) -> tuple[Figure, ...]:
    """What is sent for one more quarter, and what of it the pictures ask for."""
    sizes = [frame.size for frame in steps]
    return (
        Figure(f"SPI, {name}, median", median(sizes), "bytes", f"{len(sizes)} {what}"),
        Figure(f"SPI, {name}, most", max(sizes), "bytes", most, at_most=2048),
        Figure(
            f"SPI, {name}, least",
            max(frame.changed for frame in steps),
            "bytes",
            "the changed cells, two bytes each, of the picture that has most: no windows send less, and commands come on top",
        ),
    )
