"""What the page of a notice says of paying it: 75 euros, sent on 4 March 2026."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

import pytest

from central.core.city import City
from central.notices.answers import NoticeAnswer
from central.notices.payments import NoticePayment, record_payment
from central.notices.steps import read_notice
from central.pages.payment_section import NO_CHEQUE, SITE, TO_BE_CANCELLED, TO_THE_TREASURY, payment_section
from central.rules.notice_payment_means import NoticePaymentMeans
from central.rules.notices import NoticeEventKind, NoticeState
from tests.central.appeal_rows import noon, sent_notice
from tests.central.notice_rows import issue, pay, step
from tests.central.register_rows import PARIS

LATER = noon(date(2026, 3, 14))


@pytest.fixture
def number(city: City) -> str:
    return sent_notice(city)


def words(notice: NoticeAnswer) -> str:
    """As people read it."""
    return re.sub(r"<[^>]+>", "", payment_section(notice)).replace("\N{NO-BREAK SPACE}", " ")


def at(city: City, number: str, day: date) -> str:
    return words(read_notice(city, number, noon(day)))


def test_the_reduced_amount_until_its_last_day_and_what_follows(city: City, number: str) -> None:
    told = at(city, number, date(2026, 3, 13))
    assert "Reste à payer aujourd’hui : 52,50 €, jusqu’au 13/03/2026 inclus. Ensuite : 75,00 € jusqu’au 09/06/2026" in told
    assert "Au-delà, il est majoré : 125,00 €." in told
    assert SITE in told
    assert NO_CHEQUE in told


def test_then_the_whole_less_what_was_paid(city: City, number: str) -> None:
    told = at(city, number, date(2026, 3, 14))
    assert "Reste à payer aujourd’hui : 75,00 €, jusqu’au 09/06/2026 inclus. Au-delà, il est majoré : 125,00 €." in told
    assert NO_CHEQUE not in told
    pay(city, number, 1000, LATER, "TX-1")
    told = at(city, number, date(2026, 3, 15))
    assert "Reste à payer aujourd’hui : 65,00 €, jusqu’au 09/06/2026 inclus. Au-delà, il est majoré : 115,00 €." in told


def test_what_came_by_cheque_leaves_the_reduced_amount_to_be_paid_otherwise(city: City, number: str) -> None:
    cheque = NoticePayment(1000, noon(date(2026, 3, 5)), "TX-1", means=NoticePaymentMeans.CHEQUE)
    record_payment(city, number, cheque, "cashier", noon(date(2026, 3, 5)))
    told = at(city, number, date(2026, 3, 6))
    assert "Reste à payer aujourd’hui : 52,50 €, jusqu’au 13/03/2026 inclus. Ensuite : 65,00 € jusqu’au 09/06/2026" in told
    assert NO_CHEQUE in told
    record_payment(city, number, replace(cheque, cents=5250, reference="TX-2"), "cashier", noon(date(2026, 3, 6)))
    told = at(city, number, date(2026, 3, 7))
    assert "Reste à payer aujourd’hui : 12,50 €, jusqu’au 09/06/2026 inclus." in told
    assert NO_CHEQUE not in told


def test_the_increased_charge_is_paid_to_the_treasury_and_less_for_a_month(city: City, number: str) -> None:
    told = at(city, number, date(2026, 6, 10))
    assert f"Reste à payer aujourd’hui : 125,00 €. {TO_THE_TREASURY}" in told
    assert SITE not in told
    step(city, number, NoticeEventKind.WARNED, noon(date(2026, 6, 30)))
    told = at(city, number, date(2026, 7, 30))
    assert "Reste à payer aujourd’hui : 100,00 €, jusqu’au 30/07/2026 inclus. Ensuite : 125,00 €." in told
    assert f"Reste à payer aujourd’hui : 125,00 €. {TO_THE_TREASURY}" in at(city, number, date(2026, 7, 31))


def test_before_it_is_sent_no_day_is_named(city: City) -> None:
    told = words(issue(city))
    assert "Reste à payer aujourd’hui : 52,50 €. Ensuite : 75,00 €. Au-delà, il est majoré : 125,00 €." in told


def test_a_window_of_hours_ends_at_its_minute(city: City, number: str) -> None:
    notice = read_notice(city, number, LATER.replace(day=5))
    hours = replace(notice, reduced_until=datetime(2026, 3, 8, 16, 0, tzinfo=PARIS))
    assert "52,50 €, jusqu’au 08/03/2026 à 16:00. Ensuite" in words(hours)


def test_what_is_paid_ended_or_given_up_asks_for_nothing(city: City, number: str) -> None:
    notice = read_notice(city, number, LATER)
    assert TO_BE_CANCELLED in payment_section(replace(notice, cancellation_proposed=True))
    for state in set(NoticeState) - {NoticeState.ISSUED, NoticeState.SENT, NoticeState.NOTIFIED, NoticeState.PARTLY_PAID}:
        asked = payment_section(replace(notice, state=state))
        assert bool(asked) is (state in (NoticeState.INCREASED, NoticeState.ENFORCED))
    pay(city, number, 7500, LATER, "TX-1")
    assert at(city, number, date(2026, 3, 15)) == ""
