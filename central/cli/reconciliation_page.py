"""A reconciliation as people read it: totals of each station, what is resolved, then the differences, one a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from central.cli.common import print_table
from central.operations.reconciliation import DayQuestion
from central.rules.differences import (
    OtherDayLine,
    PaymentDifference,
    ProposedResolution,
    Reconciliation,
    StationTotals,
    paris_day,
)
from central.rules.statement import Sum
from hal.time_zone import PARIS

TOTALS = ("station (payments: euros)", "journal", "resolved", "register", "acquirer", "in doubt", "")


def print_page(question: DayQuestion, found: Reconciliation, resolved: Sequence[ProposedResolution]) -> None:
    """Print all of it. `resolved`: what was resolved just now."""
    print(f"{found.day}: {'all equal' if found.is_equal else 'not equal'}\n")
    print_table(
        [("station (payments: euros)", "journal", "resolved", "register", "acquirer", "in doubt", ""), *_totals(found.totals)]
    )
    for line in _other_days(found):
        print(line)
    _print_resolutions("resolved:", resolved)
    _print_resolutions("in doubt, and the statement says how it ended; --apply resolves it:", found.resolutions)
    if question.file is None and any(each.in_doubt for each in found.totals):
        print("\nof payments in doubt a statement says how they ended: --acquirer FILE")
    if found.differences:
        print(f"\ndifferences: {len(found.differences)}")
        print_table([("difference", "visit", "figures", "what to do"), *map(_difference, found.differences)])


# --- totals --------------------------------------------------------------------------------------------------------


def _totals(totals: Sequence[StationTotals]) -> Iterator[tuple[str, ...]]:
    for each in totals:
        yield _row(each)
    if len(totals) != 1:
        sums = [[getattr(each, name) or Sum() for each in totals] for name in ("journal", "resolved", "register", "acquirer")]
        journal, made, register, acquirer = map(_added, sums)
        stated = acquirer if any(each.acquirer is not None for each in totals) else None
        foreign = tuple(_by_currency(each for station in totals for each in station.foreign))
        yield _row(StationTotals("all", journal, made, register, stated, sum(each.in_doubt for each in totals), foreign))


def _row(each: StationTotals) -> tuple[str, ...]:
    stated = "; ".join([_sum(each.acquirer), *map(_foreign, each.foreign)]) if each.acquirer else "-"
    figures = (_sum(each.journal), _sum(each.resolved), _sum(each.register), stated)
    by_city = Sum(each.journal.count + each.resolved.count, each.journal.cents + each.resolved.cents)
    equal = by_city == each.register and each.acquirer in (None, each.register) and not each.foreign
    return each.station, *figures, str(each.in_doubt), "" if equal else "NOT EQUAL"


def _added(sums: Iterable[Sum]) -> Sum:
    """Of one currency."""
    return next(_by_currency(sums), Sum())


def _by_currency(sums: Iterable[Sum]) -> Iterator[Sum]:
    """A sum for each currency."""
    ordered = sorted(sums, key=lambda each: each.currency)
    for currency, theirs in groupby(ordered, key=lambda each: each.currency):
        each = list(theirs)
        yield Sum(sum(one.count for one in each), sum(one.cents for one in each), currency)


def _sum(each: Sum) -> str:
    return f"{each.count}: {_euros(each.cents)}" if each.count or each.cents else "0"


def _foreign(each: Sum) -> str:
    return f"{each.count}: {_euros(each.cents)} {each.currency}"


def _euros(cents: int) -> str:
    sign, (whole, rest) = "-" if cents < 0 else "", divmod(abs(cents), 100)
    return f"{sign}{whole}.{rest:02}"


def _paris(moment: datetime) -> str:
    """By the clocks of Paris, whatever offset it was written with."""
    return f"{moment.astimezone(PARIS):%Y-%m-%d %H:%M:%S}"


# --- days, resolutions, differences --------------------------------------------------------------------------------


def _other_days(found: Reconciliation) -> Iterator[str]:
    others = Counter(paris_day(each.paid_at) for each in found.other_days if paris_day(each.paid_at) != found.day)
    ours = [each for each in found.other_days if paris_day(each.paid_at) == found.day]
    if others or ours:
        yield ""
    for day, count in sorted(others.items()):
        yield f"lines of payments of {day}, counted with that day: {count}"
    yield from map(_moved, ours)


def _moved(each: OtherDayLine) -> str:
    return f"line {each.line}, {_paris(each.at)}: {each.reference}, paid {_paris(each.paid_at)}; counted on this day"


def _print_resolutions(title: str, resolutions: Sequence[ProposedResolution]) -> None:
    if resolutions:
        print(f"\n{title}")
        print_table([("as", "visit", "because"), *map(_resolution, resolutions)])


def _resolution(each: ProposedResolution) -> tuple[str, ...]:
    payment = each.payment
    parts = [payment.reference, f"bank {payment.bank}", f"generation {payment.generation} entry {payment.entry}"]
    parts += [_paris(payment.at), _euros(payment.cents), payment.plate]
    because = f"line {each.line}" if each.line else "the statement is complete and has no debit of it"
    return each.outcome.value, ", ".join(filter(None, parts)), because


def _difference(each: PaymentDifference) -> tuple[str, ...]:
    return each.kind.value, ", ".join(_visit(each)), "; ".join(_figures(each)), each.remedy


def _visit(each: PaymentDifference) -> Iterator[str]:
    yield each.reference or each.station or "station not known"
    if each.bank:
        yield f"bank {each.bank}"
    if each.entry is not None:
        yield f"generation {each.generation} entry {each.entry}"
    if each.at is not None:
        yield _paris(each.at)
    if each.plate:
        yield each.plate


def _figures(each: PaymentDifference) -> Iterator[str]:
    if each.journal:
        yield (
            f"journal {each.journal}" if each.journal == each.register else f"journal {each.journal}, register {each.register}"
        )
    if each.cents is not None:
        yield f"recorded {_euros(each.cents)}"
    for moved in each.debited:
        yield f"{'given back' if moved.cents < 0 else 'debited'} {_euros(abs(moved.cents))} {moved.currency}"
    if each.lines:
        yield f"line {', '.join(map(str, each.lines))}" + (f", terminal {each.terminal}" if each.terminal else "")
    if each.detail:
        yield each.detail
