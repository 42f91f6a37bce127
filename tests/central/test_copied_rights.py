"""Rights of cards that were copied, and of sales that end in a later generation: every sale counts, each row once."""

from __future__ import annotations

import pytest

from central.core.city import City
from central.db.tables import dead_letters, rights
from firmware.protocol.facts import InDoubt, PaymentRefused, PaymentStarted, RightSold
from tests.central.cards import StationCard, first_card
from tests.central.signing_station import NOW, SigningStation, all_of, count, right

THEIRS = right(plate="ZZ999ZZ")

Copies = tuple[StationCard, StationCard]


def present(city: City) -> set[tuple[str, str]]:
    """Plate and status of every right there is now."""
    return {(row.plate, row.status) for row in all_of(city, rights) if row.known_until is None}


@pytest.fixture
def cards(station: SigningStation) -> Copies:
    """Two copies of one card, which has begun its first sale."""
    card = first_card()
    card.write(PaymentStarted(right()))
    card.hand_in(station)
    return card, card.copied()


def test_a_reference_that_two_copies_sold_is_two_rights(station: SigningStation, cards: Copies) -> None:
    card, other = cards
    for each, sold in ((card, right(2)), (other, right(2, plate="ZZ999ZZ"))):
        each.write(PaymentStarted(sold))
        each.write(RightSold(sold))
        each.hand_in(station)
    assert present(station.city) == {("AB123CD", "started"), ("AB123CD", "sold"), ("ZZ999ZZ", "sold")}
    assert count(station.city, dead_letters) == 0


def test_a_sale_that_two_copies_tell_is_one_right(station: SigningStation, cards: Copies) -> None:
    card, other = cards
    card.write(RightSold(right()))
    other.write(InDoubt(right(), "power cut"))
    for each in (card, other):
        each.hand_in(station)
    assert [row.status for row in all_of(station.city, rights) if row.known_until is None] == ["sold"]


def test_what_one_copy_refuses_is_its_own_sale(station: SigningStation, cards: Copies) -> None:
    card, other = cards
    for each, sold in ((card, right(2)), (other, right(2, plate="ZZ999ZZ"))):
        each.write(PaymentStarted(sold))
        each.hand_in(station)
    card.write(PaymentRefused(right(2).reference, "declined"))
    card.hand_in(station)
    assert present(station.city) == {("AB123CD", "started"), ("ZZ999ZZ", "started")}


def test_a_contradiction_within_one_journal_waits_for_a_person(station: SigningStation, cards: Copies) -> None:
    card, other = cards
    card.write(RightSold(right()))
    card.hand_in(station)
    other.write(RightSold(THEIRS))
    other.hand_in(station)
    assert present(station.city) == {("AB123CD", "sold"), ("ZZ999ZZ", "sold")}
    other.write(RightSold(right(cents=1)))
    other.hand_in(station)
    (letter,) = all_of(station.city, dead_letters)
    assert letter.reason == "another right 75011-0042-000001 than the one of entry 2"


@pytest.mark.parametrize(
    ("end", "left"), [(PaymentRefused(right().reference, "declined"), set()), (RightSold(right()), {("AB123CD", "sold")})]
)
def test_a_sale_may_end_in_a_later_generation(
    station: SigningStation, cards: Copies, end: PaymentRefused | RightSold, left: set[tuple[str, str]]
) -> None:
    card, _ = cards
    card.begin(2, card.writes.end)
    card.write(end)
    card.hand_in(station)
    assert present(station.city) == left


def test_a_refusal_in_a_later_generation_is_of_the_branch_that_it_continues(station: SigningStation, cards: Copies) -> None:
    card, other = cards
    for each, sold in ((card, right(2)), (other, right(2, plate="ZZ999ZZ"))):
        each.write(PaymentStarted(sold))
        each.hand_in(station)
    card.begin(2, card.writes.end)
    card.write(PaymentRefused(right(2).reference, "declined"))
    card.hand_in(station)
    assert present(station.city) == {("AB123CD", "started"), ("ZZ999ZZ", "started")}


def test_another_right_in_another_generation_is_a_second_one(station: SigningStation, cards: Copies) -> None:
    card, _ = cards
    card.write(RightSold(right()))
    card.begin(2, card.writes.end)
    card.write(RightSold(THEIRS))
    card.hand_in(station, journal=card.journals[0])
    card.hand_in(station)
    assert present(station.city) == {("AB123CD", "sold"), ("ZZ999ZZ", "sold")}


def test_a_status_takes_the_place_of_the_one_row_it_is_about(station: SigningStation, cards: Copies) -> None:
    card, other = cards
    for each, sold in ((card, right(2)), (other, right(2, plate="ZZ999ZZ"))):
        each.write(InDoubt(sold, "unanswered"))
        each.hand_in(station)
    other.write(PaymentRefused(right(2).reference, "not debited"))
    other.hand_in(station, NOW)
    assert present(station.city) == {("AB123CD", "started"), ("AB123CD", "provisional"), ("ZZ999ZZ", "promised")}
