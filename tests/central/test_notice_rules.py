"""The life of a notice, without a database: every deadline at both of its edges, every amount, every step out of turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from central.rules.notice_numbers import NoticeAuthority, key_of, next_number, serial_block
from central.rules.notice_payment_means import NoticePaymentMeans
from central.rules.notices import (
    Notice,
    NoticeEvent,
    NoticeEventKind,
    NoticeSettlement,
    NoticeState,
    NoticeTerms,
    apply,
    balance_at,
    permitted,
    price_at,
    state_at,
)
from central.rules.second_notice import is_suspect
from firmware.domain.errors import FieldError
from tests.central.register_rows import PARIS, TARIFFS, TEN

INSTANT = timedelta(microseconds=1)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
E = NoticeEventKind


def begins(day: date) -> datetime:
    """The first instant of a day of Paris."""
    return datetime.combine(day, datetime.min.time(), PARIS).astimezone(UTC)


def notice_of(issued_at: datetime = TEN, due: int = 7500, reduced: int = 5250) -> Notice:
    rule = TARIFFS.fps_rule_at(issued_at)
    assert rule is not None
    return Notice(NoticeTerms(issued_at, due, reduced, rule, PARIS))


def after(notice: Notice, *events: NoticeEvent) -> Notice:
    for event in events:
        notice = apply(notice, event, FAR if event.kind is E.PAID else event.at)
    return notice


def sent(day: date, due: int = 7500, reduced: int = 5250) -> Notice:
    """A notice that was issued and sent at the beginning of a day."""
    return after(notice_of(begins(day), due, reduced), NoticeEvent(E.SENT, begins(day)))


def edges(notice: Notice, first: date) -> tuple[int, int]:
    """The price in the last instant before a day, and in its first."""
    return price_at(notice, begins(first) - INSTANT), price_at(notice, begins(first))


@pytest.mark.parametrize(
    ("day", "reduced_until", "notified", "payable_until"),
    [
        (date(2026, 3, 4), date(2026, 3, 13), date(2026, 3, 9), date(2026, 6, 9)),
        (date(2026, 3, 25), date(2026, 4, 3), date(2026, 3, 30), date(2026, 6, 30)),  # clocks go forward
        (date(2026, 10, 20), date(2026, 10, 29), date(2026, 10, 25), date(2027, 1, 25)),  # back, on the day of notification
        (date(2026, 11, 25), date(2026, 12, 4), date(2026, 11, 30), date(2027, 2, 28)),  # no 30th of February
        (date(2027, 11, 25), date(2027, 12, 4), date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 12, 26), date(2027, 1, 4), date(2026, 12, 31), date(2027, 3, 31)),
    ],
)
def test_each_deadline_at_both_of_its_edges(day: date, reduced_until: date, notified: date, payable_until: date) -> None:
    notice, one = sent(day), timedelta(days=1)
    assert edges(notice, reduced_until + one) == (5250, 7500)
    assert edges(notice, payable_until + one) == (7500, 12500)
    for first, states in (
        (notified, (NoticeState.SENT, NoticeState.NOTIFIED)),
        (payable_until + one, (NoticeState.NOTIFIED, NoticeState.INCREASED)),
    ):
        assert (state_at(notice, begins(first) - INSTANT), state_at(notice, begins(first))) == states


@pytest.mark.parametrize(
    ("warned", "until"),
    [(date(2026, 7, 10), date(2026, 8, 10)), (date(2026, 8, 31), date(2026, 9, 30)), (date(2027, 1, 31), date(2027, 2, 28))],
)
@pytest.mark.parametrize(
    ("due", "increased", "rebated"), [(7500, 12500, 10000), (22500, 27500, 22500), (4400, 9400, 7520), (5000, 10000, 8000)]
)
def test_the_increase_and_its_rebate_within_a_month_of_the_warning(
    warned: date, until: date, due: int, increased: int, rebated: int
) -> None:
    notice = sent(date(2026, 3, 4), due, due // 2)
    assert edges(notice, date(2026, 6, 10)) == (due, increased)
    notice = after(notice, NoticeEvent(E.WARNED, begins(warned)))
    assert edges(notice, warned) == (increased, rebated)
    assert edges(notice, until + timedelta(days=1)) == (rebated, increased)
    paid = after(notice, NoticeEvent(E.PAID, begins(until), rebated, "TX"))
    assert state_at(paid, FAR) is NoticeState.PAID


def test_ninety_six_real_hours_from_the_issue_until_2021() -> None:
    issued_at = datetime(2018, 3, 23, 15, 0, tzinfo=PARIS)  # clocks go forward in between
    notice, end = notice_of(issued_at, 4400, 3080), issued_at.astimezone(UTC) + timedelta(hours=96)
    assert (price_at(notice, end), price_at(notice, end + INSTANT)) == (3080, 4400)


def test_the_reduced_amount_holds_as_long_as_the_notice_is_not_sent() -> None:
    assert price_at(notice_of(), TEN + timedelta(days=300)) == 5250


def test_it_is_settled_the_first_time_that_what_was_paid_reaches_the_price() -> None:
    notice = sent(date(2026, 3, 4))
    part = NoticeEvent(E.PAID, begins(date(2026, 3, 5)), 5249, "A")
    rest = NoticeEvent(E.PAID, begins(date(2026, 3, 13)), 1, "B")
    late = NoticeEvent(E.PAID, begins(date(2026, 3, 14)), 1, "C")
    assert state_at(after(notice, part), FAR) is NoticeState.INCREASED
    assert state_at(after(notice, part), part.at) is NoticeState.PARTLY_PAID
    assert state_at(after(notice, part, rest), FAR) is NoticeState.PAID_REDUCED
    short = balance_at(after(notice, part, late), late.at)
    assert (short.owed_cents, short.surplus_cents, short.settlement) == (2250, 0, None)


def test_a_cheque_pays_the_whole_amount() -> None:
    """Seed 001: the reduced amount cannot be paid by cheque; whoever pays by cheque minds the normal amount."""
    notice, first, second = sent(date(2026, 3, 4)), begins(date(2026, 3, 5)), begins(date(2026, 3, 6))
    short = after(notice, NoticeEvent(E.PAID, first, 5250, "A", means=NoticePaymentMeans.CHEQUE))
    assert (state_at(short, first), balance_at(short, first).owed_cents) == (NoticeState.PARTLY_PAID, 2250)
    assert (price_at(short, first - INSTANT), price_at(short, first)) == (5250, 7500)
    rest = after(short, NoticeEvent(E.PAID, second, 2250, "B", means=NoticePaymentMeans.ONLINE))
    assert (state_at(rest, FAR), balance_at(rest, FAR).settlement) == (NoticeState.PAID, NoticeSettlement(second, 7500, False))
    whole = after(notice, NoticeEvent(E.PAID, first, 7500, "A", means=NoticePaymentMeans.CHEQUE))
    assert (state_at(whole, FAR), balance_at(whole, FAR).surplus_cents) == (NoticeState.PAID, 0), "nothing of it is too much"


@pytest.mark.parametrize(
    "means", [None, NoticePaymentMeans.ONLINE, NoticePaymentMeans.TELEPHONE, NoticePaymentMeans.TOBACCONIST]
)
def test_whoever_paid_the_reduced_amount_otherwise_has_paid_whatever_cheque_comes(
    means: NoticePaymentMeans | None,
) -> None:
    notice, first = sent(date(2026, 3, 4)), begins(date(2026, 3, 5))
    paid = after(notice, NoticeEvent(E.PAID, first, 5250, "A", means=means))
    assert state_at(paid, FAR) is NoticeState.PAID_REDUCED
    for day in (first - timedelta(hours=1), begins(date(2026, 3, 6))):  # one of before that became known late, one of after
        again = after(paid, NoticeEvent(E.PAID, day, 7500, "B", means=NoticePaymentMeans.CHEQUE))
        assert (state_at(again, FAR), balance_at(again, FAR).surplus_cents) == (NoticeState.PAID_REDUCED, 7500)
    some = after(notice, NoticeEvent(E.PAID, first, 1000, "C", means=NoticePaymentMeans.CHEQUE))
    assert (price_at(some, first), balance_at(some, first).owed_cents) == (6250, 5250), "the reduced amount, besides"


def test_a_payment_that_becomes_known_late_makes_nothing_dearer() -> None:
    """The rebate of a warning holds for whoever had paid the increase before, as for whoever had paid less."""
    warned = after(sent(date(2026, 3, 4)), NoticeEvent(E.PAID, begins(date(2026, 6, 12)), 12000, "A"))
    warned = after(warned, NoticeEvent(E.WARNED, begins(date(2026, 6, 20))))
    given = after(warned, NoticeEvent(E.REFUNDED, begins(date(2026, 6, 25)), 2000, "R"))
    assert (state_at(given, FAR), balance_at(given, FAR).owed_cents) == (NoticeState.PAID, 0)
    known = after(given, NoticeEvent(E.PAID, begins(date(2026, 6, 11)), 500, "B"))
    assert (balance_at(known, FAR).owed_cents, balance_at(known, FAR).surplus_cents) == (0, 500)


def test_what_is_too_much_is_to_be_given_back_and_no_more() -> None:
    whole = after(sent(date(2026, 3, 4)), NoticeEvent(E.PAID, begins(date(2026, 3, 5)), 7500, "A"))
    assert (balance_at(whole, FAR).surplus_cents, state_at(whole, FAR)) == (2250, NoticeState.PAID_REDUCED)
    with pytest.raises(FieldError, match="cents: 2250 are to be given back"):
        after(whole, NoticeEvent(E.REFUNDED, begins(date(2026, 3, 6)), 2251, "R"))
    given = after(whole, NoticeEvent(E.REFUNDED, begins(date(2026, 3, 6)), 2250, "R"))
    assert (balance_at(given, FAR).surplus_cents, state_at(given, FAR)) == (0, NoticeState.PAID_REDUCED)


def test_a_payment_that_becomes_known_late_counts_from_when_it_was_made() -> None:
    notice = sent(date(2026, 3, 4))
    assert state_at(notice, begins(date(2026, 6, 10))) is NoticeState.INCREASED
    known = after(notice, NoticeEvent(E.PAID, begins(date(2026, 6, 9)), 7500, "A"))
    assert state_at(known, begins(date(2026, 6, 10))) is NoticeState.PAID


def test_a_price_that_falls_settles_what_was_paid_before() -> None:
    notice = after(sent(date(2026, 3, 4)), NoticeEvent(E.PAID, begins(date(2026, 6, 20)), 11000, "A"))
    assert state_at(notice, begins(date(2026, 7, 1))) is NoticeState.INCREASED
    warned = after(notice, NoticeEvent(E.WARNED, begins(date(2026, 7, 10))))
    assert state_at(warned, FAR) is NoticeState.PAID
    assert balance_at(warned, FAR).surplus_cents == 1000


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (NoticeEvent(E.SENT, begins(date(2026, 3, 5))), "state"),
        (NoticeEvent(E.WITHDRAWN, begins(date(2026, 3, 5))), "state"),
        (NoticeEvent(E.CANCELLED, begins(date(2026, 3, 3))), "at"),
        (NoticeEvent(E.WARNED, begins(date(2026, 6, 10)) - INSTANT), "state"),
        (NoticeEvent(E.ENFORCED, begins(date(2026, 6, 10))), "at"),
        (NoticeEvent(E.REFUNDED, begins(date(2026, 3, 5)), 1, "R"), "state"),
        (NoticeEvent(E.PAID, begins(date(2026, 3, 5)), 0, "R"), "cents"),
        (NoticeEvent(E.PAID, begins(date(2026, 3, 5)), -1, "R"), "cents"),
    ],
)
def test_a_step_out_of_turn_is_refused(event: NoticeEvent, field: str) -> None:
    with pytest.raises(FieldError) as error:
        after(sent(date(2026, 3, 4)), event)
    assert error.value.field == field


def test_nothing_is_enforced_before_the_month_of_the_rebate_is_over_and_nothing_is_warned_twice() -> None:
    notice = after(sent(date(2026, 3, 4)), NoticeEvent(E.WARNED, begins(date(2026, 7, 10))))
    with pytest.raises(FieldError, match="within a month"):
        after(notice, NoticeEvent(E.ENFORCED, begins(date(2026, 8, 11)) - INSTANT))
    with pytest.raises(FieldError, match="already"):
        after(notice, NoticeEvent(E.WARNED, begins(date(2026, 7, 11))))
    enforced = after(notice, NoticeEvent(E.ENFORCED, begins(date(2026, 8, 11))))
    assert state_at(enforced, FAR) is NoticeState.ENFORCED
    gone = after(enforced, NoticeEvent(E.WRITTEN_OFF, begins(date(2027, 8, 11)), reason="dead"))
    assert state_at(gone, FAR) is NoticeState.WRITTEN_OFF
    assert state_at(after(gone, NoticeEvent(E.PAID, begins(date(2027, 9, 1)), 12500, "A")), FAR) is NoticeState.PAID


def test_a_payment_is_taken_in_every_state_that_has_a_number() -> None:
    assert {state for state in NoticeState if E.PAID not in permitted(state)} == {NoticeState.PROPOSED}


def test_numbers_and_their_key() -> None:
    block = serial_block(NoticeAuthority(), date(2026, 1, 9), 42)
    assert block == "21750001600019" + "26" + "0" + "009" + "042"
    assert [next_number(block, last) for last in (None, f"{block}000", f"{block}998", f"{block}999")] == [
        *(f"{block}000", f"{block}001", f"{block}999", None),
    ]
    assert key_of("0" * 24 + "98") == "01"
    for wrong in ("", "1" * 25, "1" * 27, "1" * 25 + "x", "¹" * 26, "1" * 26 + "\n"):
        with pytest.raises(FieldError, match="number: has 26 digits"):
            key_of(wrong)


def test_less_than_a_week_apart_before_or_after_is_suspect_on_a_plate_that_holds_something() -> None:
    week = timedelta(days=7)
    for other, suspect in (
        (TEN - week, False),
        (TEN - week + INSTANT, True),
        (TEN + week - INSTANT, True),
        (TEN + week, False),
    ):
        assert is_suspect([other], TEN, entitled=True) is suspect
        assert not is_suspect([other], TEN, entitled=False)


@pytest.mark.parametrize(
    "known_before",
    [
        NoticeEvent(E.CORRECTED, begins(date(2026, 7, 20)), 5000),
        NoticeEvent(E.CONTRADICTED, begins(date(2026, 7, 20))),
        NoticeEvent(E.WRITTEN_OFF, begins(date(2026, 7, 20)), reason="insolvent"),
        NoticeEvent(E.PAID, begins(date(2026, 7, 20)), 12500, "A"),
    ],
    ids=lambda event: event.kind.name,
)
def test_a_warning_that_becomes_known_late_gives_its_rebate(known_before: NoticeEvent) -> None:
    notice = after(sent(date(2026, 3, 4)), known_before)
    warned = apply(notice, NoticeEvent(E.WARNED, begins(date(2026, 7, 18))), FAR)
    due = warned.corrected(FAR).terms.due_cents
    assert price_at(warned.corrected(FAR), begins(date(2026, 7, 25))) == {7500: 10000, 5000: 8000}[due]
    if known_before.kind is E.PAID:
        assert balance_at(warned, FAR).surplus_cents == 2500
    with pytest.raises(FieldError):
        apply(warned, NoticeEvent(E.WARNED, begins(date(2026, 7, 17))), FAR)


def test_a_refund_that_becomes_known_late_is_taken_if_it_was_owed_by_then() -> None:
    paid = after(sent(date(2026, 3, 4)), NoticeEvent(E.PAID, begins(date(2026, 3, 6)), 7500, "A"))
    notice = after(paid, NoticeEvent(E.CORRECTED, begins(date(2026, 3, 20)), 5000))
    given = apply(notice, NoticeEvent(E.REFUNDED, begins(date(2026, 3, 10)), 2250, "R"), FAR)
    assert balance_at(given, FAR).surplus_cents == 1750
    for early in (NoticeEvent(E.REFUNDED, begins(date(2026, 3, 5)), 1, "R"), replace(given.events[-1], cents=2251)):
        with pytest.raises(FieldError, match="cents"):
            apply(notice, early, FAR)
