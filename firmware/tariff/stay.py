"""Stays: successive purchases of one plate in one zone that share one grid and one maximum.

stay = stay_at(tariffs, stay, now)      # the one a purchase made now would continue, or a new one
offer = quote(tariffs, RateKey(zone=1), now, units=4, stay=stay)
stay = stay.after(offer)                # once it is sold
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from firmware.tariff.offer import Quote
from firmware.tariff.tariffs import Tariffs


class Stay(Struct, frozen=True):
    """What a plate has bought in a zone, under one regime."""

    reached: int = 0
    """Units bought, in the regime's unit."""
    end: datetime | None = None
    """Paid until; None before the first purchase."""
    begun: datetime | None = None
    """The first paid minute of the first purchase: its tariff version prices the whole stay."""

    def after(self, quote: Quote) -> Stay:
        """The stay once `quote`, which continues it, is sold."""
        return Stay(self.reached + quote.units, quote.end, self.begun or quote.start)


NEW_STAY = Stay()
"""Nothing bought yet."""


def stay_at(tariffs: Tariffs, stay: Stay, at: datetime) -> Stay:
    """The stay a purchase made at `at` belongs to: the one given, if it still continues, or a new one."""
    return stay if stay.end is not None and continues(tariffs, stay.end, at) else NEW_STAY


def continues(tariffs: Tariffs, previous_end: datetime, at: datetime) -> bool:
    """Whether a purchase at `at` continues a stay paid until `previous_end`: still running, or over only just."""
    gap = tariffs.calendar.paid_time(previous_end, tariffs.start(at))
    return gap <= timedelta(minutes=tariffs.continuation_minutes)


def again_at(tariffs: Tariffs, stay: Stay, now: datetime) -> datetime:
    """When parking can be bought again by a stay that has reached its maximum; `now` if that is past."""
    if stay.end is None or not continues(tariffs, stay.end, now):
        return now
    return tariffs.calendar.advance(stay.end, tariffs.continuation_minutes + 1)
