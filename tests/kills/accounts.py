"""What a station that was killed must hold to: terminal's ledger = journal = register."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from central.core.city import City
from central.operations.reconciliation import DayQuestion, apply_resolutions, reconcile_day
from central.register.statement_csv import StatementFile
from central.rules.differences import paris_day
from central.rules.statement import CURRENCY, LineKind, StatementLine
from firmware.domain.parking_right import ParkingRight
from firmware.domain.reference import bank_reference
from firmware.journal.journal_file import JournalReader, generations_in, journal_path, verify
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, PaymentReversed, PaymentStarted, RightGivenBack, RightSold
from simulator.desk.terminals import SimulatedTerminal
from simulator.devices.paper import CodeRow
from simulator.devices.printer import PrinterDevice
from simulator.devices.terminal_core import Debit


@dataclass(frozen=True)
class KillAccount:
    """How the payments ended, by the journal."""

    sold: int = 0
    doubts: int = 0
    """Still unknown: promised, until the statement says."""
    refused: int = 0
    given_back: int = 0
    doubted: int = 0
    """In doubt at some time, ended or not."""
    debits: int = 0
    """By the terminal's ledger."""
    returned: int = 0
    """Of these, reversed again, by the same."""


def facts_in(folder: Path) -> tuple[Fact, ...]:
    """All that the station wrote, in order, its chain verified. Raises JournalError."""
    told: list[Fact] = []
    for generation in generations_in(folder):
        verify(journal_path(folder, generation))
        with contextlib.closing(JournalReader(journal_path(folder, generation))) as reader:
            told += reader.facts()
    return tuple(told)


def debits_of(terminal: SimulatedTerminal, rights: Mapping[str, ParkingRight]) -> Mapping[str, Sequence[Debit]]:
    """What moved at the bank for each payment, by the printed reference; a debit of none is under its own."""
    ours = {terminal.carried(bank_reference(reference)): reference for reference in rights}
    moved: dict[str, list[Debit]] = defaultdict(list)
    for debit in terminal.core.ledger:
        moved[ours.get(debit.reference, debit.reference)].append(debit)
    return moved


def account_of(facts: Sequence[Fact], moved: Mapping[str, Sequence[Debit]]) -> KillAccount:
    """Count the ends of all payments. Raises AssertionError for a debit that is neither of the three, or is there twice."""
    rights = _started(facts)
    assert len(rights) == sum(isinstance(fact, PaymentStarted) for fact in facts), "a reference was used twice"
    assert moved.keys() <= rights.keys(), f"debited, and never begun: {moved.keys() - rights.keys()}"
    ends = {reference: _last_about(right, facts) for reference, right in rights.items()}
    for reference, end in ends.items():
        _judge(rights[reference], end, moved.get(reference, ()))
    kinds = [type(end) for end in ends.values()]
    return KillAccount(
        kinds.count(RightSold),
        kinds.count(InDoubt),
        kinds.count(PaymentRefused),
        kinds.count(RightGivenBack) + kinds.count(PaymentReversed),
        len({fact.right.reference for fact in facts if isinstance(fact, InDoubt)}),
        sum(debit.cents > 0 for debits in moved.values() for debit in debits),
        sum(debit.cents < 0 for debits in moved.values() for debit in debits),
    )


def _started(facts: Iterable[Fact]) -> dict[str, ParkingRight]:
    return {fact.right.reference: fact.right for fact in facts if isinstance(fact, PaymentStarted)}


def _judge(right: ParkingRight, end: Fact, moved: Sequence[Debit]) -> None:
    """Hold the end of one payment against what moved at the bank."""
    standing, taken = sum(debit.cents for debit in moved), [debit.cents for debit in moved if debit.cents > 0]
    assert taken in ([], [right.cents]), f"{right.reference}: debited {taken}, asked {right.cents} once"
    match end:
        case RightSold():
            assert standing == right.cents, f"{right.reference}: sold, and {standing} of {right.cents} debited"
        case PaymentRefused() | RightGivenBack() | PaymentReversed():
            assert standing == 0, f"{right.reference}: {type(end).__name__}, and {standing} stay debited"
        case InDoubt():
            pass
        case _:
            raise AssertionError(f"{right.reference}: a payment without an end, {standing} debited")


def _last_about(right: ParkingRight, facts: Iterable[Fact]) -> Fact:
    names = (right.reference, bank_reference(right.reference))
    last: Fact = PaymentStarted(right)
    for fact in facts:
        match fact:
            case RightSold(other) | InDoubt(other) if other.reference == right.reference:
                last = fact
            case PaymentRefused(name) | RightGivenBack(name) | PaymentReversed(name) if name in names:
                last = fact
    return last


def check_tickets(printer: PrinterDevice, facts: Iterable[Fact]) -> int:
    """The number of tickets printed whole. Raises AssertionError for one of a right that is neither sold nor in doubt."""
    rights = {fact.right.reference for fact in facts if isinstance(fact, RightSold | InDoubt)}
    printed = [row.data.split("|")[1] for each in printer.tickets if each.cut for row in each.rows if isinstance(row, CodeRow)]
    assert set(printed) <= rights, f"tickets of nothing: {set(printed) - rights}"
    return len(printed)


def check_register(city: City, moved: Mapping[str, Sequence[Debit]], begun: datetime, until: datetime) -> int:
    """Reconcile each day with the ledger as its statement, and resolve the doubts; their number.

    Raises AssertionError for the first difference.
    """
    resolved = 0
    for day in sorted({paris_day(begun + timedelta(days=days)) for days in range((until - begun).days + 2)}):
        question = DayQuestion(day, StatementFile("ledger", "00" * 32, (lines := tuple(_statement(moved, begun)))), len(lines))
        found = reconcile_day(city.store, question)
        assert found.differences == (), found.differences
        resolved += len(apply_resolutions(city.store, question, found.resolutions, "the test", until))
        after = reconcile_day(city.store, question)
        assert after.is_equal, after
    return resolved


def _statement(moved: Mapping[str, Sequence[Debit]], at: datetime) -> Iterator[StatementLine]:
    debits = [(bank_reference(reference), debit) for reference, debits in moved.items() for debit in debits]
    for number, (reference, debit) in enumerate(debits, 2):
        kind = LineKind.DEBIT if debit.cents > 0 else LineKind.REVERSAL
        yield StatementLine(number, kind, reference, abs(debit.cents), CURRENCY, at, "kills")
