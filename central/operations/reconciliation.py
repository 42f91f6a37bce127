"""Reconciles a day, and resolves the doubts that the acquirer's statement ends.

Looking changes nothing. Resolving does everything in one transaction, each station's row locked as if its entries arrived: a
payment that an entry has ended meanwhile is left as that made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import Engine

from central.core.fields import plausible
from central.db.station_locks import lock_stations
from central.db.store import snapshot
from central.operations.day_records import read_day
from central.register.resolutions import Resolution, resolve
from central.register.statement_csv import StatementFile
from central.rules.differences import ProposedResolution, Reconciliation, paris_day
from central.rules.journals import entry_resolved
from central.rules.reconciliation import reconcile
from central.rules.statement import Statement
from firmware.domain.errors import FieldError


@dataclass(frozen=True)
class DayQuestion:
    """Which day, and what there is to compare it with."""

    day: date
    file: StatementFile | None = None
    complete: int | None = None
    """The number of lines that whoever vouches for the statement says it has; None: nobody does."""


def check_question(question: DayQuestion, now: datetime) -> None:
    """Raises FieldError naming the option for a day that has no payments, and for a statement that cannot be vouched for."""
    today, lines = paris_day(now), len(question.file.lines) if question.file else None
    if question.day > today:
        raise FieldError("--day", f"{question.day} is to come")
    if not plausible(datetime.combine(question.day, time(12), UTC)):
        raise FieldError("--day", f"{question.day} is before any station's first day")
    if question.complete is None:
        return
    if lines is None:
        raise FieldError("--complete", "says that a statement is complete: name it with --acquirer")
    if question.day == today:
        raise FieldError("--complete", f"{question.day} is not over: no statement of it is complete")
    if question.complete != lines:
        raise FieldError(
            "--complete", f"the statement should have {question.complete} lines and has {lines}: it may be cut short"
        )


def reconcile_day(store: Engine, question: DayQuestion) -> Reconciliation:
    """Compare a day's journal, register and statement. Nothing is changed."""
    lines = question.file.lines if question.file else ()
    statement = Statement(lines, question.complete is not None) if question.file else None
    with snapshot(store) as connection:
        records = read_day(connection, question.day, {each.reference for each in lines})
    return reconcile(records, statement)


def apply_resolutions(
    store: Engine, question: DayQuestion, proposed: Sequence[ProposedResolution], by: str, now: datetime
) -> tuple[ProposedResolution, ...]:
    """Resolve what a reconciliation proposed. Returns what was resolved: all of it that is still as it was."""
    file = question.file
    if file is None:
        return ()
    with store.begin() as connection:
        lock_stations(connection, {each.payment.station for each in proposed})
        return tuple(each for each in proposed if resolve(connection, _resolution(each, file, by, now)))


def _resolution(proposed: ProposedResolution, file: StatementFile, by: str, now: datetime) -> Resolution:
    payment = proposed.payment
    what = (payment.station, payment.reference, entry_resolved(payment.position), proposed.outcome)
    return Resolution(*what, str(paris_day(payment.at)), file.name, file.sha256, proposed.line, now, by)
