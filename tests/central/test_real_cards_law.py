"""The law of cards: sold, copied, restored, cloned, replaced and rescued in any order, no sale is lost in silence.

Every sale that any card acknowledged to a motorist ends in the register exactly once, or is missing in a way that keeps the
city from concluding anything against it.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.builders import STATION
from tests.central import register_rows
from tests.central.real_cards import MINUTE, Cards
from tests.central.signing_station import DAY

which = st.integers(0, 5)
OPERATIONS = st.one_of(
    st.tuples(st.just("sell"), which),
    st.tuples(st.just("sell"), which),
    st.tuples(st.just("sync"), which),
    st.tuples(st.just("sync"), which, st.integers(1, 3)),
    st.tuples(st.just("answer lost"), which, st.integers(1, 3)),
    st.tuples(st.just("copy"), which),
    st.tuples(st.just("restore"), which, which, st.booleans()),
    st.tuples(st.just("put back without log"), which),
    st.tuples(st.just("clone"), which),
    st.tuples(st.just("replace"), which, st.booleans()),
    st.tuples(st.just("replace by a copy"), which, which),
    st.tuples(st.just("replace by a card from the drawer"), which, which),
    st.tuples(st.just("rescue"), which, st.booleans()),
    st.tuples(st.just("rescue a copy"), which),
    st.tuples(st.just("write a rescue file"), which),
    st.tuples(st.just("hand a rescue file over"), which),
)
SWAPPED = st.tuples(*(st.lists(OPERATIONS, max_size=4) for _ in range(3)))
"""What happens before a file is made or a copy taken, before the card is replaced, and after it."""


def perform(cards: Cards, operation: tuple[object, ...]) -> None:
    """One thing that befalls the cards, a minute after the last."""
    cards.now += MINUTE
    match operation:
        case ("sell", int(card)):
            cards.sell(card)
        case ("sync", int(card)):
            cards.sync(card)
        case ("sync", int(card), int(requests)):
            cards.sync(card, requests)
        case ("answer lost", int(card), int(requests)):
            cards.sync(card, requests, answer_lost=True)
        case ("copy", int(card)):
            cards.copy(card)
        case ("restore", int(card), int(copy), bool(alone)):
            cards.restore(card, copy, journals_only=alone)
        case ("put back without log", int(card)):
            cards.put_back_without_log(card)
        case ("clone", int(card)):
            cards.clone(card)
        case ("replace", int(card), bool(readable)):
            cards.replace(card, readable=readable)
        case ("replace by a copy", int(card), int(copy)):
            cards.replace_by(card, cards.copies, copy)
        case ("replace by a card from the drawer", int(card), int(old)):
            cards.replace_by(card, cards.drawer, old)
        case ("rescue", int(card), bool(plates)) if cards.drawer:
            cards.rescue(cards.drawer[card % len(cards.drawer)], plates=plates)
        case ("rescue a copy", int(card)) if cards.copies:
            cards.rescue(cards.copies[card % len(cards.copies)])
        case ("write a rescue file", int(card)):
            cards.write_rescue(cards.alive[card % len(cards.alive)])
        case ("hand a rescue file over", int(file)):
            cards.hand_over(file)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(OPERATIONS, min_size=1, max_size=25))
def test_no_sale_of_any_card_is_lost_in_silence(store: Engine, operations: list[tuple[object, ...]]) -> None:
    _hold_the_law(store, operations)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SWAPPED, st.sampled_from(["copy", "write a rescue file", "goes along"]))
def test_a_file_made_before_a_card_was_replaced_vouches_for_nothing(
    store: Engine, around: tuple[list[tuple[object, ...]], ...], kept: str
) -> None:
    """Sold, copied or read, sold on, replaced unread, then what was kept of it is handed over and the new card reports."""
    before, between, after = around
    late = ("hand a rescue file over", 0) if kept == "write a rescue file" else ("rescue a copy", 0)
    report = [("sync", 0), ("sync", 0)]
    replaced = ("replace by a copy", 0, 0) if kept == "goes along" else ("replace", 0, False)
    keep = (kept if kept == "write a rescue file" else "copy", 0)
    sold = [*before, ("sell", 0), ("sync", 0), keep, *between, ("sell", 0), replaced, *report]
    _hold_the_law(store, [*sold, late, *after, late, *report])


def _hold_the_law(store: Engine, operations: Sequence[tuple[object, ...]]) -> None:
    note(f"{operations}")
    register_rows.delete_all(store)
    with tempfile.TemporaryDirectory() as folder:
        cards = Cards(register_rows.city_of(store), Path(folder))
        for operation in operations:
            perform(cards, operation)
            assert cards.wrongly_concluded() == []
            assert cards.repeated_references() == set()
        _everything_is_found(cards)


def _everything_is_found(cards: Cards) -> None:
    """Each card that is left is rescued, then hands in what it has: what any of them held is in the register, once."""
    for card in (*cards.drawer, *cards.alive):
        cards.now += MINUTE
        cards.rescue(card)
        cards.rescue(card)
    for number in range(len(cards.alive)):
        cards.sync(number)
    assert cards.wrongly_concluded() == []
    found = Counter(cards.registered())
    assert [plate for plate, times in found.items() if times != 1] == []
    held = set().union(*(cards.plates_on(card) for card in (*cards.drawer, *cards.alive)))
    acknowledged = {sale.plate for sale in cards.acknowledged}
    assert held <= set(found) <= acknowledged
    cards.now += DAY
    cards.close_all()


@pytest.mark.parametrize("readable", [True, False])
def test_the_swap_of_a_card_with_an_unsent_sale(store: Engine, tmp_path: Path, readable: bool) -> None:
    """As the technician's book has it: allowed in the end, and inconclusive until then."""
    cards = Cards(register_rows.city_of(store), tmp_path)
    cards.sell(0)
    cards.sync(0)
    cards.now += MINUTE
    cards.sell(0)
    cards.now += MINUTE
    cards.replace(0, readable=readable)
    cards.sell(0)
    cards.now += MINUTE
    assert cards.wrongly_concluded() == []
    cards.sync(0)
    assert len(cards.registered()) == (3 if readable else 2)
    assert cards.wrongly_concluded() == []
    cards.rescue(cards.drawer[0])
    assert sorted(cards.registered()) == [sale.plate for sale in cards.acknowledged]


