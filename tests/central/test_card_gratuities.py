"""Cards that cost nothing, on both databases: what they are free for goes with the vehicle or with the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from central.cards.answers import list_cards, read_card_request
from central.cards.counter import Counter
from central.cards.instruction import accept_request
from central.cards.payment import take_capture
from central.cards.refunds import give_back
from central.rules.cards.application import CardReason
from central.rules.cards.products import CardDispatch, CardGratuity, CardTerm
from central.rules.cards.states import CardStatus
from tests.central.card_rows import (
    RESIDENT,
    MemoryProvider,
    accepted,
    line,
    low_emission,
    paid,
    replacing,
    resident,
    submitted,
)
from tests.central.counter_looks import held, refused, status
from tests.central.register_rows import DAY, TEN


def free_card(counter: Counter, why: CardGratuity) -> int:
    """A resident's card that costs nothing, of a vehicle with a low emission card."""
    accepted(counter, RESIDENT, low_emission("AB123CD"))
    accepted(counter, RESIDENT, resident(line(term=CardTerm.THREE_YEARS, gratuity=why)))
    return next(each.id for each in list_cards(counter, RESIDENT, TEN) if each.product == "resident")


def test_a_card_that_is_free_for_its_vehicle_goes_to_no_other_vehicle(counter: Counter) -> None:
    change = resident(replacing(free_card(counter, CardGratuity.LOW_EMISSION), CardReason.CHANGE_VEHICLE, "ZZ999ZZ"))
    number = submitted(counter, RESIDENT, change)
    refused("lines[0].plate", accept_request, counter, number, "", "clerk", TEN)
    accepted(counter, RESIDENT, low_emission("ZZ999ZZ"))
    accept_request(counter, number, "", "clerk", TEN)
    assert status(counter, number) is CardStatus.TO_PAY, "14-3° article 13: it is free still, and its change is not"


def test_a_low_emission_card_that_ends_before_the_payment_leaves_the_old_card_and_gives_the_money_back(
    counter: Counter, bank: MemoryProvider
) -> None:
    mine = free_card(counter, CardGratuity.LOW_EMISSION)
    accepted(counter, RESIDENT, low_emission("ZZ999ZZ"))
    number = accepted(counter, RESIDENT, resident(replacing(mine, CardReason.CHANGE_VEHICLE, "ZZ999ZZ")))
    other = next(each.id for each in list_cards(counter, RESIDENT, TEN) if each.plate == "ZZ999ZZ")
    gone = replace(low_emission(), lines=(replacing(other, CardReason.RENOUNCE, "ZZ999ZZ"),))
    accepted(counter, RESIDENT, gone, TEN + DAY)
    take_capture(counter, bank.take(number, 1000, TEN + DAY), TEN + DAY)
    give_back(counter, "console", TEN + DAY)
    assert (bank.kept_cents, held(counter, "ZZ999ZZ", TEN + DAY)) == (0, [])


def test_who_pays_no_tax_keeps_a_free_card_with_another_vehicle(counter: Counter) -> None:
    mine = free_card(counter, CardGratuity.ZERO_TAX)
    paid(counter, RESIDENT, resident(replacing(mine, CardReason.CHANGE_VEHICLE, "ZZ999ZZ")), cents=1000)
    assert held(counter, "ZZ999ZZ", TEN) == ["resident"]


def test_a_change_brings_no_free_duplicate_again(counter: Counter) -> None:
    card, plate = free_card(counter, CardGratuity.ZERO_TAX), "AB123CD"
    seen = []
    for other in ("YY888YY", "ZZ999ZZ"):
        number = accepted(counter, RESIDENT, resident(replacing(card, CardReason.DUPLICATE, plate)))
        seen.append(read_card_request(counter, number, None, TEN).total_cents)
        paid(counter, RESIDENT, resident(replacing(card, CardReason.CHANGE_VEHICLE, other)), cents=1000)
        plate = other
        card = next(each.id for each in list_cards(counter, RESIDENT, TEN) if each.product == "resident")
    assert seen == [0, 500], "14-2° article 6: one in all"


def test_a_free_duplicate_that_waits_for_its_postage_is_the_free_one(counter: Counter) -> None:
    card, numbers = free_card(counter, CardGratuity.ZERO_TAX), []
    again = resident(replacing(card, CardReason.DUPLICATE), dispatch=CardDispatch.TRACKED)
    for _ in range(2):
        numbers.append(accepted(counter, RESIDENT, again))
    assert [read_card_request(counter, each, None, TEN).total_cents for each in numbers] == [100, 600], "14-2° article 6"
    first = read_card_request(counter, numbers[0], None, TEN)
    assert first.status is CardStatus.TO_PAY, "and it was not paid for when the second was accepted"


def test_a_free_duplicate_is_of_the_year_in_which_it_was_accepted(counter: Counter, bank: MemoryProvider) -> None:
    accepted(counter, RESIDENT, low_emission("AB123CD"))
    (card,) = list_cards(counter, RESIDENT, TEN)
    again = replace(low_emission(), lines=(replacing(card.id, CardReason.DUPLICATE),), dispatch=CardDispatch.TRACKED)
    december, january = datetime(2026, 12, 31, 12, tzinfo=UTC), datetime(2027, 1, 2, 12, tzinfo=UTC)
    number = accepted(counter, RESIDENT, again, december)
    take_capture(counter, bank.take(number, 100, january), january)
    after = accepted(counter, RESIDENT, again, january + DAY)
    assert read_card_request(counter, after, None, january + DAY).total_cents == 100, "the free one of another year"
