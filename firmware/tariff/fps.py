"""The post-parking charge (FPS): amounts and deadlines, one function for each rule.

"2017 DVD 14-2°" is the deliberation of the Paris council in force since 2018; CGCT is the code of local authorities. The
numbers of the rules are data of `tariffs.json`, by the date of issue. Fractions of a cent are rounded half up.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from firmware.domain.rate_key import RateKey
from firmware.tariff.clocks import end
from firmware.tariff.file import FpsRule, FromIssue
from firmware.tariff.grid import Grid
from firmware.tariff.offer import NotSold, Refusal
from firmware.tariff.quotes import grid_at, unlisted
from firmware.tariff.tariffs import Tariffs

LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True)
class Control:
    """A parking control: when and where an agent checks a vehicle."""

    zone: int
    """Tariff zone, 1 or 2."""
    at: datetime
    """Aware."""
    vehicle: str = "car"

    @property
    def key(self) -> RateKey:
        """The prices its charge comes from: a visitor's, whatever regime the vehicle might have used."""
        return RateKey(self.zone, vehicle=self.vehicle)


@dataclass(frozen=True)
class Receipt:
    """A paid parking receipt."""

    start: datetime
    """Aware. The first paid minute."""
    cents: int


@dataclass(frozen=True)
class FpsAmounts:
    """Amounts and deadlines of one charge. Days are local; every instant is aware, and the last at which it is true."""

    fps_cents: int
    receipt_cents: int
    due_cents: int
    reduced_cents: int
    reduced_until: datetime
    issued_at: datetime
    sent_on: date
    notified_on: date
    payable_until: date
    appeal_until: date
    increased_cents: int
    rebated_cents: int
    next_notice_at: datetime
    """One charge buys the maximum stay: no second one before. Counted from the control or, with a receipt, from when that was
    issued; free hours between do not count (CGCT R.2333-120-6)."""
    free_then: bool
    """Whether nothing was due at the control at all."""
    tariff: str


def notice(
    tariffs: Tariffs,
    control: Control,
    *,
    receipt_cents: int = 0,
    receipt_at: datetime | None = None,
    sent_on: date | None = None,
) -> FpsAmounts | NotSold:
    """Work out the charge issued at a control, if it is sent on `sent_on` (the same day if not said).

    `receipt_at`: when the receipt was issued that is deducted; the stay that the charge buys is counted from there.
    """
    at, found = control.at, grid_at(tariffs, control.key, control.at)
    if isinstance(found, NotSold):
        return found
    (table, grid), rule = found, tariffs.fps_rule_at(at)
    if rule is None or grid.fps_cents is None:
        return NotSold(Refusal.NO_FPS, f"tariff {table.name} has none: a penal fine then")
    next_notice = _maximum_stay(tariffs, grid, receipt_at or at)
    if not tariffs.calendar.knows(next_notice):
        return unlisted(tariffs, next_notice)
    sent = sent_on or tariffs.day(at)
    due, notified = due_cents(grid.fps_cents, receipt_cents), notified_on(rule, sent)
    return FpsAmounts(
        fps_cents=grid.fps_cents,
        receipt_cents=receipt_cents,
        due_cents=due,
        reduced_cents=reduced_cents(rule, due),
        reduced_until=reduced_until(rule, at, sent, tariffs.calendar.zone),
        issued_at=at.astimezone(tariffs.calendar.zone),
        sent_on=sent,
        notified_on=notified,
        payable_until=payable_until(rule, notified),
        appeal_until=appeal_until(rule, notified),
        increased_cents=increased_cents(rule, due),
        rebated_cents=rebated_cents(rule, due),
        next_notice_at=next_notice,
        free_then=not tariffs.calendar.is_paid(at),
        tariff=table.name,
    )


def last_receipt(tariffs: Tariffs, control: Control, receipts: Iterable[Receipt]) -> Receipt | None:
    """The latest receipt whose maximum stay covers the control: the one that is deducted (CGCT R.2333-120-5)."""
    covers = [receipt for receipt in receipts if _covers(tariffs, control, receipt)]
    return max(covers, key=lambda receipt: receipt.start, default=None)


def due_cents(fps_cents: int, receipt_cents: int) -> int:
    """The charge less the last receipt (2017 DVD 14-2°, article 9; CGCT L.2333-87); never below nothing."""
    return max(0, fps_cents - receipt_cents)


def reduced_cents(rule: FpsRule, due: int) -> int:
    """70 % of what is due, receipt already deducted (2017 DVD 14-2°, article 10 and the examples of its preamble)."""
    return _percent(due, 100 - rule.reduction_percent)


def reduced_until(rule: FpsRule, issued_at: datetime, sent_on: date, zone: ZoneInfo) -> datetime:
    """96 hours from the issue (2017 DVD 14-2°, article 10), later 9 days from the sending date (city page of 19/02/2024)."""
    if isinstance(rule.reduced_window, FromIssue):
        return (issued_at.astimezone(UTC) + timedelta(hours=rule.reduced_window.hours)).astimezone(zone)
    return datetime.combine(sent_on + timedelta(days=rule.reduced_window.days), LAST_SECOND, zone)


def notified_on(rule: FpsRule, sent_on: date) -> date:
    """Five days after the sending date (CGCT L.2333-87, II): from here run the delays to pay and to appeal."""
    return sent_on + timedelta(days=rule.notification_days)


def payable_until(rule: FpsRule, notified: date) -> date:
    """Three months from the notification (CGCT L.2333-87, IV; 2017 DVD 14-2°, article 9)."""
    return months_later(notified, rule.payable_months)


def appeal_until(rule: FpsRule, notified: date) -> date:
    """One month from the notification for the RAPO (2017 DVD 14-2°, article 11). An appeal suspends nothing."""
    return months_later(notified, rule.appeal_months)


def increased_cents(rule: FpsRule, due: int) -> int:
    """Unpaid after three months: 20 % more, and at least 50 euros (CGCT L.2333-87, IV, and R.2333-120-16)."""
    return due + max(rule.increase_minimum_cents, _percent(due, rule.increase_percent)) if due else 0


def rebated_cents(rule: FpsRule, due: int) -> int:
    """The increased charge less 20 %, and less the increase at most (CGPPP L.2323-7-1): 275 euros become 225, not 220."""
    increased = increased_cents(rule, due)
    return max(due, _percent(increased, 100 - rule.rebate_percent))


def rebate_until(rule: FpsRule, warned_on: date) -> date:
    """Until when the rebate holds: a month from `warned_on`, when the warning was sent (CGPPP L.2323-7-1)."""
    return months_later(warned_on, rule.rebate_months)


def months_later(day: date, count: int) -> date:
    """The same day of a later month, or that month's last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _covers(tariffs: Tariffs, control: Control, receipt: Receipt) -> bool:
    found = grid_at(tariffs, control.key, receipt.start)
    return not isinstance(found, NotSold) and receipt.start <= control.at < _maximum_stay(tariffs, found[1], receipt.start)


def _maximum_stay(tariffs: Tariffs, grid: Grid, start: datetime) -> datetime:
    return end(tariffs.calendar, grid.clock, grid.unit, tariffs.start(start), grid.maximum_units)


def _percent(cents: int, percent: int) -> int:
    return (2 * cents * percent + 100) // 200
