"""The shape of `tariffs.json`, and what is wrong with a file that does not have it. Knows no clock, no wire, no disk.

The words are those of APDS (the parking industry's data standard) where it has one: a *rate table* has a *validity* and
*rate line collections*, one for each regime, vehicle class and zone; each has a *max time* and *rate lines*. Prices are whole
cents, days are local days, times are local times.

To grow: a new class or regime is a new word in `Vehicle` or `Regime`; a new way of pricing is a new struct beside
`RateLineCollection`.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from msgspec import Meta, Struct

Regime = Literal["visitor"]
Vehicle = Literal["car"]
Cents = Annotated[int, Meta(ge=0, le=1_000_000)]
LocalTime = Annotated[time, Meta(tz=False)]
Text = Annotated[str, Meta(min_length=1)]


class TariffError(Exception):
    """A tariff file that cannot be used. The fault is the file's: correct it, or restore the last good one."""

    def __init__(self, file: str, where: str, reason: str) -> None:
        super().__init__(f"{file}: {where}: {reason}" if where else f"{file}: {reason}")
        self.file = file
        self.where = where
        """The path inside the file, such as `$.rate_tables[1].validity`; empty if it is not even JSON."""
        self.reason = reason


class _Strict(Struct, frozen=True, forbid_unknown_fields=True):
    """A misspelt key must not silently become a default."""


class Decisions(_Strict, frozen=True):
    """What no source settles and the city decides."""

    start_step_minutes: Annotated[int, Meta(ge=1, le=60)]
    """A paid period starts at the next multiple of this."""
    rounding: Literal["cumulated_half_up"] | None
    """What becomes of fractions of a cent; None where prices must not have any."""


class Zone(_Strict, frozen=True):
    """A tariff zone and what belongs to it."""

    zone: Annotated[int, Meta(ge=1)]
    arrondissements: tuple[Annotated[int, Meta(ge=1, le=20)], ...]
    woods: tuple[Text, ...]


class PaidHours(_Strict, frozen=True):
    """When parking is paid in an ordinary week."""

    opens: LocalTime
    closes: LocalTime
    weekdays: Annotated[tuple[Annotated[int, Meta(ge=1, le=7)], ...], Meta(min_length=1)]
    """ISO: Monday is 1."""


class RateLine(_Strict, frozen=True):
    """The price of one successive hour of a stay."""

    hour: int
    cents: Cents


class RateLineCollection(_Strict, frozen=True):
    """The progressive grid of one regime, vehicle class and zone."""

    regime: Regime
    vehicle: Vehicle
    zone: int
    unit_minutes: Annotated[int, Meta(ge=1, le=60)]
    """The indivisible step: a started one is due."""
    max_time_minutes: Annotated[int, Meta(ge=60)]
    fps_cents: Cents | None
    rate_lines: Annotated[tuple[RateLine, ...], Meta(min_length=1)]


class Validity(_Strict, frozen=True):
    """The days a rate table is in force, both included; `last_day` is null until a newer table follows."""

    first_day: date
    last_day: date | None


class RateTable(_Strict, frozen=True):
    """The prices of one deliberation."""

    validity: Validity
    sources: Annotated[tuple[Text, ...], Meta(min_length=1)]
    rate_line_collections: Annotated[tuple[RateLineCollection, ...], Meta(min_length=1)]


class Statement(_Strict, frozen=True):
    """A sentence the law wants said, by language."""

    source: Text
    text: dict[str, Text]


class Legal(_Strict, frozen=True):
    """What the machine and the receipt must say."""

    fee: Statement
    reminder: Statement
    placing: Statement


class FreeDay(_Strict, frozen=True):
    """A day on which nothing is due, and why."""

    date: date
    name: Text


class CalendarYears(_Strict, frozen=True):
    """Every public holiday from `first_day` to `last_day`, and the days the city declared free (pollution peaks)."""

    first_day: date
    last_day: date
    exceptional_free_days: tuple[FreeDay, ...]
    holidays: tuple[FreeDay, ...]


class TariffFile(_Strict, frozen=True):
    """The whole file."""

    format: Literal[1]
    currency: Literal["EUR"]
    time_zone: str
    decisions: Decisions
    zones: Annotated[tuple[Zone, ...], Meta(min_length=1)]
    paid_hours: PaidHours
    rate_tables: Annotated[tuple[RateTable, ...], Meta(min_length=1)]
    legal: Legal
    calendar: CalendarYears
