"""The schema of `tariffs.json` (format 2).

The words are those of APDS (the parking industry's data standard) where it has one: a *rate table* has a *validity* and
*rate line collections*; each of these has a *max time* and *rate lines*; an *exception period* is free; the *rate transition*
says what happens to a stay that straddles two tables. Prices are whole cents, days are local days, times are local times.

A regime is data: the unit it is sold by, the clock its time runs on, the rights it asks for and the places it is good for.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from msgspec import Meta

from firmware.domain.decoding import StrictStruct
from firmware.domain.errors import FileError
from firmware.domain.sector import ARRONDISSEMENTS
from firmware.domain.site import StreetKind

TimeUnit = Literal["quarter", "hour", "day"]
ClockKind = Literal["paid_minutes", "payable_days", "plain_hours"]
"""How a regime's time runs: see `clocks.py`."""
Energy = Literal["combustion", "hybrid", "plug_in_hybrid", "electric"]
Cents = Annotated[int, Meta(ge=0, le=1_000_000)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Count = Annotated[int, Meta(ge=1, le=1000)]
LocalTime = Annotated[time, Meta(tz=False)]
RequiredText = Annotated[str, Meta(min_length=1)]


class TariffError(FileError):
    """A tariff file cannot be used: correct it, or restore the last good one."""


class Decisions(StrictStruct, frozen=True):
    """What no source settles and the city decides."""

    start_step_minutes: Annotated[int, Meta(ge=1, le=60)]
    """A paid period starts at the next multiple of this."""
    rounding: Literal["cumulated_half_up"] | None
    """What becomes of fractions of a cent; None where prices must not have any."""
    stay_continuation_minutes: Annotated[int, Meta(ge=0, le=600)]
    """A purchase continues a stay that is running, or that ended at most so many paid minutes ago."""
    rate_transition: Literal["version_at_start"]
    """A stay that straddles two rate tables is priced by the one in force when its paid period starts. A file that
    wants another rule is refused: this one is built in (`quotes.py`)."""


class Zone(StrictStruct, frozen=True):
    """A tariff zone and what belongs to it."""

    zone: Annotated[int, Meta(ge=1)]
    arrondissements: tuple[Annotated[int, Meta(ge=ARRONDISSEMENTS[0], le=ARRONDISSEMENTS[-1])], ...]
    woods: tuple[RequiredText, ...]


class PaidHours(StrictStruct, frozen=True):
    """When parking is paid in an ordinary week."""

    opens: LocalTime
    closes: LocalTime
    weekdays: Annotated[tuple[Annotated[int, Meta(ge=1, le=7)], ...], Meta(min_length=1)]
    """ISO: Monday is 1."""


class MassLimit(StrictStruct, frozen=True):
    """Above it, a vehicle of one of these energies is of the class."""

    energies: Annotated[tuple[Energy, ...], Meta(min_length=1)]
    kilograms: Annotated[int, Meta(ge=1)]


class MassRule(StrictStruct, frozen=True):
    """What makes a vehicle of a class by its mass in service."""

    field: Literal["G", "G.1"]
    """Of the registration certificate."""
    comparison: Literal[">", ">="]
    limits: Annotated[tuple[MassLimit, ...], Meta(min_length=1)]
    source: RequiredText


class VehicleSource(StrictStruct, frozen=True):
    """A vehicle class."""

    vehicle: RequiredText
    name: RequiredText
    """French, for people."""
    unpriced: Literal["free", "unknown"]
    """What a rate table without it means: it parks free, or there is no such class."""
    mass: MassRule | None = None


class RegimeSource(StrictStruct, frozen=True):
    """Who may park by which rules, and where."""

    regime: RequiredText
    name: RequiredText
    """French, for people."""
    unit: TimeUnit
    clock: ClockKind
    rights: tuple[RequiredText, ...]
    """What a plate must hold, all of it; empty for everybody."""
    streets: Annotated[tuple[StreetKind, ...], Meta(min_length=1)]
    places: Literal["everywhere", "own_sectors"]
    sources: Annotated[tuple[RequiredText, ...], Meta(min_length=1)]


class RateLine(StrictStruct, frozen=True):
    """The price of some successive units together; each of them costs an equal part of it."""

    units: Count
    cents: Cents
    moves_end: bool = True
    """False for the resident's seventh day, which is the free Sunday and buys no further payable day."""


class RateLineCollection(StrictStruct, frozen=True):
    """The progressive grid of one regime, for these vehicle classes and zones."""

    regime: RequiredText
    vehicles: Annotated[tuple[RequiredText, ...], Meta(min_length=1)]
    zones: Annotated[tuple[int, ...], Meta(min_length=1)]
    max_time: Count
    """The maximum stay, in units of the regime."""
    rate_lines: Annotated[tuple[RateLine, ...], Meta(min_length=1)]
    lengths: tuple[Count, ...] = ()
    """The numbers of units that are sold together, each greater than the one before; empty: every one up to `max_time`."""
    fps_cents: Cents | None = None
    """The post-parking charge: the price of the maximum stay of a visitor."""
    note: RequiredText | None = None
    """French: what a motorist should know that the price does not say."""


class Validity(StrictStruct, frozen=True):
    """The days something is in force, both included; `last_day` is null until something newer follows."""

    first_day: date
    last_day: date | None


class RateTableSource(StrictStruct, frozen=True):
    """The prices of one deliberation."""

    validity: Validity
    sources: Annotated[tuple[RequiredText, ...], Meta(min_length=1)]
    rate_line_collections: Annotated[tuple[RateLineCollection, ...], Meta(min_length=1)]


class FromIssue(StrictStruct, frozen=True, tag_field="from", tag="issue"):
    """So many hours from the instant the agent issues the charge."""

    hours: Count


class FromSending(StrictStruct, frozen=True, tag_field="from", tag="sending"):
    """Until the end of so many days after the date of sending."""

    days: Count


class FpsRule(StrictStruct, frozen=True):
    """What becomes of a post-parking charge issued while this is in force."""

    validity: Validity
    sources: Annotated[tuple[RequiredText, ...], Meta(min_length=1)]
    reduction_percent: Percent
    reduced_window: FromIssue | FromSending
    notification_days: Count
    """After the sending date."""
    payable_months: Count
    """After the notification."""
    appeal_months: Count
    """After the notification."""
    increase_percent: Percent
    increase_minimum_cents: Cents
    rebate_percent: Percent
    """Off the increased charge, if it is paid within `rebate_months` of the sending of its warning; the increase at most."""
    rebate_months: Count


class LegalStatement(StrictStruct, frozen=True):
    """A sentence the law wants said, by language ("fr" and "en" are always there)."""

    source: RequiredText
    text: dict[str, RequiredText]


class Legal(StrictStruct, frozen=True):
    """What the law wants on the machine and on the ticket. It all speaks of the FPS: it has no place where there is none."""

    fee: LegalStatement
    """Shown before payment: the fee is paid at once, or by an FPS (CGCT R.2333-120-1)."""
    reminder: LegalStatement
    """On the receipt: the FPS is due if the payment is insufficient (CGCT R.2333-120-3)."""
    placing: LegalStatement
    """On a printed receipt: where to place it (CGCT R.2333-120-3)."""


class FreeDay(StrictStruct, frozen=True):
    """A day on which nothing is due, and why."""

    date: date
    name: RequiredText


class ExceptionPeriod(StrictStruct, frozen=True):
    """Days the city declared free (pollution peaks), both included."""

    first_day: date
    last_day: date
    name: RequiredText


class CalendarYears(StrictStruct, frozen=True):
    """Every public holiday from `first_day` to `last_day`, and the exception periods."""

    first_day: date
    last_day: date
    exception_periods: tuple[ExceptionPeriod, ...]
    holidays: tuple[FreeDay, ...]


class TariffFile(StrictStruct, frozen=True):
    """The whole file."""

    format: Literal[2]
    currency: Literal["EUR"]
    time_zone: str
    decisions: Decisions
    zones: Annotated[tuple[Zone, ...], Meta(min_length=1)]
    paid_hours: PaidHours
    vehicles: Annotated[tuple[VehicleSource, ...], Meta(min_length=1)]
    regimes: Annotated[tuple[RegimeSource, ...], Meta(min_length=1)]
    rate_tables: Annotated[tuple[RateTableSource, ...], Meta(min_length=1)]
    fps_rules: Annotated[tuple[FpsRule, ...], Meta(min_length=1)]
    legal: Legal
    calendar: CalendarYears
