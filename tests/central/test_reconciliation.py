"""What disagrees on a day, by hand: each payment against its debits, and what ends a doubt."""

from __future__ import annotations

from datetime import date

import pytest

from central.rules.differences import (
    LATE_JOURNAL,
    REMEDIES,
    DifferenceKind,
    Reconciliation,
    RecordedPayment,
    ResolutionOutcome,
    StationTotals,
    UnaskedDebit,
    WaitingEntry,
)
from central.rules.evidence import RightStatus
from central.rules.reconciliation import DayRecords, reconcile
from central.rules.statement import LineKind, Statement, StatementLine, Sum
from tests.central.signing_station import DAY, MINUTE, NOW, STATION, WRITTEN, right
from tests.central.statements import bank, line

TODAY = date(2026, 3, 4)
LAST_MINUTE = WRITTEN.replace(hour=22, minute=59)
"""A minute before midnight in Paris."""
SOLD, STARTED, DOUBT, PROMISED = RightStatus.SOLD, RightStatus.STARTED, RightStatus.PROVISIONAL, RightStatus.PROMISED
REVERSAL, CREDIT = LineKind.REVERSAL, LineKind.CREDIT


def payment(number: int = 1, status: RightStatus | None = SOLD, cents: int = 600, **other: object) -> RecordedPayment:
    """One that journal and register agree about."""
    values: dict[str, object] = {
        "station": STATION,
        "generation": 1,
        "reference": right(number).reference,
        "entry": 2 * number,
        "at": WRITTEN,
        "plate": "AB123CD",
        "cents": cents,
        "journal": status,
        "journal_cents": cents if status else 0,
        "expected": status,
        "register": status,
        "position": 2 * number,
    }
    return RecordedPayment(**{**values, **other})  # type: ignore[arg-type]


def compared(
    *payments: RecordedPayment, lines: tuple[StatementLine, ...] | None = None, complete: bool = False
) -> Reconciliation:
    """That day, with all data of the station here."""
    records = DayRecords(TODAY, payments, stations={STATION: NOW + DAY})
    return reconcile(records, None if lines is None else Statement(lines, complete))


def kinds(found: Reconciliation) -> list[tuple[str, tuple[int, ...]]]:
    """What differs, and by which lines."""
    return [(each.kind.name, each.lines) for each in found.differences]


def resolved(found: Reconciliation) -> list[tuple[ResolutionOutcome, int | None]]:
    return [(each.outcome, each.line) for each in found.resolutions]


def test_what_was_sold_and_debited_is_equal_and_counted_by_all_three() -> None:
    found = compared(payment(), payment(2, cents=240), payment(3, None), lines=(line(2, bank()), line(3, bank(2), 240)))
    assert found.is_equal
    assert found.totals == (StationTotals(STATION, Sum(2, 840), Sum(), Sum(2, 840), Sum(2, 840), 0),)


def test_what_is_free_is_debited_to_nobody_and_counted_by_none() -> None:
    found = compared(payment(cents=0), lines=(), complete=True)
    assert found.is_equal
    assert found.totals[0].register == Sum()
    assert kinds(compared(payment(cents=0), lines=(line(2, bank()),))) == [("AMOUNT", (2,))]


