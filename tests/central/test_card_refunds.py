"""What is left of a card of three years is transferred by the public accountant (14-2° article 5), on both databases."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest

from central.cards.answers import read_card_request
from central.cards.counter import Counter
from central.cards.drafting import add_document, make_draft, submit
from central.cards.refunds import DueTransfer, due_transfers, give_back, record_transfer
from central.core.audit import list_audit
from central.db.card_tables import cards
from central.operations.counter_retention import count_expired_at_counter
from central.rules.cards.application import CardDocumentKind, CardReason
from central.rules.cards.products import CardGratuity, CardTerm
from firmware.domain.errors import FieldError
from tests.central.card_rows import PDF, RESIDENT, MemoryProvider, accepted, counter_of, line, paid, replacing, resident
from tests.central.console import Console
from tests.central.counter_looks import card_of, held, refused
from tests.central.register_rows import DAY, PARIS, TEN, city_of
from tests.central.signing_station import all_of

THREE, LATER = CardTerm.THREE_YEARS, datetime(2027, 6, 10, 9, 0, tzinfo=PARIS)
"""Sixteen months of a card have begun then: twenty are left, 50 €."""


def given_up(counter: Counter, at: datetime = LATER) -> int:
    """A vehicle with a card of three years is given up; the request."""
    paid(counter, RESIDENT, resident(line(term=THREE)), cents=9000)
    return accepted(counter, RESIDENT, resident(replacing(card_of(counter, RESIDENT), CardReason.RENOUNCE)), at)


def test_it_is_listed_for_the_accountant_with_the_bank_details(counter: Counter) -> None:
    number = given_up(counter)
    expected = DueTransfer(1, number, LATER, 5000, "vehicle given up", "Anne Dupont", 2)
    assert due_transfers(counter.city.store) == (expected,)
    answer = read_card_request(counter, number, RESIDENT, LATER)
    assert (answer.refunded_cents, answer.by_transfer) == (5000, True)
    assert answer.documents[1].kind is CardDocumentKind.BANK_DETAILS
    assert held(counter, "AB123CD", LATER) == []


def test_the_provider_gives_nothing_of_it_back(counter: Counter, bank: MemoryProvider) -> None:
    given_up(counter)
    assert give_back(counter, "ana", LATER) == 0
    assert bank.refunds == {}


def test_it_is_paid_once_by_a_transfer_that_pays_nothing_else(counter: Counter) -> None:
    number, store = given_up(counter), counter.city.store
    for reference in ("", " ", "x" * 61, "VIR\n1"):
        with pytest.raises(FieldError, match="reference"):
            record_transfer(store, 1, reference, "ana", LATER)
    with pytest.raises(LookupError, match="no refund 2 waits"):
        record_transfer(store, 2, "VIR 1", "ana", LATER)
    record_transfer(store, 1, "VIR 1", "ana", LATER + DAY)
    assert due_transfers(store) == ()
    assert not read_card_request(counter, number, None, LATER + DAY).by_transfer
    noted = list_audit(store)[-1]
    assert (noted.who, noted.action, noted.subject, noted.detail["cents"]) == (
        "ana",
        "card refund transferred",
        str(number),
        5000,
    )
    for again in ("VIR 1", "VIR 2"):
        with pytest.raises((FieldError, LookupError)):
            record_transfer(store, 1, again, "ana", LATER + DAY)


def test_one_transfer_pays_one_refund(counter: Counter) -> None:
    given_up(counter)
    paid(counter, RESIDENT, resident(line("ZZ999ZZ", THREE)), cents=9000)
    other = resident(replacing(card_of(counter, RESIDENT), CardReason.RENOUNCE, "ZZ999ZZ"))
    accepted(counter, RESIDENT, other, LATER + DAY)
    store = counter.city.store
    record_transfer(store, 1, "VIR 1", "ana", LATER + DAY)
    with pytest.raises(FieldError, match="is that of refund 1"):
        record_transfer(store, 2, " VIR 1", "ana", LATER + DAY)
    assert [each.id for each in due_transfers(store)] == [2]


def test_nobody_is_asked_for_an_account_where_nothing_would_come(counter: Counter) -> None:
    paid(counter, RESIDENT, resident())
    gone = make_draft(counter, RESIDENT, resident(replacing(card_of(counter, RESIDENT), CardReason.RENOUNCE)), RESIDENT, TEN)
    assert read_card_request(counter, gone, RESIDENT, TEN).missing == (CardDocumentKind.TRANSFER,), "a card of one year"
    free = resident(line("ZZ999ZZ", THREE, gratuity=CardGratuity.ZERO_TAX))
    accepted(counter, RESIDENT, free)
    card = max(row.id for row in all_of(counter.city, cards))
    gone = make_draft(counter, RESIDENT, resident(replacing(card, CardReason.RENOUNCE, "ZZ999ZZ")), RESIDENT, TEN)
    assert CardDocumentKind.BANK_DETAILS not in read_card_request(counter, gone, RESIDENT, TEN).missing, "a free one"


def test_without_bank_details_it_is_not_submitted(counter: Counter) -> None:
    paid(counter, RESIDENT, resident(line(term=THREE)), cents=9000)
    gone = resident(replacing(card_of(counter, RESIDENT), CardReason.RENOUNCE))
    number = make_draft(counter, RESIDENT, gone, RESIDENT, LATER)
    add_document(counter, RESIDENT, number, CardDocumentKind.TRANSFER, "a.pdf", io.BytesIO(PDF), RESIDENT, LATER)
    refused("documents", submit, counter, RESIDENT, number, RESIDENT, LATER)
    add_document(counter, RESIDENT, number, CardDocumentKind.BANK_DETAILS, "a.pdf", io.BytesIO(PDF), RESIDENT, LATER)
    submit(counter, RESIDENT, number, RESIDENT, LATER)


def test_a_card_of_one_year_gives_nothing_back(counter: Counter) -> None:
    paid(counter, RESIDENT, resident())
    accepted(counter, RESIDENT, resident(replacing(card_of(counter, RESIDENT), CardReason.RENOUNCE)), TEN + DAY)
    assert due_transfers(counter.city.store) == ()
    assert held(counter, "AB123CD", TEN + DAY) == []


def test_the_bank_details_stay_until_the_transfer_is_made(counter: Counter) -> None:
    given_up(counter)
    store, late = counter.city.store, LATER + 400 * DAY
    assert count_expired_at_counter(store, late).documents == 2, "those of the first request"
    record_transfer(store, 1, "VIR 1", "ana", late)
    assert count_expired_at_counter(store, late).documents == 4


def test_the_command_lists_and_records(started: Console, tmp_path: Path) -> None:
    counter = counter_of(city_of(started.store), tmp_path / "documents", MemoryProvider())
    number = given_up(counter)
    key = "--signing-key", str(tmp_path / "other.key")
    started.key.rename(tmp_path / "other.key")
    status, said, _ = started.types("refunds", *key, "--transfers")
    assert (status, said.splitlines()[1]) == (
        0,
        f'"1";"{number}";"2027-06-10";"50.00";"Anne Dupont";"2";"vehicle given up"',
    )
    assert "1 transfer(s) of the public accountant wait" in started.types("refunds", *key)[1]
    status, _, complaint = started.types("refunds", *key, "--transferred", "1")
    assert (status, "reference" in complaint) == (1, True)
    assert started.types("refunds", *key, "--transferred", "1", "--reference", "VIR 1")[1] == "refund 1 is paid\n"
    status, _, complaint = started.types("refunds", *key, "--transferred", "1", "--reference", "VIR 2")
    assert (status, "no refund 1 waits for a transfer" in complaint) == (1, True)
