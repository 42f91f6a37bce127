"""Scales of the benchmark: how many stations, rights and requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STATIONS = 3700
"""Pay stations of Paris, about."""
HEARTBEATS = 62
"""Batches a second that those stations send when nobody buys anything: one a minute each."""


@dataclass(frozen=True)
class BenchScale:
    """What is measured. The least of it is what a test can wait for, the whole what the figures are told of."""

    stations: int = STATIONS
    clients: int = 4
    """Processes that post, one connection each."""
    batches: Mapping[int, int] = field(default_factory=lambda: {1: 14_800, 10: 7_400, 100: 3_700})
    """How many are posted, by how many entries are in one."""
    rights: tuple[int, ...] = (1_000_000, 10_000_000)
    """In the register while plates are checked."""
    holdings: int = 100_000
    checks: int = 3000
    """Of each kind."""
    day: int = 130
    """Entries a station writes on a typical day: 40 sales of three entries, and what its devices suffer from."""
    sellers: int = 40
    """Stations that sell while somebody looks when it can be seen."""
    sales: int = 5
    """Of each of them."""
    pause: float = 4.0
    """Seconds from one sale of a station to the next, on average."""


WHOLE = BenchScale()
QUICK = BenchScale(
    stations=40,
    clients=2,
    batches={1: 40, 10: 40, 100: 40},
    rights=(2000,),
    holdings=200,
    checks=20,
    day=26,
    sellers=2,
    sales=1,
    pause=0.5,
)
