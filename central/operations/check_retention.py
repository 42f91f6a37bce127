"""Retention of the check log by months: which partitions are made ahead, and which are old enough to be dropped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, func, select

from central.core import audit
from central.db.check_partitions import (
    CheckMonth,
    CheckPartition,
    check_partitions,
    cut_into_months,
    drop_partition,
    has_expired_rows,
    is_partitioned,
    join_months,
    make_month,
    month_of,
    prepare_months,
)
from central.db.locks import process_lock
from central.db.tables import checks
from central.operations.notice_retention import KEPT

AHEAD = 3
"""Months after the present one that are there before they begin."""
PARTITIONS = "partitions"


@dataclass(frozen=True)
class PartitionPlan:
    """What is to be done with the partitions of the check log."""

    cut: bool
    """The table is not cut into months yet."""
    made: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    kept_rows: int = 0
    """Controls of notices in what was dropped: they stay."""


def plan_partitions(store: Engine, now: datetime, kept: timedelta = KEPT) -> PartitionPlan:
    """What would be done now."""
    with store.begin() as connection:
        if not is_partitioned(connection):
            until = _first_cut(connection, now)
            return PartitionPlan(True, tuple(each.partition for each in _months(until, now)))
        return _plan(connection, now, kept)


def apply_partitions(store: Engine, by: str, now: datetime, kept: timedelta = KEPT) -> PartitionPlan:
    """Cut the table if it is whole; make the months ahead; drop what is old enough. Done again at once, it does nothing.

    Raises LockTakenError if another process is about it.
    """
    with process_lock(store, PARTITIONS):
        with store.begin() as connection:
            until = None if is_partitioned(connection) else _first_cut(connection, now)
        if until is not None:
            prepare_months(store, until)
        with store.begin() as connection:
            if until is not None:
                cut_into_months(connection, until)
            done = replace(_applied(connection, now, kept), cut=until is not None)
            if done != PartitionPlan(False):
                names = {"made": " ".join(done.made), "dropped": " ".join(done.dropped)}
                audit.note(connection, now, by, "partitions", "checks", cut=int(done.cut), kept_rows=done.kept_rows, **names)
        return done


def join_partitions(store: Engine, by: str, now: datetime) -> bool:
    """Make one table of the months again; whether there were any. Raises LockTakenError."""
    with process_lock(store, PARTITIONS), store.begin() as connection:
        if not is_partitioned(connection):
            return False
        join_months(connection)
        audit.note(connection, now, by, "partitions joined", "checks")
        return True


def _applied(connection: Connection, now: datetime, kept: timedelta) -> PartitionPlan:
    plan = _plan(connection, now, kept)
    there = {each.name: each for each in check_partitions(connection)}
    for month in _missing(connection, now):
        make_month(connection, month)
    return replace(plan, kept_rows=sum(drop_partition(connection, there[name]) for name in plan.dropped))


def _plan(connection: Connection, now: datetime, kept: timedelta) -> PartitionPlan:
    made = tuple(month.partition for month in _missing(connection, now))
    old = [each for each in check_partitions(connection) if _is_old(each, now, kept)]
    return PartitionPlan(False, made, tuple(each.name for each in old if has_expired_rows(connection, each)))


def _is_old(partition: CheckPartition, now: datetime, kept: timedelta) -> bool:
    """Whether the youngest row that can be in it is old enough."""
    return partition.ends.begins <= now - kept


def _missing(connection: Connection, now: datetime) -> list[CheckMonth]:
    there = check_partitions(connection)
    present = month_of(now)
    ends = max((each.ends for each in there if each.begins is None), default=present)
    names = {each.name for each in there}
    return [month for month in _months(max(ends, present), now) if month.partition not in names]


def _months(begins: CheckMonth, now: datetime) -> list[CheckMonth]:
    """From a month through those that have to be there ahead of now."""
    found, last = [], month_of(now).later(AHEAD)
    while begins <= last:
        found.append(begins)
        begins = begins.later(1)
    return found


def _first_cut(connection: Connection, now: datetime) -> CheckMonth:
    """Where the table as it is ends: a month away at least, for checks go on while it is prepared."""
    last = connection.scalar(select(func.max(checks.c.checked_at)))
    return month_of(max(now, last) if last else now).later(2)
