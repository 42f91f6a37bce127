"""Reads a year's notices, appeals and judgments for the yearly report, and writes it as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Engine, func, select

from central.appeals.report_figures import check_year, find_figures
from central.appeals.store import FILED, FILINGS, AppealRow, appeals_of
from central.core.chunks import chunks_of
from central.db.appeal_tables import court_cases, judgments
from central.db.notice_tables import notices
from central.rules.appeal_states import Judgment
from central.rules.appeals import Appeal, appeal_state_at
from central.rules.appeals_report import (
    AppealsReport,
    AppealYear,
    ReportedAppeal,
    ReportedJudgment,
    appeals_report,
    entered_lines,
)
from hal.time_zone import PARIS

CHUNK = 500
"""Appeals read together."""


def make_report(store: Engine, year: int, now: datetime) -> AppealsReport:
    """The report of a year, as it stands now. Raises FieldError for a year that has not begun, or before the law."""
    check_year(year, now)
    with store.begin() as connection:
        return appeals_report(year, _year_of(connection, year, now), _year_of(connection, year - 1, now))


def report_csv(report: AppealsReport) -> str:
    """One line for each figure: for whom, its value, last year's, the change and the share of the notices in per cent."""
    return "".join(f"{','.join('' if each is None else str(each) for each in line)}\n" for line in _lines(report))


def _lines(report: AppealsReport) -> Iterator[tuple[object, ...]]:
    """No text of ours has a comma in it."""
    yield "year", "appellants", "figure", "value", "last_year", "change_percent", "per_notice_percent"
    yield report.year, "all", "notices issued", report.notices, report.notices_last_year, None, None
    for row in report.rows:
        for cell in row.cells:
            figures = (cell.value, cell.last_year, cell.change_percent, cell.per_notice_percent)
            yield report.year, row.appellants.value, cell.figure.value, *figures
    for ground, count in report.grounds.items():
        yield report.year, "all", f"inadmissible: {ground.value}", count, None, None, None
    for line in entered_lines(report):
        yield report.year, "all", f"entered by the city: {line.name}", line.value, line.last_year, None, None


def _year_of(connection: Connection, year: int, now: datetime) -> AppealYear:
    start, end = datetime(year, 1, 1, tzinfo=PARIS), datetime(year + 1, 1, 1, tzinfo=PARIS)
    issued = select(func.count()).select_from(notices).where(notices.c.issued_at >= start, notices.c.issued_at < end)
    judged = (
        select(judgments.c.judgment, FILED.c.resident)
        .join(court_cases, court_cases.c.id == judgments.c.case)
        .outerjoin(FILED, FILED.c.number == court_cases.c.number)
        .where(judgments.c.judged_on >= date(year, 1, 1), judgments.c.judged_on < date(year + 1, 1, 1))
    )
    received = select(FILINGS).where(FILINGS.c.received_at >= start, FILINGS.c.received_at < end)
    rows = connection.execute(received.order_by(FILINGS.c.id, FILINGS.c.seq)).all()
    found = [_reported(row, appeal, now) for some in chunks_of(rows, CHUNK) for row, appeal in _with_values(connection, some)]
    given = [ReportedJudgment(each.resident, Judgment(each.judgment)) for each in connection.execute(judged)]
    return AppealYear(connection.execute(issued).scalar_one(), found, given, find_figures(connection, year))


def _with_values(connection: Connection, rows: Sequence[AppealRow]) -> Iterator[tuple[AppealRow, Appeal]]:
    return zip(rows, appeals_of(connection, rows, PARIS), strict=True)


def _reported(row: AppealRow, appeal: Appeal, now: datetime) -> ReportedAppeal:
    decision, terms = appeal.decision(now), appeal.terms
    return ReportedAppeal(
        resident=row.resident,
        received_on=terms.day(terms.received_at),
        state=appeal_state_at(appeal, now),
        decided_on=terms.day(decision.at) if decision else None,
        ground=decision.ground if decision else None,
    )
