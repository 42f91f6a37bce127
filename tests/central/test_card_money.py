"""Money that comes for a request, on both databases: paid once, exactly; what else comes is given back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from central.cards.answers import list_cards
from central.cards.counter import Counter
from central.cards.drafting import withdraw
from central.cards.instruction import reject_request
from central.cards.payment import open_payment, take_capture
from central.cards.refunds import give_back
from central.core.audit import list_audit
from central.payments.port import ProviderAwayError
from central.rules.cards.application import CardReason
from central.rules.cards.requests import CardPolicy
from central.rules.cards.states import CardStatus
from tests.central.card_rows import (
    RESIDENT,
    MemoryProvider,
    accepted,
    line,
    paid,
    replacing,
    resident,
    submitted,
)
from tests.central.counter_looks import card_of, held, refused, status
from tests.central.register_rows import DAY, HOUR, TEN


def test_the_same_capture_told_twice_is_one(counter: Counter, bank: MemoryProvider) -> None:
    number = accepted(counter, RESIDENT, resident())
    capture = bank.take(number, 4500, TEN)
    for _ in range(3):
        take_capture(counter, capture, TEN)
    assert (len(list_cards(counter, RESIDENT, TEN)), bank.kept_cents) == (1, 4500)


@pytest.mark.parametrize(
    ("captures", "status_after", "kept"),
    [
        ([4500, 4500], CardStatus.PAID, 4500),
        ([5500], CardStatus.PAID, 4500),
        ([3500], CardStatus.TO_PAY, 0),
        ([3500, 4500], CardStatus.PAID, 4500),
        ([4500, 1], CardStatus.PAID, 4500),
    ],
)
def test_what_is_too_much_or_too_little_is_given_back(
    counter: Counter, bank: MemoryProvider, captures: list[int], status_after: CardStatus, kept: int
) -> None:
    number = accepted(counter, RESIDENT, resident())
    for cents in captures:
        take_capture(counter, bank.take(number, cents, TEN), TEN)
    give_back(counter, "console", TEN)
    assert (status(counter, number), bank.kept_cents) == (status_after, kept)


def test_money_that_comes_after_the_end_is_given_back(counter: Counter, bank: MemoryProvider) -> None:
    counter = replace(counter, policy=CardPolicy(pay_within=30 * DAY))
    number = accepted(counter, RESIDENT, resident())
    late = TEN + 31 * DAY
    refused("state", open_payment, counter, RESIDENT, number, RESIDENT, late)
    take_capture(counter, bank.take(number, 4500, late), late)
    give_back(counter, "console", late)
    assert (status(counter, number, late), bank.kept_cents, list_cards(counter, RESIDENT, late)) == (CardStatus.REJECTED, 0, ())


def test_money_for_a_change_of_a_card_that_has_ended_is_given_back(counter: Counter, bank: MemoryProvider) -> None:
    counter = replace(counter, policy=CardPolicy(pay_within=None))
    paid(counter, RESIDENT, resident())
    change = resident(replacing(card_of(counter, RESIDENT), CardReason.CHANGE_VEHICLE, "ZZ999ZZ"))
    number = accepted(counter, RESIDENT, change)
    late = TEN + 400 * DAY
    refused("state", open_payment, counter, RESIDENT, number, RESIDENT, late)
    take_capture(counter, bank.take(number, 1000, late), late)
    give_back(counter, "console", late)
    assert (bank.kept_cents, held(counter, "ZZ999ZZ", late)) == (4500, [])


@pytest.mark.parametrize("by_clerk", [True, False])
def test_a_request_that_is_accepted_is_rejected_or_withdrawn_and_its_money_given_back(
    counter: Counter, bank: MemoryProvider, by_clerk: bool
) -> None:
    number = accepted(counter, RESIDENT, resident())
    if by_clerk:
        reject_request(counter, number, "ce n’est pas votre domicile", "clerk", TEN)
    else:
        withdraw(counter, RESIDENT, number, RESIDENT, TEN)
    refused("state", open_payment, counter, RESIDENT, number, RESIDENT, TEN)
    take_capture(counter, bank.take(number, 4500, TEN), TEN)
    give_back(counter, "console", TEN)
    assert (status(counter, number), bank.kept_cents) == (CardStatus.REJECTED, 0)
    submitted(counter, RESIDENT, resident())


def test_a_capture_that_is_told_otherwise_changes_nothing_and_leaves_a_line(counter: Counter, bank: MemoryProvider) -> None:
    number, other = accepted(counter, RESIDENT, resident()), accepted(counter, RESIDENT, resident(line("ZZ999ZZ")))
    taken = bank.take(number, 4500, TEN)
    for told in (taken, taken, replace(taken, cents=9900), replace(taken, order=str(other))):
        take_capture(counter, told, TEN)
    assert [status(counter, each) for each in (number, other)] == [CardStatus.PAID, CardStatus.TO_PAY]
    lines = [each for each in list_audit(counter.city.store, limit=1000) if each.action == "card payment told otherwise"]
    assert [(each.subject, each.detail["cents"]) for each in lines] == [(str(number), 9900), (str(other), 4500)]


def test_what_is_paid_is_neither_rejected_nor_withdrawn(counter: Counter) -> None:
    number = paid(counter, RESIDENT, resident())
    refused("state", reject_request, counter, number, "because", "clerk", TEN)
    refused("state", withdraw, counter, RESIDENT, number, RESIDENT, TEN)


def test_a_provider_that_is_away_is_asked_again(counter: Counter, bank: MemoryProvider) -> None:
    number = accepted(counter, RESIDENT, resident())
    bank.away = True
    with pytest.raises(ProviderAwayError):
        open_payment(counter, RESIDENT, number, RESIDENT, TEN)
    bank.away = False
    assert open_payment(counter, RESIDENT, number, RESIDENT, TEN).page
    assert list(bank.orders) == [str(number)]


def test_a_notification_that_never_comes_is_no_money_that_is_lost(counter: Counter, bank: MemoryProvider) -> None:
    number = accepted(counter, RESIDENT, resident())
    open_payment(counter, RESIDENT, number, RESIDENT, TEN)
    bank.take(number, 4500, TEN)
    assert open_payment(counter, RESIDENT, number, RESIDENT, TEN + HOUR).page == "", "it is paid"
    assert status(counter, number) is CardStatus.PAID


def test_a_refund_that_fails_stays_owed_and_is_made_once(counter: Counter, bank: MemoryProvider) -> None:
    number = accepted(counter, RESIDENT, resident())
    first, second = bank.take(number, 4500, TEN), bank.take(number, 4500, TEN)
    bank.away = True
    take_capture(counter, first, TEN)
    take_capture(counter, second, TEN)
    assert (bank.kept_cents, give_back(counter, "console", TEN)) == (9000, 1)
    bank.away = False
    assert (give_back(counter, "console", TEN), bank.kept_cents) == (0, 4500)
    assert (give_back(counter, "console", TEN), bank.refunds) == (0, {"refund-1": ("tx-2", 4500)})
