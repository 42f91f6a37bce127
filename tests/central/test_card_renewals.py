"""A card and the one that follows it, on both databases: both go along to another vehicle, and a vehicle has one at a time."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from central.cards.answers import list_cards
from central.cards.counter import Counter
from central.cards.drafting import submit
from central.core.city import City
from central.rules.cards.application import CardReason
from firmware.domain.errors import FieldError
from tests.central.card_rows import (
    PLUMBER,
    RESIDENT,
    MemoryProvider,
    baker,
    counter_of,
    drafted,
    line,
    paid,
    plumber,
    replacing,
    resident,
)
from tests.central.counter_looks import held, refused
from tests.central.register_rows import DAY, TEN

LATE = datetime(2027, 1, 10, 9, 0, tzinfo=TEN.tzinfo)
NEXT = datetime(2027, 3, 6, 9, 0, tzinfo=TEN.tzinfo)
CHANGE, MOVE = CardReason.CHANGE_VEHICLE, CardReason.CHANGE_ADDRESS


@pytest.fixture
def counter(city: City, tmp_path: Path) -> Counter:
    return counter_of(city, tmp_path / "documents", MemoryProvider())


def renewed(counter: Counter) -> tuple[int, int]:
    """A card that runs, and the one that follows it."""
    paid(counter, RESIDENT, resident())
    paid(counter, RESIDENT, resident(), LATE)
    running, following = (each.id for each in list_cards(counter, RESIDENT, LATE))
    return running, following


def there(counter: Counter) -> list[tuple[str, date]]:
    return [(each.plate, each.last_day) for each in list_cards(counter, RESIDENT, LATE)]


BOTH = [("ZZ999ZZ", date(2027, 3, 4)), ("ZZ999ZZ", date(2028, 3, 5))]


def test_both_go_along_in_one_request(counter: Counter) -> None:
    cards = renewed(counter)
    paid(counter, RESIDENT, resident(*(replacing(each, CHANGE, "ZZ999ZZ") for each in cards)), LATE, cents=2000)
    assert there(counter) == BOTH
    assert [held(counter, "ZZ999ZZ", at) for at in (LATE, NEXT)] == [["resident"], ["resident"]]
    assert held(counter, "AB123CD", NEXT) == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_both_go_along_one_after_the_other(counter: Counter, order: tuple[int, int]) -> None:
    cards = renewed(counter)
    for each in order:
        paid(counter, RESIDENT, resident(replacing(cards[each], CHANGE, "ZZ999ZZ")), LATE, cents=1000)
    assert there(counter) == BOTH


def test_both_move_in_one_request(counter: Counter) -> None:
    moved = resident(*(replacing(each, MOVE) for each in renewed(counter)), postcode="75020", sectors=("20A",))
    paid(counter, RESIDENT, moved, LATE, cents=2000)
    assert {each.sectors for each in list_cards(counter, RESIDENT, LATE)} == {("20A",)}


def test_an_establishments_only_card_and_the_one_that_follows_go_along(counter: Counter) -> None:
    paid(counter, RESIDENT, baker())
    paid(counter, RESIDENT, baker(), LATE)
    for card in list_cards(counter, RESIDENT, LATE):
        changed = baker(replacing(card.id, CHANGE, "ZZ999ZZ"))
        paid(counter, RESIDENT, changed, LATE, cents=1000)
    assert there(counter) == BOTH


def test_two_cards_of_the_same_days_do_not_go_to_one_vehicle(counter: Counter) -> None:
    paid(counter, RESIDENT, resident(line("AA111AA"), line("BB222BB"), line("CC333CC")), cents=13_500)
    cards = {each.plate: each.id for each in list_cards(counter, RESIDENT, TEN)}
    one, other = cards["AA111AA"], cards["BB222BB"]
    for lines in (
        (replacing(one, CHANGE, "ZZ999ZZ"), replacing(other, CHANGE, "ZZ999ZZ")),
        (replacing(one, CHANGE, "CC333CC"),),
    ):
        number = drafted(counter, RESIDENT, resident(*lines))
        refused("lines[0].plate", submit, counter, RESIDENT, number, RESIDENT, TEN)


def test_vehicles_change_places_in_one_request(counter: Counter) -> None:
    paid(counter, RESIDENT, resident(line("AA111AA"), line("BB222BB")), cents=9000)
    cards = {each.plate: each.id for each in list_cards(counter, RESIDENT, TEN)}
    swap = resident(replacing(cards["AA111AA"], CHANGE, "BB222BB"), replacing(cards["BB222BB"], CHANGE, "AA111AA"))
    paid(counter, RESIDENT, swap, TEN + DAY, cents=2000)
    assert [held(counter, plate, TEN + DAY) for plate in ("AA111AA", "BB222BB")] == [["resident"], ["resident"]]


def test_the_last_day_is_told_and_not_the_day_after_it(counter: Counter) -> None:
    paid(counter, RESIDENT, resident())
    again = drafted(counter, RESIDENT, resident())
    with pytest.raises(FieldError, match="until 2027-03-04"):
        submit(counter, RESIDENT, again, RESIDENT, TEN)


def test_a_card_that_is_good_everywhere_moves_too(counter: Counter) -> None:
    paid(counter, PLUMBER, plumber(), cents=24_000)
    (card,) = list_cards(counter, PLUMBER, TEN)
    moved = plumber(replacing(card.id, MOVE))
    paid(counter, PLUMBER, moved, cents=1000)
    (after,) = list_cards(counter, PLUMBER, TEN)
    assert (after.id != card.id, after.last_day, held(counter, "AB123CD", TEN)) == (True, card.last_day, ["pro_mobile"])