@pytest.mark.parametrize(
    ("status", "lines", "expected"),
    [
        (SOLD, (), [("NO_DEBIT", ())]),
        (SOLD, (line(2, bank(), 6000),), [("AMOUNT", (2,))]),
        (SOLD, (line(2, bank(), currency="USD"),), [("CURRENCY", (2,))]),
        (SOLD, (line(2, bank()), line(3, bank())), [("DEBITED_TWICE", (2, 3))]),
        (SOLD, (line(2, bank()), line(3, bank(), 6000)), [("DEBITED_TWICE", (2, 3))]),
        (SOLD, (line(2, bank()), line(3, bank(), kind=REVERSAL)), [("REVERSED", (3,))]),
        (SOLD, (line(2, bank()), line(3, bank(), kind=CREDIT)), [("REVERSED", (3,))]),
        (SOLD, (line(2, bank()), line(3, bank()), line(4, bank(), kind=REVERSAL)), []),
        (SOLD, (line(2, bank()), line(3, bank(), 100, CREDIT)), [("CREDIT_DIFFERS", (2, 3))]),
        (
            SOLD,
            (line(2, bank()), line(3, bank(), kind=REVERSAL), line(4, bank(), kind=CREDIT)),
            [("CREDIT_DIFFERS", (4,)), ("REVERSED", (3,))],
        ),
        (SOLD, (line(2, bank(), kind=REVERSAL),), [("LOOSE_CREDIT", (2,))]),
        (None, (line(2, bank()),), [("DEBITED_REFUSED", (2,))]),
        (None, (line(2, bank()), line(3, bank(), kind=REVERSAL)), []),
        (PROMISED, (line(2, bank()),), [("DEBITED_REFUSED", (2,))]),
        (PROMISED, (), []),
        (None, (), []),
        (DOUBT, (), [("IN_DOUBT", ())]),
        (DOUBT, (line(2, bank(), 6000),), [("AMOUNT", (2,))]),
        (DOUBT, (line(2, bank(), currency="USD"),), [("CURRENCY", (2,))]),
        (STARTED, (line(2, bank()), line(3, bank())), [("DEBITED_TWICE", (2, 3))]),
        (SOLD, (line(2, bank()), line(3, bank(9))), [("UNKNOWN_DEBIT", (3,))]),
        (SOLD, (line(2, bank()), line(3, "")), [("UNKNOWN_DEBIT", (3,))]),
        (SOLD, (line(2, bank()), line(3, "ANOTHERSXX")), [("UNKNOWN_DEBIT", (3,))]),
        (SOLD, (line(2, bank()), line(3, bank(9), kind=CREDIT)), [("LOOSE_CREDIT", (3,))]),
        (SOLD, (line(2, bank()), line(3, ""), line(4, "", 300, CREDIT)), [("UNKNOWN_DEBIT", (3,)), ("LOOSE_CREDIT", (4,))]),
        (
            SOLD,
            (line(2, bank()), line(3, bank(9)), line(4, bank(9), 300, CREDIT)),
            [("UNKNOWN_DEBIT", (3,)), ("CREDIT_DIFFERS", (4,))],
        ),
    ],
)
def test_each_difference_is_named_with_the_lines_that_show_it(
    status: RightStatus | None, lines: tuple[StatementLine, ...], expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    found = compared(payment(status=status), lines=lines)
    assert kinds(found) == expected
    assert found.resolutions == ()
    for each in found.differences:
        assert each.remedy == REMEDIES[each.kind]
        if each.reference:
            assert (each.station, each.generation, each.entry, each.bank) == (STATION, 1, 2, bank())


def test_a_debit_before_which_its_stations_data_ends_is_waited_for() -> None:
    for until, remedy in ((WRITTEN, LATE_JOURNAL), (None, LATE_JOURNAL), (NOW, REMEDIES[DifferenceKind.UNKNOWN_DEBIT])):
        records = DayRecords(TODAY, (), stations={STATION: until})
        (found,) = reconcile(records, Statement((line(2, bank()),))).differences
        assert (found.station, found.detail, found.remedy) == (STATION, f"would be {right().reference}", remedy)


# --- journal and register ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ({"register": None}, "NOT_IN_REGISTER"),
        ({"journal": None, "expected": None}, "NOT_IN_JOURNAL"),
        ({"register": PROMISED}, "REGISTER_DIFFERS"),
        ({"differs": ("cents",)}, "REGISTER_DIFFERS"),
    ],
)
def test_what_the_register_has_otherwise_than_the_journal_is_named(other: dict[str, object], kind: str) -> None:
    assert kinds(compared(payment(**other))) == [(kind, ())]  # type: ignore[arg-type]
    assert kinds(compared(payment(at=WRITTEN - DAY, **other))) == []  # type: ignore[arg-type]


