"""Tariffs ready for pricing: rate tables, zones, regimes, paid hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from firmware.domain.rate_key import RateKey
from firmware.tariff.calendar import Calendar
from firmware.tariff.file import FpsRule, Legal, RegimeSource, Validity, VehicleSource
from firmware.tariff.grid import Grid


@dataclass(frozen=True)
class RateTable:
    """The prices in force from one day on."""

    first_day: date
    last_day: date | None
    """The last day it is in force, None until a newer one follows."""
    sources: tuple[str, ...]
    grids: Mapping[RateKey, Grid]
    name: str
    """What is written in facts and on tickets: its first day, "2021-08-01"."""


@dataclass(frozen=True)
class Tariffs:
    """A whole tariff file, prepared."""

    calendar: Calendar
    rate_tables: tuple[RateTable, ...]
    """Oldest first, without gap or overlap."""
    zones: Mapping[int, tuple[int, ...]]
    """Tariff zone -> its arrondissements."""
    woods: Mapping[str, int]
    """The two woods -> their tariff zone."""
    vehicles: Mapping[str, VehicleSource]
    """In the order of the file: the ordinary car first."""
    regimes: Mapping[str, RegimeSource]
    fps_rules: tuple[FpsRule, ...]
    """Oldest first, without gap or overlap."""
    start_step_minutes: int
    """A paid period starts at a multiple of this."""
    continuation_minutes: int
    """A purchase continues a stay that ended at most so many paid minutes ago."""
    legal: Legal

    def zone_of(self, arrondissement: int) -> int | None:
        """The tariff zone an arrondissement (1–20) is in."""
        return next((zone for zone, parts in self.zones.items() if arrondissement in parts), None)

    def version_at(self, at: datetime) -> RateTable | None:
        """The rate table in force at `at`, by the local date; None before the first one."""
        day = self.day(at)
        return next((table for table in reversed(self.rate_tables) if table.first_day <= day), None)

    def fps_rule_at(self, at: datetime) -> FpsRule | None:
        """What becomes of a post-parking charge issued at `at`; None before they existed."""
        day = self.day(at)
        return next((rule for rule in reversed(self.fps_rules) if holds(rule.validity, day)), None)

    def day(self, at: datetime) -> date:
        """The local date."""
        return at.astimezone(self.calendar.zone).date()

    def start(self, at: datetime) -> datetime:
        """When the paid period of a purchase made at `at` starts: the next whole minute, or the next opening if that is later.

        A purchase exactly on a whole minute starts there and then.
        """
        return self.calendar.first_paid(self.next_minute(at))

    def next_minute(self, at: datetime) -> datetime:
        """The first multiple of the start step at or after `at`, in UTC."""
        instant = at.astimezone(UTC)
        past = timedelta(
            minutes=instant.minute % self.start_step_minutes, seconds=instant.second, microseconds=instant.microsecond
        )
        return instant - past + timedelta(minutes=self.start_step_minutes) if past else instant


def holds(validity: Validity, day: date) -> bool:
    """Whether something is in force on a day."""
    return validity.first_day <= day and (validity.last_day is None or day <= validity.last_day)
