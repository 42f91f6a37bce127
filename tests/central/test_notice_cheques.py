"""A notice that is paid by cheque: recorded in the register, over HTTP and from the agency's file."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from central.access.tokens import Scope
from central.core.audit import list_audit
from central.core.city import City
from central.core.problems import SeveralFieldsError
from central.notices.agency import record_events
from central.notices.agency_file import FineEvent, event_lines, events_in
from central.notices.payments import NoticePayment, record_payment
from central.notices.steps import read_notice
from central.rules.notice_payment_means import NoticePaymentMeans
from central.rules.notices import NoticeState
from firmware.domain.errors import FieldError
from tests.central.notice_rows import FOUR, client_at_four, issue, pay
from tests.central.register_rows import HOUR

SIRET = "21750001600019"


def test_a_payment_keeps_its_means_and_is_another_with_others(city: City) -> None:
    notice = issue(city)
    cheque = NoticePayment(5250, FOUR, "TX-1", means=NoticePaymentMeans.CHEQUE)
    first = record_payment(city, notice.number, cheque, "cashier", FOUR)
    assert (first.state, first.owed_cents, first.price_cents) == (NoticeState.ISSUED, 2250, 7500)
    assert record_payment(city, notice.number, cheque, "cashier", FOUR + HOUR) == first
    assert record_payment(city, notice.number, replace(cheque, means=None), "cashier", FOUR + HOUR) == first
    with pytest.raises(FieldError, match="means: this payment was recorded as cheque"):
        record_payment(city, notice.number, replace(cheque, means=NoticePaymentMeans.ONLINE), "cashier", FOUR + HOUR)
    assert pay(city, notice.number, 2250, FOUR + HOUR, "TX-2").state is NoticeState.PAID
    with pytest.raises(FieldError, match="means: this payment was recorded as one of unknown means"):
        record_payment(
            city, notice.number, replace(cheque, cents=2250, at=FOUR + HOUR, reference="TX-2"), "cashier", FOUR + HOUR
        )
    told = [entry.detail.get("means") for entry in list_audit(city.store) if entry.action == "notice paid"]
    assert told == ["cheque", None]


def test_the_agency_tells_of_a_cheque(city: City) -> None:
    number = issue(city).number
    told = FineEvent("paid", number, FOUR, 5250, "TX-1", means=NoticePaymentMeans.CHEQUE)
    lines = event_lines([told], SIRET, FOUR)
    assert b'"means":"cheque"' in lines
    assert [each.refused for each in record_events(city, events_in(lines, SIRET), "console", FOUR)] == [""]
    assert read_notice(city, number, FOUR).owed_cents == 2250
    for wrong in (lines.replace(b"cheque", b"shells"), lines.replace(b'"paid"', b'"refunded"')):
        with pytest.raises(SeveralFieldsError, match="line 2: means"):
            events_in(wrong, SIRET)


def test_over_http_too_but_nothing_is_given_back_by_a_means_of_payment(store: Engine) -> None:
    client = client_at_four(store)
    number, cashier = issue(client.city).number, client.with_token(Scope.PAYMENTS)
    said = {"cents": 5250, "at": FOUR.isoformat(), "reference": "TX-1", "means": "cheque"}
    paid = cashier.post(f"/v1/notices/{number}/payments", said)
    assert (paid.status_code, paid.json()["owed_cents"]) == (200, 2250)
    for path, body, field in (
        ("payments", said | {"means": "shells"}, "means"),
        ("payments", said | {"means": ""}, "means"),
        ("refunds", said, "means"),
    ):
        refused = cashier.post(f"/v1/notices/{number}/{path}", body)
        assert refused.status_code == 422, body
        assert field in refused.text
