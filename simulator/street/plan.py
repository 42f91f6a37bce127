"""Plan of a street: how many stations, how long, which seed, which habits and faults. Checks that each is known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from firmware.domain.errors import FieldError
from firmware.domain.site import StreetKind
from hal.time_zone import PARIS
from simulator.setting import AT_A_DESK
from simulator.street.habits import HABITS
from simulator.street.troubles import LEVELS, names_near

FIRST_DAY, DAYS = date(2026, 2, 2), 200
"""A seed names one of these days too: there are Sundays and holidays among them, and the clocks change."""
MOST_STATIONS, MOST_VISITS = 5_000, 10**9
SECTORS = (("11D", 1), ("11B", 1), ("16G", 2), ("3B", 1))
"""Where stations stand, in turn, with the tariff zone."""
BEGINS = (time(9), time(12))
"""When streets begin that do not last a day, by the seed."""
ROTATIVE = 3
"""One station of so many stands in a street where everybody is a visitor."""
RUSH = (1, 1, 1, 1, 1, 1, 2, 4, 9, 14, 13, 11, 12, 13, 11, 10, 11, 13, 12, 8, 4, 3, 2, 1)
"""How many motorists come in each hour of the day, by comparison."""


@dataclass(frozen=True)
class StreetPlan:
    """Everything a run of a street hangs on: the same plan gives the same run."""

    seed: int
    stations: int = 100
    hours: float = 24.0
    faults: str = "light"
    """One of LEVELS."""
    per_day: float = 8.0
    """Motorists a station and day."""
    habits: tuple[str, ...] = ()
    """Only these; all, if empty."""
    only: frozenset[str] = frozenset()
    """Only these devices or faults; all, if empty."""
    visits: int | None = None
    """The street ends after so many."""

    def __post_init__(self) -> None:
        """Raises FieldError naming the member and what is accepted."""
        _among("faults", self.faults, LEVELS)
        for habit in self.habits:
            _among("habit", habit, HABITS)
        for fault in self.only:
            _among("fault or device", fault, names_near(fault))
        _within("seed", self.seed, 0, 2**63 - 1)
        _within("stations", self.stations, 1, MOST_STATIONS)
        _within("hours", self.hours, 0.1, 24 * 366)
        _within("visits of a day", self.per_day, 0.1, 5000)
        if self.visits is not None:
            _within("visits", self.visits, 1, MOST_VISITS)

    @property
    def begins(self) -> datetime:
        """A day that the seed names: at midnight, or at one of BEGINS for a street that does not last a day."""
        day = FIRST_DAY + timedelta(days=self.seed % DAYS)
        return datetime.combine(day, time() if self.hours >= 24 else BEGINS[self.seed % len(BEGINS)], PARIS)

    def place(self, number: int) -> StreetPlace:
        """Where a station of the street stands, and what its terminal speaks; `number` counts from 0."""
        sector, zone = SECTORS[number % len(SECTORS)]
        protocols = tuple(AT_A_DESK)
        street: StreetKind = "rotative" if (number + self.seed) % ROTATIVE == 0 else "mixed"
        return StreetPlace(number, sector, zone, protocols[number % len(protocols)], street)


@dataclass(frozen=True)
class StreetPlace:
    """Where one station stands."""

    number: int
    sector: str
    zone: int
    protocol: str
    street: StreetKind = "mixed"


def _among(what: str, name: str, accepted: Collection[str]) -> None:
    if name not in accepted:
        raise FieldError(what, f"no {what} {name!r}: one of {', '.join(accepted)}")


def _within(what: str, number: float, least: float, most: float) -> None:
    if not least <= number <= most:
        raise FieldError(what, f"{what} {number}: not among {least} to {most}")