def test_a_copy_that_goes_along_is_no_proof_that_its_card_wrote_no_more(store: Engine, tmp_path: Path) -> None:
    """What the city had heard is all that the copy holds: nobody can know that the dead card sold on, so nobody is accused."""
    cards = Cards(register_rows.city_of(store), tmp_path)
    cards.sell(0)
    cards.sync(0)
    cards.copy(0)
    cards.now += MINUTE
    cards.sell(0)
    cards.now += MINUTE
    cards.replace_by(0, cards.copies, 0)
    cards.sync(0)
    cards.now += MINUTE
    cards.sync(0)
    assert (cards.registered(), cards.wrongly_concluded()) == (["L0000"], [])
    cards.rescue(cards.copies[0])
    assert cards.wrongly_concluded() == []
    cards.rescue(cards.drawer[0])
    assert sorted(cards.registered()) == ["L0000", "L0001"]


def test_a_card_that_was_lost_between_two_is_waited_for(store: Engine, tmp_path: Path) -> None:
    """The second card sold, unheard, and died; the third goes on from the first, which lay in the drawer."""
    cards = Cards(register_rows.city_of(store), tmp_path)
    cards.sell(0)
    cards.sync(0)
    cards.replace(0, readable=True)
    cards.now += MINUTE
    cards.sell(0)
    cards.now += MINUTE
    cards.replace_by(0, cards.drawer, 0)
    cards.sync(0)
    cards.now += MINUTE
    cards.sync(0)
    assert (cards.registered(), cards.wrongly_concluded()) == (["L0000"], [])
    cards.rescue(cards.drawer[1])
    assert sorted(cards.registered()) == ["L0000", "L0001"]


def test_a_card_that_no_city_ever_heard_of_is_waited_for(store: Engine, tmp_path: Path) -> None:
    """It sold and was lost. The new one does not know what it goes on from; but it is of the second generation."""
    cards = Cards(register_rows.city_of(store), tmp_path)
    cards.sell(0)
    cards.replace(0, readable=False)
    cards.now += MINUTE
    cards.sync(0)
    assert cards.wrongly_concluded() == []
    cards.rescue(cards.drawer[0])
    assert cards.registered() == ["L0000"]


def test_a_generation_that_a_dead_card_began_unheard_is_not_begun_again(store: Engine, tmp_path: Path) -> None:
    """An old copy of its journal was put back, so it went on in another one; it sold in that, and died."""
    cards = Cards(register_rows.city_of(store), tmp_path)
    cards.copy(0)
    cards.sell(0)
    cards.sync(0)
    cards.restore(0, 0, journals_only=True)
    cards.sell(0)
    cards.replace(0, readable=False)
    cards.sell(0)
    cards.sync(0)
    assert [sale.reference[len(STATION) :] for sale in cards.acknowledged] == ["-000001", ".2-000001", ".32-000001"]
    assert (cards.repeated_references(), cards.wrongly_concluded()) == (set(), [])
    cards.rescue(cards.drawer[0])
    assert sorted(cards.registered()) == [sale.plate for sale in cards.acknowledged]
