"""How fast a whole visit, and hours with few of them, pass in virtual time; and how fast this machine is meanwhile."""

from __future__ import annotations

import time

from bench.desk import buy, opened_desk
from bench.table import Figure
from simulator.desk.desk import Desk
from simulator.glass import GlassMaker, PixelGlass, WordGlass

VISITS = 25
ROUNDS = 3
BETWEEN_SALES = 3.0
"""Hours: Paris's eight sales a day."""
SALES = 3
WIRES = (
    "matrix, both serial lines with their simulated devices, journal, signature, sync and city, all durable writes; "
    "per second of the processor"
)


def figures() -> tuple[Figure, ...]:
    """Best of three rounds; every visit must have left its ticket, and the city must have every entry."""
    pixels, wall, idle = _visits(PixelGlass)
    words, _, _ = _visits(WordGlass)
    what = f"best of {ROUNDS} rounds of {VISITS}: 7 letters, OK, vehicle, OK, 4 times +, OK, card, ticket, thanks; {WIRES}"
    day = f"{SALES} sales, {BETWEEN_SALES:g} hours apart, best of two; words on the glass; a request to the city every minute"
    return (
        Figure("this machine, meanwhile", _anchor() * 1e3, "ms", "100 000 additions and assignments in Python, best of 20"),
        Figure("visits, every pixel on SPI", 1 / pixels, "visits/s", what, at_least=60),
        Figure("visits, words on the glass", 1 / words, "visits/s", "the same but SPI and its pixels", at_least=200),
        Figure("visits in virtual time, on the wall", 1 / wall, "visits/s", "with every pixel, waiting for the disk included"),
        Figure("an idle hour in virtual time, compute", idle, "s", "with every pixel: at rest, devices asked, the city told"),
        Figure("hours of a station at 8 sales a day", _hours(), "hours/s", f"{day}; per second of the processor", at_least=200),
    )


def _visits(glass: GlassMaker) -> tuple[float, float, float]:
    """Seconds of the processor and on the wall that a visit takes, and of the processor that an idle hour does."""
    with opened_desk(glass) as desk:
        buy(desk, "AB123CD", ("PLUS",), desk.press)
        wall, processor = (min(times) for times in zip(*(_round(desk, number) for number in range(ROUNDS)), strict=True))
        _check(desk, 1 + VISITS * ROUNDS)
        desk.advance(300)
        return processor / VISITS, wall / VISITS, min(_passing(desk, 1.0) for _ in range(2))


def _round(desk: Desk, number: int) -> tuple[float, float]:
    """Every plate is new: none continues a stay."""
    wall, processor = time.perf_counter(), time.process_time()
    for plate in range(VISITS):
        buy(desk, f"XY{100 * (number + 1) + plate}ZT", ("PLUS",) * 4, desk.press)
        desk.advance(1.0)
    return time.perf_counter() - wall, time.process_time() - processor


def _hours() -> float:
    """Hours that pass in a second of the processor: those between sales, and the sales."""
    with opened_desk(WordGlass) as desk:
        return BETWEEN_SALES * SALES / min(_day(desk, number) for number in range(2))


def _day(desk: Desk, number: int) -> float:
    processor = time.process_time()
    for sale in range(SALES):
        buy(desk, f"XY{100 * number + sale + 100}ZT", ("PLUS",) * 4, desk.press)
        _passing(desk, BETWEEN_SALES)
    return time.process_time() - processor


def _passing(desk: Desk, hours: float) -> float:
    processor = time.process_time()
    desk.advance(3600 * hours)
    return time.process_time() - processor


def _anchor() -> float:
    return min(_additions() for _ in range(20))


def _additions() -> float:
    processor, total, kept = time.process_time(), 0, dict[int, int]()
    for number in range(100_000):
        total += number * number % 7
        kept[number & 255] = total
    return time.process_time() - processor


def _check(desk: Desk, visits: int) -> None:
    desk.advance(60)
    assert desk.running
    if len(desk.tickets()) != visits or desk.running.sync.acknowledged != desk.running.journal.head.seq:
        raise RuntimeError(f"{visits} visits left {len(desk.tickets())} tickets, or the city lacks entries")
