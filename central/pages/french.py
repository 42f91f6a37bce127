"""How days and minutes are written in French letters, by the time of Paris."""

from __future__ import annotations

from datetime import date, datetime

from hal.time_zone import PARIS


def day_text(day: date | None, otherwise: str = "") -> str:
    """A day, 04/03/2026; of an instant, its day in Paris; `otherwise` where there is none."""
    if day is None:
        return otherwise
    return f"{day.astimezone(PARIS) if isinstance(day, datetime) else day:%d/%m/%Y}"


def minute_text(at: datetime | None, otherwise: str = "") -> str:
    """A minute, 04/03/2026 à 15:00; `otherwise` where there is none."""
    return otherwise if at is None else f"{at.astimezone(PARIS):%d/%m/%Y à %H:%M}"


def second_text(at: datetime | None, otherwise: str = "") -> str:
    """A second, 04/03/2026 à 15:00:07; `otherwise` where there is none."""
    return otherwise if at is None else f"{at.astimezone(PARIS):%d/%m/%Y à %H:%M:%S}"
