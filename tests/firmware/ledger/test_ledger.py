"""Ledger folded from the journal: open payments, payments in doubt, sale numbers, stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from firmware.domain.parking_right import ParkingRight
from firmware.ledger.counters import Counters
from firmware.ledger.ledger import REFUSALS_KEPT, STAYS_KEPT, Ledger, ledger_of
from firmware.ledger.receipts import Receipts
from firmware.protocol.facts import (
    AlarmCleared,
    AlarmRaised,
    DoorMoved,
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightSold,
    SalesResumed,
    TicketFailed,
    TicketPrinted,
    UnexpectedEvent,
)
from firmware.tariff import Stay
from firmware.visit.effects import Record
from firmware.visit.recovery import recovery_effects
from hal.ports import Capabilities
from tests.builders import right

ONE, TWO = right(1), right(2)
CONCERT = Capabilities()
BEGUN = PaymentStarted(ONE)
KEY = ("AB123CD", 1, "visitor")
STAYS = {KEY: Stay(8, ONE.end, ONE.start)}
"""What the plate of these rights has bought once one of them is sold, or in doubt."""
CLASSES = {KEY: "car"}
SOLD = {ONE.reference: RightSold(ONE)}


def whose(ledger: Ledger, reference: str) -> ParkingRight | None:
    return ledger.right(lambda right: right.reference == reference)


def test_a_new_station_owes_nobody_anything() -> None:
    assert ledger_of(()) == Ledger(sales=0, started={}, doubts={}, refused={}, stays={})
    assert recovery_effects(Ledger(), CONCERT) == ()


def money(facts: Iterable[Fact]) -> Ledger:
    """The ledger of these facts, without the statistics, the tickets and what is known of the clock."""
    return replace(ledger_of(facts), counters=Counters(), clocks={}, receipts=Receipts())


def test_a_payment_is_open_until_its_end_is_written() -> None:
    assert money((BEGUN,)) == Ledger(1, {ONE.reference: ONE})
    assert money((BEGUN, RightSold(ONE))) == Ledger(1, stays=STAYS, classes=CLASSES, sold=SOLD)
    assert money((BEGUN, PaymentRefused(ONE.reference, "refused"))) == Ledger(1, refused={ONE.reference: ONE})
    doubtful = Ledger(1, doubts={ONE.reference: ONE}, stays=STAYS, classes=CLASSES, unresolved={ONE.reference: "unanswered"})
    assert money((BEGUN, InDoubt(ONE, "unanswered"))) == doubtful


def test_a_late_answer_ends_the_doubt() -> None:
    doubted = (BEGUN, InDoubt(ONE, "unanswered"))
    assert money((*doubted, RightSold(ONE))) == Ledger(1, stays=STAYS, classes=CLASSES, sold=SOLD)
    assert ledger_of((*doubted, PaymentRefused(ONE.reference, "refused"))).doubts == {}


@pytest.mark.parametrize("end", [RightSold(ONE), PaymentRefused(ONE.reference, "refused"), SalesResumed("01")])
def test_a_doubt_is_resolved_by_the_terminal_or_by_a_technician(end: Fact) -> None:
    doubted = (BEGUN, InDoubt(ONE, "unanswered"), PaymentStarted(TWO), InDoubt(TWO, "power cut"))
    assert ledger_of(doubted).unresolved == {ONE.reference: "unanswered", TWO.reference: "power cut"}
    left = {} if isinstance(end, SalesResumed) else {TWO.reference: "power cut"}
    assert ledger_of((*doubted, end)).unresolved == left
    assert TWO.reference in ledger_of((*doubted, end)).doubts, "its answer is still a late one"


def test_a_yes_after_a_no_ends_it() -> None:
    assert money((BEGUN, PaymentRefused(ONE.reference, "refused"), RightSold(ONE))) == Ledger(
        1, stays=STAYS, classes=CLASSES, sold=SOLD
    )


def test_numbers_count_payments_not_sales() -> None:
    facts = (BEGUN, PaymentRefused(ONE.reference, "refused"), PaymentStarted(TWO), RightSold(TWO))
    assert ledger_of(facts).sales == 2


def test_other_facts_change_nothing() -> None:
    for fact in (
        TicketPrinted(ONE.reference),
        TicketFailed(ONE.reference, "out"),
        AlarmRaised("printer out"),
        AlarmCleared("printer out"),
        UnexpectedEvent("an approval"),
        PaymentRefused("75011-0042-000777", "refused"),
    ):
        assert money((BEGUN, fact)) == money((BEGUN,))


def test_the_clock_that_dated_a_payment_is_known_until_the_payment_is_forgotten() -> None:
    """A late answer is of the sale that began long ago: it bears the clock of that moment."""
    begun = PaymentStarted(ONE, "synchronised")
    for since in ((), (InDoubt(ONE, "unanswered", "synchronised"),), (PaymentRefused(ONE.reference, "refused"),)):
        ledger = ledger_of((begun, *since, PaymentStarted(TWO, "free running")))
        assert (ledger.clock(ONE.reference), ledger.clock(TWO.reference)) == ("synchronised", "free running")
    assert ledger_of((begun,)).clock("75011-0042-000777") == "unknown"
    assert len(ledger_of((begun, RightSold(ONE), PaymentStarted(TWO))).clocks) == 1


def test_the_door_is_known_as_it_was_last_written_down() -> None:
    assert not ledger_of(()).door_open
    assert ledger_of((DoorMoved(True),)).door_open
    assert not ledger_of((DoorMoved(True), DoorMoved(False))).door_open


def test_a_right_is_found_while_it_is_open_in_doubt_or_lately_refused() -> None:
    assert whose(ledger_of((BEGUN,)), ONE.reference) == ONE
    assert whose(ledger_of((BEGUN, InDoubt(ONE, "power cut"))), ONE.reference) == ONE
    assert whose(ledger_of((BEGUN, PaymentRefused(ONE.reference, "refused"))), ONE.reference) == ONE
    assert whose(ledger_of((BEGUN, RightSold(ONE))), ONE.reference) is None
    assert whose(ledger_of((BEGUN,)), TWO.reference) is None


def test_only_the_latest_refusals_are_remembered() -> None:
    facts: list[Fact] = []
    for number in range(1, REFUSALS_KEPT + 3):
        facts += [PaymentStarted(right(number)), PaymentRefused(right(number).reference, "refused")]
    ledger = ledger_of(facts)
    assert REFUSALS_KEPT == 100
    assert len(ledger.refused) == 100
    assert whose(ledger, right(2).reference) is None
    assert whose(ledger, right(3).reference) == right(3)


# --- stays --------------------------------------------------------------------------------------------------------

MORE = structs.replace(TWO, start=ONE.end, end=ONE.end + timedelta(hours=1), units=4, cents=1200, reached=8, begun=ONE.start)
"""The hour that prolongs ONE."""


def of(plate: str, ledger: Ledger) -> Stay:
    return ledger.stay(plate, 1, "visitor")


def test_a_second_purchase_adds_up_with_the_first() -> None:
    ledger = ledger_of((BEGUN, RightSold(ONE), PaymentStarted(MORE), RightSold(MORE)))
    assert of("AB123CD", ledger) == Stay(12, MORE.end, ONE.start)
    assert of("ZZ999ZZ", ledger) == Stay()
    assert ledger.stay("AB123CD", 2, "visitor") == ledger.stay("AB123CD", 1, "resident") == Stay()
    assert ledger.vehicle("AB123CD", 1, "visitor") == "car"
    assert ledger.vehicle("ZZ999ZZ", 1, "visitor") is None


def test_what_is_only_asked_or_refused_is_no_stay() -> None:
    assert ledger_of((BEGUN,)).stays == {}
    assert ledger_of((BEGUN, PaymentRefused(ONE.reference, "refused"))).stays == {}


def test_a_promise_is_a_stay_whatever_the_bank_says_in_the_end() -> None:
    """The motorist was told that the car may stay."""
    doubted = (BEGUN, InDoubt(ONE, "unanswered"))
    for end in ((), (RightSold(ONE),), (PaymentRefused(ONE.reference, "refused"),)):
        assert of("AB123CD", ledger_of((*doubted, *end))) == STAYS[KEY]


def test_a_late_yes_to_the_first_purchase_does_not_take_the_second_back() -> None:
    doubted = (BEGUN, InDoubt(ONE, "unanswered"), PaymentStarted(MORE), RightSold(MORE))
    assert of("AB123CD", ledger_of((*doubted, RightSold(ONE)))) == Stay(12, MORE.end, ONE.start)


def test_a_stay_dated_by_a_wrong_clock_is_replaced_by_the_next_one() -> None:
    far = timedelta(days=365)
    misdated = structs.replace(ONE, start=ONE.start + far, end=ONE.end + far)
    assert of("AB123CD", ledger_of((RightSold(misdated), RightSold(TWO)))) == STAYS[KEY]


def test_a_free_right_has_a_number_of_its_own() -> None:
    free = structs.replace(ONE, cents=0, regime="cmi_s")
    assert ledger_of((RightSold(free),)).sales == 1
    assert ledger_of((BEGUN, RightSold(ONE), RightSold(structs.replace(free, reference=TWO.reference)))).sales == 2


def a_day(number: int) -> ParkingRight:
    """A right of a plate of its own, on the day of that number."""
    one = right(number)
    return structs.replace(
        one, plate=f"P{number:05d}", start=one.start + timedelta(days=number), end=one.end + timedelta(days=number)
    )


def test_only_stays_of_the_last_two_weeks_are_remembered() -> None:
    ledger = ledger_of(RightSold(a_day(number)) for number in range(STAYS_KEPT))
    assert len(ledger.stays) == STAYS_KEPT == 500
    ledger = ledger.after(RightSold(a_day(STAYS_KEPT)))
    assert len(ledger.stays) == len(ledger.classes) == 15
    assert of(f"P{STAYS_KEPT:05d}", ledger).reached == 8
    assert of(f"P{STAYS_KEPT - 14:05d}", ledger).reached == 8
    assert of(f"P{STAYS_KEPT - 15:05d}", ledger) == Stay()


def test_what_can_still_be_continued_is_never_forgotten() -> None:
    """A thousand plates on one morning: every one of them may prolong."""
    crowd = [structs.replace(right(number), plate=f"P{number:05d}") for number in range(2 * STAYS_KEPT)]
    ledger = ledger_of(map(RightSold, crowd))
    assert all(of(each.plate, ledger).reached == 8 for each in crowd)


# --- after a power cut --------------------------------------------------------------------------------------------


def test_every_payment_without_an_end_is_in_doubt_after_a_power_cut() -> None:
    ledger = ledger_of((BEGUN, PaymentStarted(TWO)))
    assert recovery_effects(ledger, CONCERT) == (Record(InDoubt(ONE, "power cut")), Record(InDoubt(TWO, "power cut")))


def test_what_has_an_end_is_left_alone() -> None:
    sold = (BEGUN, RightSold(ONE))
    doubted = (PaymentStarted(TWO), InDoubt(TWO, "unanswered"))
    assert recovery_effects(ledger_of((*sold, *doubted)), CONCERT) == ()


FACTS = st.lists(
    st.integers(1, 4).flatmap(
        lambda number: st.sampled_from(
            [
                PaymentStarted(right(number)),
                RightSold(right(number)),
                PaymentRefused(right(number).reference, "refused"),
                InDoubt(right(number), "unanswered"),
                TicketPrinted(right(number).reference),
            ]
        )
    ),
    max_size=12,
)


@given(FACTS)
def test_recovery_is_done_once_and_leaves_no_payment_open(facts: list[Fact]) -> None:
    ledger = ledger_of(facts)
    whole = ledger_of([*facts, *(effect.fact for effect in recovery_effects(ledger, CONCERT))])
    assert whole.started == {}
    assert recovery_effects(whole, CONCERT) == ()
    assert whole.sales == ledger.sales
    assert set(whole.doubts) == set(ledger.doubts) | set(ledger.started)


@given(FACTS)
def test_a_right_is_never_in_two_places(facts: list[Fact]) -> None:
    ledger = ledger_of(facts)
    assert not set(ledger.doubts) & set(ledger.refused)


def test_the_ledger_is_a_value() -> None:
    before = ledger_of((BEGUN,))
    before.after(RightSold(ONE))
    assert before == ledger_of((BEGUN,))
    assert before.started == {ONE.reference: ONE}
