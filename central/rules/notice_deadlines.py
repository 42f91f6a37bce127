"""Deadlines of a notice, by the rule in force at its control. Days are days of Paris, and whole: their last instant counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from firmware.tariff.file import FpsRule, FromIssue
from firmware.tariff.fps import appeal_until, notified_on, payable_until, rebate_until, reduced_until


@dataclass(frozen=True)
class NoticeDeadlines:
    """The last moments at which something holds; None as long as its delay has not begun to run."""

    reduced_until: datetime | None = None
    """The reduced amount settles the notice. None: until it is sent, and on."""
    notified_on: date | None = None
    """Counts as notified from the beginning of this day."""
    payable_until: date | None = None
    """What is unpaid after this day is increased."""
    appeal_until: date | None = None
    rebate_until: date | None = None
    """The increase is less this long; known once its warning was sent."""


def deadlines_of(
    rule: FpsRule, issued_at: datetime, sent_on: date | None, warned_on: date | None, zone: ZoneInfo
) -> NoticeDeadlines:
    """The deadlines of a notice; `sent_on`, `warned_on`: when it and the warning of its increase were sent."""
    at_issue = isinstance(rule.reduced_window, FromIssue)
    if sent_on is None:
        return NoticeDeadlines(reduced_until(rule, issued_at, issued_at.astimezone(zone).date(), zone) if at_issue else None)
    notified = notified_on(rule, sent_on)
    return NoticeDeadlines(
        reduced_until=reduced_until(rule, issued_at, sent_on, zone),
        notified_on=notified,
        payable_until=payable_until(rule, notified),
        appeal_until=appeal_until(rule, notified),
        rebate_until=rebate_until(rule, warned_on) if warned_on else None,
    )


def is_reduced(rule: FpsRule, deadlines: NoticeDeadlines, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the reduced amount settles a notice at an instant. The last day of a window in days is whole."""
    until = deadlines.reduced_until
    if until is None:
        return True
    if isinstance(rule.reduced_window, FromIssue):
        return at <= until
    return at.astimezone(zone).date() <= until.date()
