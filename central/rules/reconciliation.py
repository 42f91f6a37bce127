"""Reconciliation of a day: journal = register = acquirer's statement, each payment by its reference.

The theory. The bank carries our reference, so a payment and its debit are matched by that alone, whatever their clocks say and
in whichever day's statement the debit stands. A payment belongs to the Paris day on which it was begun. What a statement says
ends a doubt: exactly one debit of exactly the amount, of which nothing came back, or a debit undone as it was made. What it
does not say ends one only if somebody vouches that it is complete, and if it reaches far enough: a debit just before midnight
may stand under the next day. Where a credit of the reference undoes no debit of it, no doubt ends.

Nothing else is decided here: every other disagreement is named, with the visit it is about, and a person settles it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from central.rules.differences import (
    IN_DOUBT,
    LATE_JOURNAL,
    REMEDIES,
    DifferenceKind,
    OtherDayLine,
    PaymentDifference,
    ProposedResolution,
    Reconciliation,
    RecordedPayment,
    ResolutionOutcome,
    UnaskedDebit,
    WaitingEntry,
    difference_of,
    paris_day,
    unasked_difference,
    waiting_difference,
)
from central.rules.evidence import RightStatus
from central.rules.statement import (
    CURRENCY,
    Movements,
    Statement,
    StatementLine,
    by_reference,
    movements_of,
    net_sums,
    station_of_line,
)
from central.rules.station_totals import totals_of
from firmware.domain.reference import SaleNumber, bank_parts, reference_of
from hal.time_zone import PARIS

ROUND_MIDNIGHT = timedelta(minutes=10)
"""How far the clocks of a station and of a bank may be apart, and so how late a debit may stand."""
DayFinding: TypeAlias = PaymentDifference | ProposedResolution


@dataclass(frozen=True)
class DayRecords:
    """All that is held of a day."""

    day: date
    payments: Sequence[RecordedPayment]
    """Those begun on it, and those of other days that the statement names."""
    unasked: Sequence[UnaskedDebit] = ()
    waiting: Sequence[WaitingEntry] = ()
    stations: Mapping[str, datetime | None] = field(default_factory=dict)
    """How far the data of each station goes."""

    def has(self, payment: RecordedPayment) -> bool:
        """Whether a payment is one of this day."""
        return paris_day(payment.at) == self.day


def reconcile(records: DayRecords, statement: Statement | None) -> Reconciliation:
    """Compare journal and register, and both with the statement if there is one."""
    found: list[DayFinding] = [*_register_findings(records), *map(waiting_difference, records.waiting)]
    if statement is None:
        found += map(unasked_difference, records.unasked)
    else:
        found += _statement_findings(records, statement)
    differences = sorted((each for each in found if isinstance(each, PaymentDifference)), key=_order)
    return Reconciliation(
        records.day,
        totals_of(records.day, records.payments, statement, records.stations),
        tuple(differences),
        tuple(each for each in found if isinstance(each, ProposedResolution)),
        tuple(_other_days(records, statement.lines if statement else ())),
    )


def _order(difference: PaymentDifference) -> tuple[str, str, str, tuple[int, ...]]:
    return difference.station, difference.reference, difference.kind.value, difference.lines


# --- journal and register ------------------------------------------------------------------------------------------


def _register_findings(records: DayRecords) -> Iterator[PaymentDifference]:
    for payment in filter(records.has, records.payments):
        if payment.register is None and payment.expected is not None:
            yield difference_of(DifferenceKind.NOT_IN_REGISTER, payment)
        elif payment.register is not None and payment.expected is None:
            yield difference_of(DifferenceKind.NOT_IN_JOURNAL, payment)
        elif payment.register is not payment.expected or payment.differs:
            yield difference_of(DifferenceKind.REGISTER_DIFFERS, payment, detail=", ".join(payment.differs))


# --- the statement -------------------------------------------------------------------------------------------------


def _statement_findings(records: DayRecords, statement: Statement) -> Iterator[DayFinding]:
    lines = by_reference(statement.lines)
    payments: dict[str, list[RecordedPayment]] = {}
    for payment in records.payments:
        payments.setdefault(payment.bank, []).append(payment)
    unasked: dict[str, list[UnaskedDebit]] = {}
    for event in records.unasked:
        unasked.setdefault(event.reference, []).append(event)
    for bank in sorted({*lines, *payments, *unasked} - {""}):
        theirs = lines.get(bank, ()), unasked.get(bank, ())
        if bank in payments:
            yield from _with_payment(records, statement, payments[bank], *theirs)
        else:
            yield from _without_payment(records, statement, *theirs)
    yield from _nameless(records, statement, list(lines.get("", ())), unasked.get("", ()))
    for payment in filter(records.has, payments.get("", ())):
        yield from _judge(records, statement, payment, Movements((), (), ()))


def _with_payment(
    records: DayRecords,
    statement: Statement,
    payments: Sequence[RecordedPayment],
    lines: Sequence[StatementLine],
    unasked: Sequence[UnaskedDebit],
) -> Iterator[DayFinding]:
    moved = movements_of(lines)
    found = [
        finding
        for payment, theirs in _shared(payments, moved)
        if records.has(payment) or theirs != Movements((), (), ())
        for finding in _judge(records, statement, payment, theirs)
    ]
    found = list(_unresolved(found, moved.loose)) if moved.loose else found
    yield from found
    told = [each for each in found if isinstance(each, PaymentDifference) and each.lines]
    if not told and not statement.complete:
        yield from (unasked_difference(event, detail="not in this statement") for event in unasked)


def _unresolved(found: Sequence[DayFinding], loose: Sequence[StatementLine]) -> Iterator[DayFinding]:
    """The same, and no doubt ended: money of this reference came back that undoes no debit, so whose it was is for a person."""
    named = {each.reference for each in found if isinstance(each, PaymentDifference)}
    for each in found:
        if isinstance(each, PaymentDifference):
            yield each
        elif each.payment.reference not in named:
            yield difference_of(DifferenceKind.CREDIT_DIFFERS, each.payment, loose)


def _shared(payments: Sequence[RecordedPayment], moved: Movements) -> Iterator[tuple[RecordedPayment, Movements]]:
    """What moved for each payment of one reference: there is more than one where copies of a card sold twice."""
    left = list(moved.debits)
    own: list[list[StatementLine]] = []
    ordered = sorted(payments, key=lambda each: (each.status is not RightStatus.SOLD, each.status not in IN_DOUBT, each.at))
    for payment in ordered:
        exact = next((each for each in left if _is_exactly(each, payment)), None)
        own.append([] if exact is None else [exact])
        left = [each for each in left if each is not exact]
    bare = next((theirs for theirs in own if not theirs), own[0])
    bare += left
    for payment, theirs in zip(ordered, own, strict=True):
        back = (moved.undone, moved.loose) if theirs is bare else ((), ())
        yield payment, Movements(tuple(theirs), *back)


def _is_exactly(line: StatementLine, payment: RecordedPayment) -> bool:
    return (line.cents, line.currency) == (payment.cents, CURRENCY)


def _judge(records: DayRecords, statement: Statement, payment: RecordedPayment, moved: Movements) -> Iterator[DayFinding]:
    if moved.loose:
        yield difference_of(_kind_of_loose(moved), payment, (*moved.debits, *moved.loose))
    if len(moved.debits) > 1:
        yield difference_of(DifferenceKind.DEBITED_TWICE, payment, moved.debits)
    elif moved.debits:
        yield from _judge_debit(payment, moved.debits)
    elif moved.undone or not moved.loose:
        yield from _judge_absence(records, statement, payment, moved.undone)


def _kind_of_loose(moved: Movements) -> DifferenceKind:
    """What a credit of no debit of its amount is: its reference may have one of another, or one that was given back before."""
    known = moved.loose[0].reference and (moved.debits or moved.undone)
    return DifferenceKind.CREDIT_DIFFERS if known else DifferenceKind.LOOSE_CREDIT


def _judge_debit(payment: RecordedPayment, debits: Sequence[StatementLine]) -> Iterator[DayFinding]:
    if debits[0].currency != CURRENCY:
        yield difference_of(DifferenceKind.CURRENCY, payment, debits)
    elif debits[0].cents != payment.cents:
        yield difference_of(DifferenceKind.AMOUNT, payment, debits)
    elif payment.register in IN_DOUBT:
        yield ProposedResolution(payment, ResolutionOutcome.SOLD, debits[0].line)
    elif payment.status is not RightStatus.SOLD and payment.status not in IN_DOUBT:
        yield difference_of(DifferenceKind.DEBITED_REFUSED, payment, debits)


def _judge_absence(
    records: DayRecords, statement: Statement, payment: RecordedPayment, undone: Sequence[StatementLine]
) -> Iterator[DayFinding]:
    """Nothing of it stands as debited. `undone`: what gave it back, if it once was."""
    if payment.status is RightStatus.SOLD and payment.cents:
        yield difference_of(DifferenceKind.REVERSED if undone else DifferenceKind.NO_DEBIT, payment, undone)
    elif payment.register in IN_DOUBT and (undone or _reaches(records, statement, payment)):
        yield ProposedResolution(payment, ResolutionOutcome.NOT_DEBITED, undone[0].line if undone else None)
    elif payment.status in IN_DOUBT:
        yield difference_of(DifferenceKind.IN_DOUBT, payment)


def _reaches(records: DayRecords, statement: Statement, payment: RecordedPayment) -> bool:
    """Whether a debit of a payment would stand in a statement: it covers its day, and goes on as long as its lines do."""
    ends = datetime.combine(records.day + timedelta(days=1), time(), PARIS)
    reach = max([ends, *(each.at for each in statement.lines)])
    return statement.complete and payment.at + ROUND_MIDNIGHT <= reach


# --- lines that no payment is known of -----------------------------------------------------------------------------


def _without_payment(
    records: DayRecords, statement: Statement, lines: Sequence[StatementLine], unasked: Sequence[UnaskedDebit]
) -> Iterator[PaymentDifference]:
    moved = movements_of(lines)
    if unasked and moved.debits:
        yield unasked_difference(unasked[0], moved.debits)
    elif unasked and not moved.undone and not statement.complete:
        yield from (unasked_difference(event, detail="not in this statement") for event in unasked)
    else:
        yield from (_unknown(records, DifferenceKind.UNKNOWN_DEBIT, each) for each in moved.debits)
    yield from (_unknown(records, _kind_of_loose(moved), each) for each in moved.loose)


def _unknown(records: DayRecords, kind: DifferenceKind, line: StatementLine) -> PaymentDifference:
    station = station_of_line(line, records.stations)
    until = records.stations.get(station)
    late = station in records.stations and (until is None or until <= line.at + ROUND_MIDNIGHT)
    return PaymentDifference(
        kind=kind,
        station=station,
        bank=line.reference,
        at=line.at,
        debited=net_sums([line]),
        terminal=line.terminal,
        lines=(line.line,),
        detail=f"would be {reference_of(SaleNumber(station, *bank_parts(line.reference)[1:]))}" if station else "",
        remedy=LATE_JOURNAL if late else REMEDIES[kind],
    )


def _nameless(
    records: DayRecords, statement: Statement, lines: list[StatementLine], unasked: Iterable[UnaskedDebit]
) -> Iterator[PaymentDifference]:
    """Lines without a reference: an unasked debit of the same amount at about the same time is the same."""
    for event in unasked:
        line = next((each for each in lines if _is_event(each, event)), None)
        if line is not None:
            lines.remove(line)
            yield unasked_difference(event, [line])
        elif not statement.complete:
            yield unasked_difference(event, detail="not in this statement")
    yield from _without_payment(records, statement, lines, ())


def _is_event(line: StatementLine, event: UnaskedDebit) -> bool:
    return (line.cents, line.currency) == (event.cents, event.currency) and abs(line.at - event.at) <= ROUND_MIDNIGHT


def _other_days(records: DayRecords, lines: Iterable[StatementLine]) -> Iterator[OtherDayLine]:
    payments = {each.bank: each for each in records.payments if each.bank}
    for line in lines:
        payment = payments.get(line.reference)
        if payment and not paris_day(line.at) == paris_day(payment.at) == records.day:
            yield OtherDayLine(line.line, line.at, payment.station, payment.reference, payment.at)
