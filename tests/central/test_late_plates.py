"""Plates that come after their entries: taken up where the city never had them, and not where it deleted them."""

from __future__ import annotations

import pytest

from central.core.city import City
from central.db.tables import dead_letters, entries, rights
from central.operations.exceptions_queue import clear_dead_letter, list_dead_letters
from central.operations.rescued import AcceptedRescue, accept
from central.operations.retention import PERIODS, delete_expired
from central.rules.journals import EntryPlace
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, PaymentStarted, RightSold, UnexpectedEvent
from firmware.protocol.messages import Sent
from firmware.protocol.rescue import Rescue, RescuedJournal, rescue_of
from tests.central.cards import StationCard, first_card
from tests.central.register_rows import ask
from tests.central.signing_station import DAY, MINUTE, NOW, PERSONAL, STATION, SigningStation, all_of, key_of, right

LATE = NOW + DAY


def card_with(*facts: Fact) -> StationCard:
    """A card that wrote these."""
    card = first_card()
    for fact in facts:
        card.write(fact, NOW)
    return card


def accept_damaged(city: City, card: StationCard, *, intact: tuple[int, ...] = ()) -> AcceptedRescue:
    """Hand in a rescue file of a card whose plates could not be read, but for some entries."""
    this = card.writes
    texts = tuple(Sent(*text, PERSONAL.get(text[1]) if seq in intact else None) for seq, text in enumerate(this.texts, 1))
    found = RescuedJournal(this.generation, this.document, True, texts)
    data = rescue_of(Rescue(STATION, LATE, (found,)), key_of(STATION))
    return accept(city, data, by="M. Petit", noted_by="console: ana", now=LATE)


def present(city: City) -> list[tuple[str, str]]:
    return [(row.plate, row.status) for row in all_of(city, rights) if row.known_until is None]


def plates_kept(city: City) -> list[bool]:
    return [row.personal is not None for row in all_of(city, entries)]


def test_a_plate_that_comes_later_makes_the_right_and_clears_the_letter(station: SigningStation) -> None:
    card = card_with(PaymentStarted(right()), RightSold(right()), UnexpectedEvent("x"))
    accept_damaged(station.city, card)
    assert (present(station.city), len(list_dead_letters(station.city.store))) == ([], 2)
    refused = ask(station.city, at=NOW + MINUTE)
    assert card.hand_in(station, LATE) == (200, {"next": 4})
    assert (present(station.city), plates_kept(station.city)) == ([("AB123CD", "sold")], [True, True, False])
    assert list_dead_letters(station.city.store) == ()
    assert [(row.cleared_at, row.cleared_by, row.note) for row in all_of(station.city, dead_letters)] == [
        (LATE, "intake", "its plate came later")
    ] * 2
    assert (refused.allowed, ask(station.city, at=NOW + MINUTE).allowed) == (False, True)


def test_a_rescue_of_the_true_card_tells_the_refusals_that_it_contradicts(station: SigningStation) -> None:
    card = card_with(PaymentStarted(right()), RightSold(right()))
    accept_damaged(station.city, card)
    ask(station.city, at=NOW + MINUTE)
    made = accept_damaged(station.city, card, intact=(1, 2))
    assert [each.plate for each in made.reopened] == ["AB123CD"]
    assert made.journals[0].repeated == 2


@pytest.mark.parametrize(
    ("facts", "intact", "becomes"),
    [
        ((PaymentStarted(right()), PaymentRefused(right().reference, "refused")), (), []),
        (
            (PaymentStarted(right()), InDoubt(right(), "no answer"), PaymentRefused(right().reference, "refused")),
            (1,),
            ["promised"],
        ),
        ((PaymentStarted(right()), InDoubt(right(), "no answer")), (1,), ["provisional"]),
        ((PaymentStarted(right()), RightSold(right())), (2,), ["sold"]),
    ],
)
@pytest.mark.parametrize("limit", [1, 1000])
def test_what_came_after_it_counts_after_it(
    station: SigningStation, facts: tuple[Fact, ...], intact: tuple[int, ...], becomes: list[str], limit: int
) -> None:
    """However the repeat is cut into batches."""
    card = card_with(*facts)
    accept_damaged(station.city, card, intact=intact)
    for _ in range(len(facts)):
        card.hand_in(station, LATE, limit)
    assert [status for _, status in present(station.city)] == becomes
    assert list_dead_letters(station.city.store) == ()


def test_an_entry_without_its_plate_erases_none(station: SigningStation) -> None:
    card = card_with(PaymentStarted(right()), RightSold(right()))
    card.hand_in(station)
    accept_damaged(station.city, card)
    assert (present(station.city), plates_kept(station.city)) == ([("AB123CD", "sold")], [True, True])
    assert list_dead_letters(station.city.store) == ()


def test_a_plate_that_retention_deleted_does_not_come_back(station: SigningStation) -> None:
    card = card_with(PaymentStarted(right()), RightSold(right()))
    card.hand_in(station)
    later = NOW + PERIODS.entries + PERIODS.rights + DAY
    delete_expired(station.city.store, "ana", later)
    assert plates_kept(station.city) == [False, False]
    card.writes.handed_in = 0
    card.hand_in(station, later)
    assert (present(station.city), plates_kept(station.city)) == ([("", "sold")], [False, False])


def test_nor_one_that_had_come_later(station: SigningStation) -> None:
    """While it waits it is kept, and taken up however late; then its time is over, and it is deleted once and for all."""
    card = card_with(PaymentStarted(right()), RightSold(right()))
    accept_damaged(station.city, card)
    later = NOW + PERIODS.entries + PERIODS.rights + 2 * DAY
    delete_expired(station.city.store, "ana", later)
    clear_dead_letter(station.city.store, STATION, EntryPlace(0, 1), "ana", "the card is lost", later)
    card.hand_in(station, later)
    assert (present(station.city), plates_kept(station.city)) == ([("AB123CD", "sold")], [True, True])
    assert [row.note for row in all_of(station.city, dead_letters)] == ["the card is lost", "its plate came later"]
    delete_expired(station.city.store, "ana", later)
    card.writes.handed_in = 0
    card.hand_in(station, later)
    assert (present(station.city), plates_kept(station.city)) == ([("", "sold")], [False, False])


def test_one_that_contradicts_another_right_still_waits(station: SigningStation) -> None:
    card = card_with(RightSold(right()), RightSold(right(plate="ZZ999ZZ")))
    accept_damaged(station.city, card, intact=(1,))
    clear_dead_letter(station.city.store, STATION, EntryPlace(0, 2), "ana", "the card is lost", LATE)
    card.hand_in(station, LATE)
    (letter,) = list_dead_letters(station.city.store)
    assert (letter.seq, letter.reason) == (2, f"another right {right().reference} than the one of entry 1")
    assert present(station.city) == [("AB123CD", "sold")]