def test_without_a_statement_a_doubt_is_counted_and_is_no_difference() -> None:
    found = compared(payment(status=DOUBT))
    assert found.is_equal
    assert found.totals == (StationTotals(STATION, Sum(), Sum(), Sum(), None, 1),)


def test_an_entry_that_waits_is_named() -> None:
    records = DayRecords(TODAY, (), waiting=(WaitingEntry(STATION, 2, 9, "another right"),))
    (found,) = reconcile(records, None).differences
    assert (found.kind, found.station, found.generation, found.entry, found.detail) == (
        *(DifferenceKind.WAITING_ENTRY, STATION, 2, 9, "another right"),
    )


# --- doubts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [DOUBT, STARTED])
def test_exactly_the_debit_ends_a_doubt_as_sold(status: RightStatus) -> None:
    found = compared(payment(status=status), lines=(line(2, bank()),))
    assert (kinds(found), resolved(found)) == ([], [(ResolutionOutcome.SOLD, 2)])
    assert not found.is_equal


@pytest.mark.parametrize("status", [DOUBT, STARTED])
def test_no_debit_ends_it_only_in_a_statement_that_is_complete(status: RightStatus) -> None:
    found = compared(payment(status=status), lines=(), complete=True)
    assert (kinds(found), resolved(found)) == ([], [(ResolutionOutcome.NOT_DEBITED, None)])
    assert kinds(compared(payment(status=status), lines=())) == [("IN_DOUBT", ())]


def test_a_debit_that_was_taken_back_ends_it_in_any() -> None:
    found = compared(payment(status=DOUBT), lines=(line(2, bank()), line(3, bank(), kind=REVERSAL)))
    assert (kinds(found), resolved(found)) == ([], [(ResolutionOutcome.NOT_DEBITED, 3)])


def test_just_before_midnight_a_complete_statement_must_go_on_into_the_next_day() -> None:
    late = payment(status=DOUBT, at=LAST_MINUTE)
    other = payment(2, at=LAST_MINUTE + 11 * MINUTE)
    assert kinds(compared(late, lines=(), complete=True)) == [("IN_DOUBT", ())]
    further = (line(2, bank(2), at=LAST_MINUTE + 11 * MINUTE),)
    assert resolved(compared(late, other, lines=further, complete=True)) == [(ResolutionOutcome.NOT_DEBITED, None)]


def test_a_payment_of_another_day_is_not_ended_by_a_statement_of_this_one() -> None:
    found = compared(payment(status=DOUBT, at=WRITTEN - DAY), lines=(), complete=True)
    assert (kinds(found), resolved(found)) == ([], [])


# --- days ----------------------------------------------------------------------------------------------------------


def test_a_debit_after_midnight_is_of_the_payment_before_and_it_is_said() -> None:
    found = compared(payment(at=LAST_MINUTE), lines=(line(2, bank(), at=LAST_MINUTE + 2 * MINUTE),))
    assert found.is_equal
    assert [(each.line, each.reference) for each in found.other_days] == [(2, right().reference)]
    assert found.totals[0].acquirer == Sum(1, 600)


def test_a_line_of_a_payment_of_the_day_before_is_counted_there_and_it_is_said() -> None:
    found = compared(payment(at=LAST_MINUTE - DAY), lines=(line(2, bank(), at=LAST_MINUTE - DAY + 2 * MINUTE),))
    assert found.is_equal
    assert found.totals == ()
    assert [each.line for each in found.other_days] == [2]


