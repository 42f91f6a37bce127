"""What `tariffs.json` says, ready to use: rate tables, zones, paid hours, legal texts. Knows no clock, no wire, no disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from firmware.tariff.calendar import Calendar
from firmware.tariff.grid import Grid


@dataclass(frozen=True)
class Statement:
    """A sentence the law wants said, by language ("fr" and "en" are always there)."""

    source: str
    text: Mapping[str, str]


@dataclass(frozen=True)
class Legal:
    """What the law wants on the machine and on the ticket. It all speaks of the FPS: it has no place where there is none."""

    fee: Statement
    """Shown before payment: the fee is paid at once, or by an FPS (CGCT R.2333-120-1)."""
    reminder: Statement
    """On the receipt: the FPS is due if the payment is insufficient (CGCT R.2333-120-3)."""
    placing: Statement
    """On a printed receipt: where to place it (CGCT R.2333-120-3)."""


@dataclass(frozen=True)
class RateTable:
    """The prices in force from one day on."""

    first_day: date
    last_day: date | None
    """The last day it is in force, None until a newer one follows."""
    sources: tuple[str, ...]
    grids: Mapping[tuple[str, str, int], Grid]
    """By regime, vehicle class and zone."""

    @property
    def name(self) -> str:
        """What is written in facts and on tickets: its first day, "2021-08-01"."""
        return self.first_day.isoformat()

    @property
    def maximum_quarters(self) -> int:
        """The maximum stay of a visitor's car."""
        return max(grid.maximum_units for (regime, _, _), grid in self.grids.items() if regime == "visitor")


@dataclass(frozen=True)
class Tariffs:
    """The whole file."""

    calendar: Calendar
    rate_tables: tuple[RateTable, ...]
    """Oldest first, without gap or overlap."""
    zones: Mapping[int, tuple[int, ...]]
    """Tariff zone -> its arrondissements."""
    start_step_minutes: int
    """A paid period starts at a multiple of this."""
    legal: Legal

    def zone_of(self, arrondissement: int) -> int | None:
        """The tariff zone an arrondissement (1–20) is in."""
        return next((zone for zone, parts in self.zones.items() if arrondissement in parts), None)

    def version_at(self, at: datetime) -> RateTable | None:
        """The rate table in force at `at`, by the local date; None before the first one."""
        day = at.astimezone(self.calendar.zone).date()
        return next((table for table in reversed(self.rate_tables) if table.first_day <= day), None)

    def start(self, at: datetime) -> datetime:
        """When the paid period of a purchase made at `at` starts: the next whole minute, or the next opening if that is later.

        A purchase exactly on a whole minute starts there and then.
        """
        instant = at.astimezone(UTC)
        past = timedelta(
            minutes=instant.minute % self.start_step_minutes, seconds=instant.second, microseconds=instant.microsecond
        )
        return self.calendar.first_paid(instant if not past else instant - past + timedelta(minutes=self.start_step_minutes))
