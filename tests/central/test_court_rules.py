"""What an appeal does to its notice, and the court, without a database: the corrected amount, the deadlines, the judgment."""

from __future__ import annotations

from datetime import date

import pytest

from central.rules.appeal_states import AppealState, CourtState, Judgment
from central.rules.court import CourtAgainst, CourtFacts, check_judgment, court_name, court_state, referral_until
from central.rules.notices import Notice, NoticeEvent, NoticeEventKind, NoticeState, apply, balance_at, price_at, state_at
from firmware.domain.errors import FieldError
from tests.central.test_notice_rules import INSTANT, begins, sent

S = AppealState


# --- the notice keeps its deadlines --------------------------------------------------------------------------------


def test_a_corrected_amount_keeps_the_deadlines_of_the_first_notice() -> None:
    notice = sent(date(2026, 3, 4))
    corrected = apply(
        notice, NoticeEvent(NoticeEventKind.CORRECTED, begins(date(2026, 4, 20)), 5000), begins(date(2026, 4, 20))
    )
    assert price_at(corrected.corrected(begins(date(2026, 6, 9))), begins(date(2026, 6, 10)) - INSTANT) == 5000
    assert state_at(corrected, begins(date(2026, 6, 10))) is NoticeState.INCREASED
    assert balance_at(corrected, begins(date(2026, 6, 10))).price_cents == 10000
    assert balance_at(corrected, begins(date(2026, 4, 20)) - INSTANT).price_cents == 7500, "nobody knew then"


@pytest.mark.parametrize(
    ("paid_on", "cents", "state", "surplus"),
    [
        (date(2026, 3, 10), 5250, NoticeState.PAID_REDUCED, 5250 - 3500),
        (date(2026, 3, 20), 7500, NoticeState.PAID, 2500),
        (date(2026, 3, 20), 5000, NoticeState.PAID, 0),
        (date(2026, 3, 20), 4000, NoticeState.PARTLY_PAID, 0),
    ],
)
def test_what_was_paid_before_settles_at_the_price_it_ought_to_have_had(
    paid_on: date, cents: int, state: NoticeState, surplus: int
) -> None:
    at = begins(date(2026, 4, 20))
    paid = apply(sent(date(2026, 3, 4)), NoticeEvent(NoticeEventKind.PAID, begins(paid_on), cents, "TX"), begins(paid_on))
    corrected = apply(paid, NoticeEvent(NoticeEventKind.CORRECTED, at, 5000), at)
    assert (state_at(corrected, at), balance_at(corrected, at).surplus_cents) == (state, surplus)


@pytest.mark.parametrize("cents", [-1, 0, 7500, 9000])
def test_a_correction_lowers_the_amount_and_not_to_nothing(cents: int) -> None:
    notice, at = sent(date(2026, 3, 4)), begins(date(2026, 4, 20))
    with pytest.raises(FieldError) as caught:
        apply(notice, NoticeEvent(NoticeEventKind.CORRECTED, at, cents), at)
    assert caught.value.field == "cents"


def test_what_was_not_sent_is_not_corrected_even_if_it_is_paid() -> None:
    unsent = Notice(sent(date(2026, 3, 4)).terms)
    paid = apply(unsent, NoticeEvent(NoticeEventKind.PAID, unsent.terms.issued_at, 5250, "TX"), begins(date(2026, 3, 5)))
    with pytest.raises(FieldError, match="was not sent"):
        apply(paid, NoticeEvent(NoticeEventKind.CORRECTED, begins(date(2026, 3, 5)), 5000), begins(date(2026, 3, 5)))


# --- the court -----------------------------------------------------------------------------------------------------


def test_the_court_has_its_name_by_the_day() -> None:
    assert court_name(date(2024, 12, 31)).endswith("(CCSP)")
    assert court_name(date(2025, 1, 1)) == "Tribunal du stationnement payant"
    assert court_name(date(2017, 1, 1)) == court_name(date(2018, 1, 1))


@pytest.mark.parametrize(
    ("against", "facts", "until"),
    [
        (CourtAgainst.REFUSAL, CourtFacts(S.REFUSED, date(2026, 5, 1), None), date(2026, 5, 1)),
        (CourtAgainst.REFUSAL, CourtFacts(S.REFUSED_BY_SILENCE, date(2026, 5, 1), None), date(2026, 5, 1)),
        (CourtAgainst.REFUSAL, CourtFacts(S.INADMISSIBLE, date(2026, 5, 1), None), date(2026, 5, 1)),
        (CourtAgainst.CORRECTION, CourtFacts(S.PARTLY_ACCEPTED, date(2026, 5, 1), None), date(2026, 5, 1)),
        (CourtAgainst.WARNING, CourtFacts(None, None, date(2026, 1, 31)), date(2026, 2, 28)),
        (CourtAgainst.WARNING, CourtFacts(S.REFUSED, date(2026, 5, 1), None), None),
        (CourtAgainst.REFUSAL, CourtFacts(S.PARTLY_ACCEPTED, date(2026, 5, 1), None), None),
        (CourtAgainst.REFUSAL, CourtFacts(S.RECEIVED, None, None), None),
        (CourtAgainst.CORRECTION, CourtFacts(None, None, date(2026, 1, 31)), None),
    ],
)
def test_until_when_the_court_is_open(against: CourtAgainst, facts: CourtFacts, until: date | None) -> None:
    if until:
        assert referral_until(against, facts) == until
    else:
        with pytest.raises(FieldError, match="there is no"):
            referral_until(against, facts)


@pytest.mark.parametrize(
    ("judgment", "cents", "judged_on", "field"),
    [
        (Judgment.REDUCED, 0, date(2026, 6, 1), "due_cents"),
        (Judgment.REDUCED, 7500, date(2026, 6, 1), "due_cents"),
        (Judgment.ANNULLED, 1, date(2026, 6, 1), "due_cents"),
        (Judgment.DISMISSED, -1, date(2026, 6, 1), "due_cents"),
        (Judgment.DISMISSED, 0, date(2026, 4, 30), "judged_on"),
        (Judgment.DISMISSED, 0, date(2026, 6, 3), "judged_on"),
    ],
)
def test_a_judgment_that_cannot_be(judgment: Judgment, cents: int, judged_on: date, field: str) -> None:
    with pytest.raises(FieldError) as caught:
        check_judgment(judgment, cents, 7500, date(2026, 5, 1), judged_on, date(2026, 6, 2))
    assert caught.value.field == field
    check_judgment(Judgment.REDUCED, 1, 7500, date(2026, 5, 1), date(2026, 5, 1), date(2026, 5, 1))


def test_a_judgment_is_carried_out_once_nothing_is_left_to_be_given_back() -> None:
    assert court_state(None, 0) is CourtState.PENDING
    assert court_state(Judgment.DISMISSED, 0) is CourtState.DISMISSED
    assert [court_state(Judgment.ANNULLED, left) for left in (1, 0)] == [CourtState.TO_CARRY_OUT, CourtState.CARRIED_OUT]