@pytest.mark.parametrize(
    ("status", "lines", "kind"),
    [
        (SOLD, (line(2, bank(), 1),), "AMOUNT"),
        (SOLD, (line(2, bank()), line(3, bank())), "DEBITED_TWICE"),
        (DOUBT, (line(2, bank()),), ""),
    ],
)
def test_what_a_line_of_another_days_payment_says_is_heard(
    status: RightStatus, lines: tuple[StatementLine, ...], kind: str
) -> None:
    found = compared(payment(status=status, at=WRITTEN - DAY), lines=lines)
    assert [name for name, _ in kinds(found)] == ([kind] if kind else [])
    assert resolved(found) == ([] if kind else [(ResolutionOutcome.SOLD, 2)])


# --- debits nobody asked for ---------------------------------------------------------------------------------------


def event(reference: str = "", cents: int = 600, currency: str = "EUR") -> UnaskedDebit:
    return UnaskedDebit(STATION, 1, 7, WRITTEN, reference, cents, currency)


@pytest.mark.parametrize(
    ("reference", "status", "lines", "complete", "expected"),
    [
        (bank(9), SOLD, None, False, [("UNASKED_DEBIT", ())]),
        (bank(9), SOLD, (line(2, bank()), line(3, bank(9))), False, [("UNASKED_DEBIT", (3,))]),
        (bank(9), SOLD, (line(2, bank()),), False, [("UNASKED_DEBIT", ())]),
        (bank(9), SOLD, (line(2, bank()),), True, []),
        (bank(9), SOLD, (line(2, bank()), line(3, bank(9)), line(4, bank(9), kind=REVERSAL)), False, []),
        (bank(), SOLD, (line(2, bank()), line(3, bank())), False, [("DEBITED_TWICE", (2, 3))]),
        (bank(), SOLD, (line(2, bank()),), False, [("UNASKED_DEBIT", ())]),
        (bank(), SOLD, (line(2, bank()),), True, []),
        (bank(), DOUBT, (line(2, bank(), 6000),), False, [("AMOUNT", (2,))]),
        ("", SOLD, (line(2, bank()), line(3, "")), False, [("UNASKED_DEBIT", (3,))]),
        ("", SOLD, (line(2, bank()), line(3, "", 601)), True, [("UNKNOWN_DEBIT", (3,))]),
        ("", SOLD, (line(2, bank()), line(3, "", at=WRITTEN + 11 * MINUTE)), True, [("UNKNOWN_DEBIT", (3,))]),
        ("", SOLD, (line(2, bank()),), False, [("UNASKED_DEBIT", ())]),
    ],
)
def test_a_debit_nobody_asked_for_is_named_once_until_a_complete_statement_has_none(
    reference: str,
    status: RightStatus,
    lines: tuple[StatementLine, ...] | None,
    complete: bool,
    expected: list[tuple[str, tuple[int, ...]]],
) -> None:
    records = DayRecords(TODAY, (payment(status=status),), (event(reference),), stations={STATION: NOW + DAY})
    assert kinds(reconcile(records, None if lines is None else Statement(lines, complete))) == expected


# --- copies of a card ----------------------------------------------------------------------------------------------


def test_two_rights_of_one_reference_want_a_debit_each() -> None:
    copies = payment(), payment(cents=240, plate="ZZ999ZZ")
    assert compared(*copies, lines=(line(2, bank(), 240), line(3, bank()))).is_equal
    found = compared(*copies, lines=(line(2, bank(), 240),))
    assert [(each.kind.name, each.cents) for each in found.differences] == [("NO_DEBIT", 600)]


def test_a_statement_of_many_stations_has_a_total_for_each_and_one_for_nobodys() -> None:
    there = payment(station="75012-0001", reference="75012-0001-000001")
    records = DayRecords(TODAY, (payment(), there), stations={STATION: NOW, "75012-0001": NOW})
    found = reconcile(records, Statement((line(2, bank()), line(3, there.bank, 610), line(4, "", 5, CREDIT))))
    assert [(each.station, each.register, each.acquirer) for each in found.totals] == [
        ("75011-0042", Sum(1, 600), Sum(1, 600)),
        ("75012-0001", Sum(1, 600), Sum(1, 610)),
        ("?", Sum(), Sum(-1, -5)),
    ]
