"""How fast a whole visit, and an hour without one, pass in virtual time."""

from __future__ import annotations

import time

from bench.desk import buy, opened_desk
from bench.table import Figure
from simulator.desk.desk import Desk

VISITS = 25
ROUNDS = 3


def figures() -> tuple[Figure, ...]:
    """Best of three rounds; every visit must have left its ticket, and the city must have every entry."""
    with opened_desk() as desk:
        buy(desk, "AB123CD", ("PLUS",), desk.press)
        wall, processor = (min(times) for times in zip(*(_round(desk, number) for number in range(ROUNDS)), strict=True))
        _check(desk, 1 + VISITS * ROUNDS)
        idle = min(_idle(desk) for _ in range(2))
    what = (
        f"best of {ROUNDS} rounds of {VISITS}: 7 letters, OK, vehicle, OK, 4 times +, OK, card, ticket, thanks; matrix, SPI, "
        "both serial lines with their simulated devices, journal, signature, sync and city, all durable writes"
    )
    return (
        Figure("visits in virtual time", VISITS / wall, "visits/s", what + " (time on the wall)"),
        Figure("a visit in virtual time, compute", processor / VISITS * 1e3, "ms", "the same, processor time"),
        Figure(
            "an idle hour in virtual time, compute", idle, "s", "three pages turning, devices asked, the city told, best of two"
        ),
    )


def _round(desk: Desk, number: int) -> tuple[float, float]:
    """Every plate is new: none continues a stay."""
    wall, processor = time.perf_counter(), time.process_time()
    for plate in range(VISITS):
        buy(desk, f"XY{100 * (number + 1) + plate}ZT", ("PLUS",) * 4, desk.press)
        desk.advance(1.0)
    return time.perf_counter() - wall, time.process_time() - processor


def _idle(desk: Desk) -> float:
    processor = time.process_time()
    desk.advance(3600)
    return time.process_time() - processor


def _check(desk: Desk, visits: int) -> None:
    desk.advance(60)
    assert desk.running
    if len(desk.tickets()) != visits or desk.running.sync.acknowledged != desk.running.journal.head.seq:
        raise RuntimeError(f"{visits} visits left {len(desk.tickets())} tickets, or the city lacks entries")
