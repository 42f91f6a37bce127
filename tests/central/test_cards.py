"""Requests for cards in the register, on both databases: from the draft to the card and its right; numbers of cards."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from central.cards import drafting
from central.cards.answers import list_card_requests, list_cards, read_card_request
from central.cards.counter import Counter
from central.cards.drafting import add_document, change_draft, make_draft, submit, withdraw
from central.cards.instruction import accept_request, ask_applicant, queue, reject_request, send_cards
from central.cards.payment import open_payment, take_capture
from central.register.entitlement_copies import current_copy
from central.rules.cards.application import CardDocumentKind
from central.rules.cards.products import CardGratuity, CardTerm
from central.rules.cards.requests import CardPolicy
from central.rules.cards.states import CardStatus
from firmware.domain.errors import FieldError
from tests.central.card_rows import (
    BAKER,
    PDF,
    PLUMBER,
    RESIDENT,
    THREE_YEARS,
    MemoryProvider,
    accepted,
    baker,
    drafted,
    line,
    low_emission,
    paid,
    plumber,
    resident,
    submitted,
)
from tests.central.counter_looks import held, refused, status
from tests.central.meet import met_in
from tests.central.register_rows import DAY, HOUR, MINUTE, TEN, ask


def test_from_the_draft_to_the_card_and_the_right(counter: Counter, bank: MemoryProvider) -> None:
    number = drafted(counter, BAKER, baker())
    assert status(counter, number) is CardStatus.DRAFT
    submit(counter, BAKER, number, BAKER, TEN)
    ask_applicant(counter, number, "le certificat est illisible", "clerk", TEN + MINUTE)
    add_document(counter, BAKER, number, CardDocumentKind.REGISTRATION, "a.pdf", io.BytesIO(PDF), BAKER, TEN + MINUTE)
    assert [each.number for each in queue(counter, TEN + HOUR)] == [number]
    accept_request(counter, number, "", "clerk", TEN + HOUR)
    assert (status(counter, number), held(counter, "AB123CD", TEN + HOUR), queue(counter, TEN + HOUR)) == (
        CardStatus.TO_PAY,
        [],
        [],
    )
    page = open_payment(counter, BAKER, number, BAKER, TEN + HOUR)
    assert (page.cents, page.page) == (4500, f"http://bank/pay/{number}")
    take_capture(counter, bank.take(number, 4500, TEN + HOUR), TEN + HOUR)
    assert held(counter, "AB123CD", TEN + HOUR) == ["pro_sedentary"]
    send_cards(counter, number, "clerk", TEN + DAY)
    answer = read_card_request(counter, number, BAKER, TEN + DAY)
    assert (answer.status, answer.paid_cents, answer.total_cents) == (CardStatus.SENT, 4500, 4500)
    assert [each.status.value for each in answer.history[:3]] == ["Carte expédiée", "Réglée", "A régler"]
    (card,) = list_cards(counter, BAKER, TEN + DAY)
    assert (card.plate, card.sectors, card.last_day, card.free) == ("AB123CD", ("11D",), date(2027, 3, 4), False)


def test_the_right_ends_when_the_card_ends_and_stations_are_told(counter: Counter) -> None:
    with counter.city.store.begin() as connection:
        before = current_copy(counter.city, connection, "11D", TEN)
    paid(counter, RESIDENT, resident())
    with counter.city.store.begin() as connection:
        assert current_copy(counter.city, connection, "11D", TEN) > before
    until = datetime(2027, 3, 5, tzinfo=TEN.tzinfo)
    assert held(counter, "AB123CD", until - timedelta(seconds=1)) == ["resident"]
    assert held(counter, "AB123CD", until) == []
    assert list_cards(counter, RESIDENT, until) == ()


def test_a_low_emission_card_lets_the_vehicle_stay_once_it_is_accepted(counter: Counter) -> None:
    number = submitted(counter, RESIDENT, low_emission("AB123CD"))
    assert not ask(counter.city, at=TEN + HOUR).allowed
    accept_request(counter, number, "", "clerk", TEN + HOUR)
    assert status(counter, number) is CardStatus.PAID, "it costs nothing"
    checked = ask(counter.city, at=TEN + 2 * HOUR, known_at=TEN + MINUTE)
    assert checked.allowed
    assert checked.then is not None
    assert not checked.then.allowed, "as known before it was accepted"


def test_what_is_asked_again_or_out_of_turn_is_refused(counter: Counter) -> None:
    draft = drafted(counter, RESIDENT, resident())
    for step in (accept_request, reject_request):
        refused("state", step, counter, draft, "because", "clerk", TEN)
    refused("state", send_cards, counter, draft, "clerk", TEN)
    refused("state", open_payment, counter, RESIDENT, draft, RESIDENT, TEN)
    submit(counter, RESIDENT, draft, RESIDENT, TEN)
    refused("state", submit, counter, RESIDENT, draft, RESIDENT, TEN)
    refused("state", change_draft, counter, RESIDENT, draft, THREE_YEARS, RESIDENT, TEN)
    reject_request(counter, draft, "hors zone", "clerk", TEN)
    refused("state", accept_request, counter, draft, "", "clerk", TEN)
    document = (CardDocumentKind.HOME, "a.pdf", io.BytesIO(PDF), RESIDENT, TEN)
    refused("state", add_document, counter, RESIDENT, draft, *document)


def test_somebody_elses_request_is_not_there(counter: Counter) -> None:
    number = drafted(counter, RESIDENT, resident())
    document = (CardDocumentKind.HOME, "a.pdf", io.BytesIO(PDF), BAKER, TEN)
    for call in (
        lambda: read_card_request(counter, number, BAKER, TEN),
        lambda: submit(counter, BAKER, number, BAKER, TEN),
        lambda: change_draft(counter, BAKER, number, baker(), BAKER, TEN),
        lambda: open_payment(counter, BAKER, number, BAKER, TEN),
        lambda: add_document(counter, BAKER, number, *document),
    ):
        with pytest.raises(LookupError, match="there is no such request"):
            call()
    assert list_card_requests(counter, BAKER, TEN) == ()


def test_a_document_that_is_missing_is_named(counter: Counter) -> None:
    number = make_draft(counter, RESIDENT, resident(), RESIDENT, TEN)
    refused("documents", submit, counter, RESIDENT, number, RESIDENT, TEN)
    assert read_card_request(counter, number, RESIDENT, TEN).missing == (
        CardDocumentKind.HOME,
        CardDocumentKind.REGISTRATION,
    )


def test_what_a_clerk_did_is_news_until_its_owner_has_looked(counter: Counter) -> None:
    number = submitted(counter, RESIDENT, resident())
    assert not list_card_requests(counter, RESIDENT, TEN)[0].unread
    ask_applicant(counter, number, "un avis d’imposition", "clerk", TEN + HOUR)
    read_card_request(counter, number, None, TEN + HOUR)
    assert list_card_requests(counter, RESIDENT, TEN + HOUR)[0].unread
    assert read_card_request(counter, number, RESIDENT, TEN + HOUR).history[0].reason == "un avis d’imposition"
    assert not list_card_requests(counter, RESIDENT, TEN + HOUR)[0].unread


def test_an_account_has_fifty_drafts_at_most(counter: Counter) -> None:
    few = replace(counter, policy=CardPolicy(most_drafts=2))
    for _ in range(2):
        make_draft(few, RESIDENT, resident(), RESIDENT, TEN)
    refused("request", make_draft, few, RESIDENT, resident(), RESIDENT, TEN)
    make_draft(few, BAKER, baker(), BAKER, TEN)
    withdraw(few, RESIDENT, list_card_requests(few, RESIDENT, TEN)[0].number, RESIDENT, TEN)
    make_draft(few, RESIDENT, resident(), RESIDENT, TEN)


def test_the_documents_of_an_account_have_a_bound_over_all_its_requests(counter: Counter) -> None:
    few = replace(counter, policy=CardPolicy(most_bytes=2 * len(PDF)))
    assert few.folder is not None

    def add(owner: str, number: int) -> None:
        add_document(few, owner, number, CardDocumentKind.HOME, "a.pdf", io.BytesIO(PDF), owner, TEN)

    first, second, third = (make_draft(few, RESIDENT, resident(), RESIDENT, TEN) for _ in range(3))
    add(RESIDENT, first)
    add(RESIDENT, second)
    withdraw(few, RESIDENT, first, RESIDENT, TEN)
    there = sorted(few.folder.path.iterdir())
    refused("document", add, RESIDENT, third)
    almost = replace(counter, policy=CardPolicy(most_bytes=3 * len(PDF) - 1))
    what = (CardDocumentKind.HOME, "a.pdf", io.BytesIO(PDF), RESIDENT, TEN)
    refused("document", add_document, almost, RESIDENT, third, *what)
    assert sorted(few.folder.path.iterdir()) == there, "nothing is kept"
    add(BAKER, make_draft(few, BAKER, baker(), BAKER, TEN))


def test_a_free_card_needs_a_low_emission_card_in_the_register(counter: Counter) -> None:
    free = resident(line(gratuity=CardGratuity.LOW_EMISSION))
    number = submitted(counter, RESIDENT, free)
    refused("lines[0].gratuity", accept_request, counter, number, "", "clerk", TEN)
    accepted(counter, RESIDENT, low_emission("AB123CD"))
    accept_request(counter, number, "", "clerk", TEN + MINUTE)
    assert status(counter, number) is CardStatus.PAID
    assert sorted(held(counter, "AB123CD", TEN + HOUR)) == ["low_emission", "resident"]


def test_one_card_for_an_establishment_whoever_asks(counter: Counter) -> None:
    paid(counter, BAKER, baker())
    second = drafted(counter, PLUMBER, baker(line("BB222BB")))
    refused("lines", submit, counter, PLUMBER, second, PLUMBER, TEN)


@pytest.mark.parametrize(("staff", "most"), [(9, 3), (10, 4)])
def test_mobile_cards_by_staff_requests_on_their_way_included(counter: Counter, staff: int, most: int) -> None:
    lines = [line(f"AA{number}AA") for number in range(111, 111 + most + 1)]
    paid(counter, PLUMBER, plumber(lines[0], staff=staff), cents=24000)
    submitted(counter, PLUMBER, plumber(lines[1], staff=staff))
    too_many = drafted(counter, PLUMBER, plumber(*lines[2:], staff=staff))
    refused("lines", submit, counter, PLUMBER, too_many, PLUMBER, TEN)
    just_enough = drafted(counter, PLUMBER, plumber(*lines[2:most], staff=staff))
    submit(counter, PLUMBER, just_enough, PLUMBER, TEN)


def test_a_rejected_request_counts_no_more(counter: Counter) -> None:
    reject_request(counter, submitted(counter, BAKER, baker()), "hors liste", "clerk", TEN)
    submitted(counter, BAKER, baker(line("BB222BB")))


def test_two_that_come_at_once_are_not_one_too_many(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = drafted(counter, BAKER, baker()), drafted(counter, BAKER, baker(line("BB222BB")))
    with met_in(
        monkeypatch,
        drafting,
        "record_card_event",
        counter.city.store,
        lambda: submit(counter, BAKER, other, BAKER, TEN),
    ) as second:
        submit(counter, BAKER, one, BAKER, TEN)
    assert isinstance(second[0].exception(), FieldError)
    assert (status(counter, one), status(counter, other)) == (CardStatus.EXAMINED, CardStatus.DRAFT)


def test_a_vehicle_has_one_card_and_is_renewed_in_its_last_two_months(counter: Counter) -> None:
    paid(counter, RESIDENT, resident())
    early = drafted(counter, RESIDENT, resident())
    refused("lines[0].plate", submit, counter, RESIDENT, early, RESIDENT, TEN)
    late = datetime(2027, 1, 10, 9, 0, tzinfo=TEN.tzinfo)
    paid(counter, RESIDENT, resident(), late)
    cards = list_cards(counter, RESIDENT, late)
    assert [(each.valid_from.date(), each.last_day) for each in cards] == [
        (date(2026, 3, 4), date(2027, 3, 4)),
        (date(2027, 3, 5), date(2028, 3, 5)),
    ]
    assert held(counter, "AB123CD", datetime(2027, 3, 5, tzinfo=TEN.tzinfo)) == ["resident"]


def test_one_request_for_a_vehicle_at_a_time(counter: Counter) -> None:
    submitted(counter, RESIDENT, resident())
    again = drafted(counter, RESIDENT, resident())
    refused("lines[0].plate", submit, counter, RESIDENT, again, RESIDENT, TEN)


def test_a_provisional_card_is_not_renewed(counter: Counter) -> None:
    month = resident(line(term=CardTerm.PROVISIONAL))
    paid(counter, RESIDENT, month, cents=1000)
    assert held(counter, "AB123CD", datetime(2026, 4, 4, 23, 59, tzinfo=TEN.tzinfo)) == ["resident"]
    assert held(counter, "AB123CD", datetime(2026, 4, 5, tzinfo=TEN.tzinfo)) == []
    later = TEN + 60 * DAY
    again = drafted(counter, RESIDENT, month, later)
    refused("lines[0].term", submit, counter, RESIDENT, again, RESIDENT, later)
