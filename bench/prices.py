"""How fast the tariff answers, and is read."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from statistics import median

from bench.desk import MORNING
from bench.naive import naive_quote
from bench.table import Figure
from firmware.tariff import RateKey, Tariffs, ladder, load_tariffs, quote
from hal.shipped import ROOT

INSTANTS = tuple(MORNING + timedelta(minutes=197 * number) for number in range(60))
"""Eight days: paid hours, nights and a Sunday."""
QUARTERS = 24


def figures() -> tuple[Figure, ...]:
    """Processor time, best of several runs."""
    file = ROOT / "tariffs.json"
    tariffs = load_tariffs(file)
    questions = [(at, zone, quarters) for at, zone, quarters in product(INSTANTS, (1, 2), range(1, QUARTERS + 1))]
    asked = _best(7, lambda: [quote(tariffs, RateKey(zone), at, quarters) for at, zone, quarters in questions])
    ladders = [_best(7, partial(_whole_ladder, tariffs, at)) * 1e6 for at in INSTANTS]
    naive = _best(1, lambda: [naive_quote(at, QUARTERS) for at in INSTANTS]) / len(INSTANTS) * 1e6
    whole = _best(7, lambda: [quote(tariffs, RateKey(1), at, QUARTERS) for at in INSTANTS]) / len(INSTANTS) * 1e6
    loaded = _best(15, lambda: load_tariffs(file))
    when = f"{len(INSTANTS)} instants of eight days, nights and a Sunday among them"
    return (
        Figure(
            "quotes", len(questions) / asked, "quotes/s", f"{when}, both zones, 1 to 24 quarters; best of 7", at_least=20_000
        ),
        Figure("the ladder of 24 quotes, slowest instant", max(ladders), "us", f"{when}; best of 7 for each", at_most=200),
        Figure("the ladder of 24 quotes, median instant", median(ladders), "us", "the same"),
        Figure("six hours, one quote", whole, "us", "the same instants, zone 1"),
        Figure("six hours, the naive way", naive, "us", "minute by minute over the same instants: what the engine is not"),
        Figure("tariffs.json read and checked", loaded * 1e3, "ms", "from the file, every check; best of 15", at_most=20),
    )


def _whole_ladder(tariffs: Tariffs, at: datetime) -> None:
    assert len(ladder(tariffs, RateKey(1), at)) == QUARTERS


def _best(runs: int, measured: Callable[[], object]) -> float:
    """Seconds of the fastest run."""
    times = []
    for _ in range(runs):
        began = time.process_time()
        measured()
        times.append(time.process_time() - began)
    return min(times)
