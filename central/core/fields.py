"""Rules for single members of what is sent: dates, plates, tariff zones. Each is written here once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from firmware.domain.errors import FieldError
from firmware.domain.plate import plate_in as plate_in

WHAT_A_DATE_IS = "a date and time with an offset, such as 2026-03-04T10:00:00+01:00"
TariffZone = Literal[1, 2]
"""A tariff zone."""
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_LAST = datetime(2200, 1, 1, tzinfo=UTC)


def plausible(moment: datetime) -> bool:
    """Whether a date can be one: it has an offset, and a year of this machine's life."""
    return moment.tzinfo is not None and _FIRST < moment < _LAST


def check_datetime(field: str, moment: datetime) -> None:
    """Raises FieldError for a date that is not plausible."""
    if not plausible(moment):
        raise FieldError(field, WHAT_A_DATE_IS)


def datetime_in(field: str, text: str) -> datetime:
    """The date in an ISO 8601 text. Raises FieldError for a text that is none; says nothing about the offset."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise FieldError(field, f"{text!r} is not {WHAT_A_DATE_IS}") from error
