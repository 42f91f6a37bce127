"""When a vehicle may get another notice: one notice buys the maximum stay in its tariff zone (CGCT R.2333-120-6).

The stay counts from the control or, if a receipt was deducted, from when that was issued: what ends it is worked out with the
amounts (firmware/tariff/fps.py). Here are only stays, as pairs of instants, the last one not in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from central.rules.evidence import NoticeStay

WEEK = timedelta(days=7)


def covering_stay(stays: Iterable[NoticeStay], at: datetime) -> NoticeStay | None:
    """The stay that covers an instant; of several, the one that ends last."""
    return max((stay for stay in stays if stay.start <= at < stay.end), key=lambda stay: stay.end, default=None)


def overlapping_stay(stays: Iterable[NoticeStay], start: datetime, end: datetime) -> NoticeStay | None:
    """A stay of another notice that shares an instant with this one, whichever control came first."""
    return next((stay for stay in stays if stay.start < end and start < stay.end), None)


def is_suspect(controls: Sequence[datetime], at: datetime, *, entitled: bool) -> bool:
    """Whether a person looks before a notice is sent: another within a week, on a plate that the register holds something for.

    `controls`: those of the other notices of the plate. Residents with valid cards were fined ten times each.
    """
    return entitled and any(abs(other - at) < WEEK for other in controls)
