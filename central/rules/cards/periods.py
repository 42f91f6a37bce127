"""Validity of a card: whole days of Paris, and whole months from its first day. Refund of what is left of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from central.rules.cards.products import CardRefund
from firmware.tariff.fps import months_later

RENEWED_AHEAD_MONTHS = 2
"""A card can be renewed so long before its end, and then begins the day after it."""


@dataclass(frozen=True)
class CardPeriod:
    """From an instant until an instant, and the day from which its months are counted."""

    began_on: date
    valid_from: datetime
    valid_until: datetime
    """The midnight after its last day."""


def last_day(began_on: date, months: int) -> date:
    """The last day of a card of so many months: the same day of a later month, as seed 000 shows it."""
    return months_later(began_on, months)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The midnight after a day."""
    return datetime.combine(day + timedelta(days=1), time(0), zone)


def new_period(months: int, now: datetime, zone: ZoneInfo, renewed: datetime | None = None) -> CardPeriod:
    """The period of a card that is paid now: it begins at once or, `renewed`, where the card ends that it follows."""
    starts = max(now, renewed) if renewed else now
    began_on = starts.astimezone(zone).date()
    return CardPeriod(began_on, starts, end_of(last_day(began_on, months), zone))


def may_renew(valid_until: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a card that ends then can be followed by another one now."""
    ends_on = (valid_until.astimezone(zone) - timedelta(microseconds=1)).date()
    return now.astimezone(zone).date() >= months_later(ends_on, -RENEWED_AHEAD_MONTHS)


def months_begun(began_on: date, day: date) -> int:
    """How many months of a card have begun on a day, the one that runs included; 0 before its first day."""
    if day < began_on:
        return 0
    begun = (day.year - began_on.year) * 12 + day.month - began_on.month
    return begun + 1 if months_later(began_on, begun) <= day else begun


def refund_cents(rule: CardRefund | None, months: int, began_on: date, day: date, paid_cents: int) -> int:
    """What is given back of a card that is given up on a day: nothing of a free card, or of one of another length."""
    if rule is None or months != rule.of_months:
        return 0
    left = months - max(rule.due_months, months_begun(began_on, day))
    return max(0, min(left * rule.cents_per_month, rule.most_cents, paid_cents))
