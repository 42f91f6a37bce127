"""Totals of each station on a day: by its journal, by the register, by the acquirer's statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from central.rules.differences import IN_DOUBT, RecordedPayment, StationTotals, paris_day
from central.rules.evidence import RightStatus
from central.rules.statement import CURRENCY, Statement, StatementLine, Sum, net_sums, station_of_line

NOBODYS = "?"
"""In the place of a station, for lines of which no station is known."""


def totals_of(
    day: date,
    payments: Sequence[RecordedPayment],
    statement: Statement | None,
    stations: Iterable[str],
) -> tuple[StationTotals, ...]:
    """One for each station that sold something on the day, or that the statement names."""
    ours = [each for each in payments if paris_day(each.at) == day]
    lines = _lines_by_station(day, payments, statement.lines, stations) if statement else {}
    names = sorted({*lines, *(each.station for each in ours)})
    by_station: dict[str, list[RecordedPayment]] = {name: [] for name in names}
    for each in ours:
        by_station[each.station].append(each)
    return tuple(_totals(name, by_station[name], lines.get(name, ()) if statement else None) for name in names)


def _totals(station: str, payments: Sequence[RecordedPayment], lines: Sequence[StatementLine] | None) -> StationTotals:
    sold = [each for each in payments if each.register is RightStatus.SOLD]
    stated = {each.currency: each for each in net_sums(lines or ()) if each.count or each.cents}
    ours = stated.pop(CURRENCY, Sum())
    return StationTotals(
        station,
        _sum(each.journal_cents for each in payments if each.journal is RightStatus.SOLD),
        _sum(each.cents for each in sold if each.journal is not RightStatus.SOLD and each.expected is RightStatus.SOLD),
        _sum(each.cents for each in sold),
        None if lines is None else ours,
        sum(each.status in IN_DOUBT for each in payments),
        tuple(stated.values()),
    )


def _lines_by_station(
    day: date, payments: Iterable[RecordedPayment], lines: Iterable[StatementLine], stations: Iterable[str]
) -> Mapping[str, Sequence[StatementLine]]:
    """Of the payments of the day, and of those that are not known."""
    known = {each.bank: each for each in payments if each.bank}
    found: dict[str, list[StatementLine]] = {}
    for line in lines:
        payment = known.get(line.reference)
        if payment is None or paris_day(payment.at) == day:
            station = payment.station if payment else station_of_line(line, stations) or NOBODYS
            found.setdefault(station, []).append(line)
    return found


def _sum(amounts: Iterable[int]) -> Sum:
    """Of amounts that are not 0: what is free is no revenue."""
    paid = [each for each in amounts if each]
    return Sum(len(paid), sum(paid))
