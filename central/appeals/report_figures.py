"""Figures of the yearly report that the register cannot know: contractor, staff and money, entered by the city.

The theory. A row is never rewritten: what is entered again stands after what was entered before, and the last of a year counts.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from central.core import audit
from central.db.appeal_tables import report_figures
from central.rules.appeals_report import EnteredFigures, YearFigures
from firmware.domain.errors import FieldError
from hal.time_zone import PARIS

FIRST_YEAR = 2018
"""Before, there was no notice to appeal against."""


def check_year(year: int, now: datetime) -> None:
    """Raises FieldError for a year that has not begun, or before the law."""
    if not FIRST_YEAR <= year <= now.astimezone(PARIS).year:
        raise FieldError("year", f"is {FIRST_YEAR} to {now.astimezone(PARIS).year}")


def enter_figures(store: Engine, year: int, figures: YearFigures, by: str, now: datetime) -> EnteredFigures:
    """Enter the figures of a year. Audited. Raises FieldError as `check_year`."""
    check_year(year, now)
    with store.begin() as connection:
        connection.execute(insert(report_figures).values(**vars(figures), year=year, entered_at=now, entered_by=by))
        audit.note(connection, now, by, "report figures entered", str(year))
    return EnteredFigures(figures, now, by)


def find_figures(connection: Connection, year: int) -> EnteredFigures | None:
    """What was entered last for a year."""
    last = select(report_figures).where(report_figures.c.year == year).order_by(report_figures.c.id.desc()).limit(1)
    row = connection.execute(last).one_or_none()
    if row is None:
        return None
    figures = YearFigures(row.contractor, row.staff_hundredths, row.spent_cents)
    return EnteredFigures(figures, row.entered_at, row.entered_by)
