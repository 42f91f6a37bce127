"""A receipt that becomes known after the notice was issued: deducted before it is sent, proposed afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from central.core.city import City
from central.notices.answers import NoticeAnswer
from central.notices.contradictions import list_proposed_cancellations
from central.notices.steps import read_notice
from central.rules.notices import NoticeEventKind, NoticeState
from firmware.domain.errors import FieldError
from tests.central.notice_rows import FOUR, complete, issue, pay, propose, send, step
from tests.central.register_rows import DAY, HOUR, MINUTE, TEN, ask, right, sell

NOON, SIX = TEN + 2 * HOUR, TEN + 8 * HOUR
K = NoticeEventKind


def hand_in(city: City, cents: int = 900) -> None:
    """A receipt of noon, an hour and a half, that a seller hands in an hour after the notice was issued."""
    sell(city.store, replace(right(start=NOON, minutes=90), cents=cents, known_from=FOUR + HOUR))


def amounts(notice: NoticeAnswer) -> tuple[int, int, int]:
    return notice.due_cents, notice.reduced_cents, notice.receipt_cents


def test_before_the_sending_it_is_deducted_and_the_stay_counts_from_it(city: City) -> None:
    number = issue(city).number
    hand_in(city)
    sent = send(city, number, FOUR + 2 * HOUR)
    assert (amounts(sent), sent.covers_until, sent.receipt_at) == ((6600, 4620, 900), SIX, NOON)
    assert sent.correction_proposed_cents is None
    assert [ask(city, at=at).allowed for at in (SIX - MINUTE, SIX)] == [True, False]
    complete(city, SIX + HOUR)
    assert isinstance(propose(city, ask(city, at=SIX).id, SIX + HOUR), NoticeAnswer)


def test_what_was_paid_before_is_given_back(city: City) -> None:
    number = issue(city).number
    pay(city, number, 5250, FOUR, "TX-1")
    hand_in(city)
    assert read_notice(city, number, FOUR + 2 * HOUR).surplus_cents == 5250 - 4620


def test_after_the_sending_a_person_corrects_the_amount(city: City) -> None:
    number = send(city, issue(city).number).number
    with pytest.raises(FieldError, match="state: no receipt became known"):
        step(city, number, K.CORRECTED, FOUR + MINUTE, "looked at")
    hand_in(city)
    (listed,) = list_proposed_cancellations(city, "", 100, "officer", FOUR + 2 * HOUR)
    assert (listed.number, listed.correction_proposed_cents, amounts(listed)) == (number, 6600, (7500, 5250, 0))
    assert listed == read_notice(city, number, FOUR + 2 * HOUR), "proposed once"
    with pytest.raises(FieldError, match="reason: is missing"):
        step(city, number, K.CORRECTED, FOUR + DAY)
    corrected = step(city, number, K.CORRECTED, FOUR + DAY, "a receipt was handed in late")
    assert (corrected.due_cents, corrected.correction_proposed_cents) == (6600, None)
    assert list_proposed_cancellations(city, "", 100, "officer", FOUR + 2 * DAY) == ()


@pytest.mark.parametrize("sent", [True, False])
def test_one_that_is_worth_as_much_as_the_charge_leaves_nothing_to_pay(city: City, sent: bool) -> None:
    number = issue(city).number
    if sent:
        send(city, number)
    hand_in(city, 7500)
    found = read_notice(city, number, FOUR + 2 * HOUR)
    assert (found.state, found.cancellation_proposed) == (NoticeState.SENT if sent else NoticeState.WITHDRAWN, sent)


def test_one_that_was_known_before_or_costs_the_motorist_changes_nothing(city: City) -> None:
    sell(city.store, replace(right(start=TEN + HOUR), cents=600))
    number = issue(city).number
    hand_in(city, 300)
    found = read_notice(city, number, FOUR + 2 * HOUR)
    assert (amounts(found), found.covers_until) == ((6900, 4830, 600), TEN + 7 * HOUR)
