"""Each invariant over evidence made by hand: what it lets pass, and what it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace as struct_replace

from firmware.domain.money import euros
from firmware.protocol.facts import (
    AlarmRaised,
    DoorMoved,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightGivenBack,
    RightSold,
    SalesResumed,
    TicketPrinted,
    UnexpectedEvent,
)
from simulator.desk.city_claims import CityClaim
from simulator.invariants.catalogue import INVARIANTS
from simulator.invariants.evidence import (
    CityEvidence,
    QueueLength,
    StationEvidence,
    StationReport,
)
from simulator.invariants.glass import card_is_for
from tests.builders import NOW, right
from tests.street.made_evidence import DEBIT, DOUBT, MINUTE, RIGHT, SOLD, STARTED, WELL, bought, broken, evidence


def test_a_sale_as_it_should_be_breaks_nothing() -> None:
    assert broken(WELL) == set()
    assert broken(evidence(STARTED, PaymentRefused(RIGHT.reference, "refused"))) == set()
    assert broken(DOUBT) == set()


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (evidence(debits=(DEBIT,)), {"I1"}),
        (evidence(STARTED), {"I1"}),
        (evidence(STARTED, PaymentRefused(RIGHT.reference, "refused"), debits=(DEBIT,)), {"I1"}),
        (evidence(InDoubt(RIGHT, "unanswered"), status="provisional"), {"I1"}),
        (replace(DOUBT, acknowledged=frozenset({RIGHT.reference})), {"I1"}),
        (evidence(STARTED, SOLD), {"I2", "I4"}),
        (evidence(PaymentStarted(right(cents=0))), {"I2"}),
        (evidence(STARTED, SOLD, debits=((RIGHT.reference, 1),)), {"I2", "I4"}),
        (evidence(STARTED, SOLD, debits=(DEBIT, (RIGHT.reference, -RIGHT.cents))), {"I2", "I4"}),
        (evidence(STARTED, SOLD, debits=(DEBIT, DEBIT)), {"I4", "I5"}),
        (evidence(STARTED, SOLD, SOLD, debits=(DEBIT,)), {"I5"}),
        (evidence(STARTED, STARTED, SOLD, debits=(DEBIT,)), {"I5"}),
        (evidence(STARTED, SOLD, debits=(DEBIT,), status="provisional"), {"I3", "I4"}),
        (replace(WELL, city=CityEvidence(WELL.written[:1], WELL.city.register if WELL.city else {})), {"I3"}),
        (replace(WELL, city=CityEvidence(WELL.written * 2, WELL.city.register if WELL.city else {})), {"I3"}),
        (replace(WELL, written=(WELL.written[0], WELL.written[0])), {"I5", "I6"}),
        (replace(WELL, written=tuple(replace(each, start=b"other") for each in WELL.written)), {"I6"}),
        (replace(WELL, unrest="it shows broken"), {"I8"}),
        (replace(WELL, healed_s=1400.0), {"I8"}),
        (replace(WELL, queues=(QueueLength("process", 101, 100),)), {"I10"}),
    ],
)
def test_what_does_not_hold_is_named(found: StationEvidence, names: set[str]) -> None:
    assert names <= broken(found)


def test_a_plate_may_not_stay_for_ever() -> None:
    plated = tuple(replace(each, entry=replace(each.entry, personal=b"salt and plate")) for each in WELL.written)
    assert "I7" not in broken(replace(WELL, written=plated))
    assert "I7" in broken(replace(WELL, written=plated, wall=NOW + timedelta(days=9)))


def test_no_plate_is_gone_while_its_right_runs() -> None:
    bare = struct_replace(RIGHT, plate="*commitment")
    gone = evidence(PaymentStarted(bare), RightSold(bare), debits=(DEBIT,))
    assert broken(gone) == {"I7"}
    assert broken(replace(gone, wall=RIGHT.end)) == set()
    assert broken(replace(gone, clock_was_wrong=True)) == set()


def test_a_right_that_was_given_back_has_ended_then() -> None:
    back = (STARTED, SOLD, RightGivenBack(RIGHT.reference, RIGHT.cents))
    found = evidence(*back, debits=(DEBIT, (RIGHT.reference, -RIGHT.cents)), status="given back")
    assert found.city
    row = found.city.register[RIGHT.reference]
    assert broken(replace(found, city=replace(found.city, register={RIGHT.reference: replace(row, end=NOW)}))) == set()
    assert broken(found) == {"I3"}


def test_money_that_is_back_explains_a_debit() -> None:
    tenfold = (RIGHT.reference, 10 * RIGHT.cents)
    told = UnexpectedEvent("approval", *tenfold)
    assert broken(evidence(STARTED, InDoubt(RIGHT, "unanswered"), told, debits=(tenfold,), status="provisional")) == set()
    back, returned = RightGivenBack(RIGHT.reference, RIGHT.cents), (RIGHT.reference, -RIGHT.cents)
    assert "I1" not in broken(evidence(STARTED, SOLD, back, debits=(DEBIT, returned), status="given back"))


def test_a_debit_that_is_told_under_the_name_of_another_is_told_once() -> None:
    """Refused, and debited after all; the terminal says so of a payment that nobody knows."""
    refused = PaymentRefused(RIGHT.reference, "refused")
    told, more = (UnexpectedEvent("approval", "Z999999999", cents) for cents in (RIGHT.cents, RIGHT.cents + 1))
    assert broken(evidence(STARTED, refused, told, debits=(DEBIT,))) == set()
    other = right(reference=f"{RIGHT.reference[:-1]}9")
    again = (PaymentStarted(other), PaymentRefused(other.reference, "refused"))
    both = evidence(STARTED, refused, told, *again, debits=(DEBIT, (other.reference, RIGHT.cents)))
    assert broken(both) == {"I1"}
    assert broken(evidence(STARTED, refused, more, debits=(DEBIT,))) == {"I1"}


def test_an_acknowledged_debit_of_another_amount_may_stay_a_doubt() -> None:
    acknowledged = frozenset({RIGHT.reference})
    tenfold = (RIGHT.reference, 10 * RIGHT.cents)
    told = UnexpectedEvent("approval", *tenfold)
    other = evidence(STARTED, InDoubt(RIGHT, "mismatched"), told, debits=(tenfold,), status="provisional")
    assert broken(replace(other, acknowledged=acknowledged)) == set()
    contradicted = evidence(STARTED, InDoubt(RIGHT, "contradicted"), debits=(DEBIT,), status="provisional")
    assert broken(replace(contradicted, acknowledged=acknowledged)) == set()


def test_an_acknowledged_debit_of_another_amount_is_told() -> None:
    acknowledged, tenfold = frozenset({RIGHT.reference}), (RIGHT.reference, 10 * RIGHT.cents)
    doubt = InDoubt(RIGHT, "mismatched")
    untold = evidence(STARTED, doubt, UnexpectedEvent("approval", RIGHT.reference), debits=(tenfold,), status="provisional")
    assert broken(replace(untold, acknowledged=acknowledged)) == {"I1"}
    assert broken(untold) == set()


def test_every_invariant_has_a_sentence_and_its_own_name() -> None:
    assert [each.name for each in INVARIANTS] == [f"I{number}" for number in range(18)]
    assert all(each.says.endswith(".") for each in INVARIANTS)


# --- what the city claims, stays, what a station reports ------------------------------------------------------------


def claimed(*claims: CityClaim, received: datetime = NOW) -> StationEvidence:
    """A sale as it should be, which the city received at an instant, and what it claimed."""
    assert WELL.city
    came = dict.fromkeys((each.entry.hash for each in WELL.city.entries), received)
    return replace(WELL, city=replace(WELL.city, received=came, claims=claims))


def test_the_city_may_not_call_complete_what_is_still_to_come() -> None:
    late = NOW + 5 * MINUTE
    true = CityClaim(NOW + MINUTE, NOW, {0: 1})
    too_much = CityClaim(NOW + MINUTE, NOW + MINUTE, {0: 1})
    assert broken(claimed(true, received=late)) == set()
    assert broken(claimed(too_much, received=late)) == {"I12"}
    assert broken(claimed(too_much, received=NOW)) == set()
    assert broken(replace(claimed(too_much, received=late), clock_was_wrong=True)) == set()


def test_the_city_may_not_call_complete_what_is_in_the_future() -> None:
    ahead = CityClaim(NOW, NOW + MINUTE, {0: 1})
    assert broken(replace(claimed(ahead), clock_was_wrong=True)) == {"I12"}


def test_a_right_stands_once_in_the_register() -> None:
    assert WELL.city
    assert broken(replace(WELL, city=replace(WELL.city, doubled=frozenset({RIGHT.reference})))) == {"I3"}


def test_the_city_may_not_ask_again_for_what_it_has_taken() -> None:
    first, further = CityClaim(NOW, None, {0: 3}), CityClaim(NOW + MINUTE, None, {0: 5, 1: 2})
    assert broken(claimed(first, further)) == set()
    assert broken(claimed(further, first)) == {"I12"}


def test_who_prolongs_goes_on_where_the_stay_has_come_to() -> None:
    end = RIGHT.end
    more = right(reference="75011-0042-000002", start=end, end=end + 60 * MINUTE, reached=RIGHT.units, begun=RIGHT.start)
    assert broken(bought(RIGHT, more)) == set()
    assert broken(bought(RIGHT, struct_replace(more, reached=0))) == {"I13"}
    assert broken(bought(RIGHT, struct_replace(more, start=RIGHT.start + MINUTE, reached=0))) == {"I13"}
    assert broken(bought(RIGHT, struct_replace(more, plate="ZZ999ZZ", start=RIGHT.start, reached=0))) == set()


def test_the_counters_are_those_of_the_journal() -> None:
    assert broken(replace(WELL, station=report())) == set()
    assert broken(replace(WELL, station=report(sales=2))) == {"I14"}
    assert broken(replace(WELL, station=report(cents=0))) == {"I14"}


def test_doubts_close_card_sales_until_somebody_compares() -> None:
    doubts = [right(number, plate=f"AB12{number}CD") for number in range(1, 4)]
    facts = [fact for each in doubts for fact in (PaymentStarted(each), InDoubt(each, "unanswered"))]
    three = replace(evidence(*facts, status="provisional"), station=report(sales=0, cents=0))
    assert broken(three) == {"I14"}
    assert three.station
    closed = replace(three.station, card_sales_closed=True)
    assert broken(replace(three, station=closed)) == set()
    compared = replace(evidence(*facts, SalesResumed("07"), status="provisional"), station=three.station)
    assert broken(compared) == set()
    assert broken(replace(compared, station=closed)) == {"I14"}


def test_the_alarms_that_are_up_are_told() -> None:
    alarm = AlarmRaised("door open")
    told = evidence(STARTED, SOLD, alarm, debits=(DEBIT,))
    assert told.city
    shown = replace(told, city=replace(told.city, alarms=frozenset({alarm.alarm})))
    assert broken(replace(shown, station=report(alarm.alarm))) == set()
    assert broken(replace(told, station=report(alarm.alarm))) == {"I14"}
    assert broken(replace(shown, station=report())) == {"I14"}


def test_the_door_is_as_the_journal_says() -> None:
    opened = evidence(STARTED, SOLD, DoorMoved(True), debits=(DEBIT,))
    assert broken(replace(opened, station=replace(report(), door_open=True))) == set()
    assert broken(replace(opened, station=report())) == {"I14"}


def test_tickets_have_an_end() -> None:
    printed = [TicketPrinted(RIGHT.reference)] * 4
    assert broken(evidence(STARTED, SOLD, *printed, debits=(DEBIT,))) == set()
    assert broken(evidence(STARTED, SOLD, *printed, printed[0], debits=(DEBIT,))) == {"I14"}


def test_another_plate_at_the_city_is_named() -> None:
    plated = tuple(replace(each, entry=replace(each.entry, personal=b"salt and plate")) for each in WELL.written)
    other = tuple(replace(each, entry=replace(each.entry, personal=b"another")) for each in WELL.written)
    assert WELL.city
    assert broken(replace(WELL, written=plated, city=replace(WELL.city, entries=plated))) == set()
    assert broken(replace(WELL, written=plated, city=replace(WELL.city, entries=other))) == {"I3"}


def test_a_card_is_taken_for_what_the_glass_names() -> None:
    named = ("AB-123-CD", euros(RIGHT.cents, "fr"))
    assert list(card_is_for(named, RIGHT, "fr")) == []
    assert list(card_is_for(("Bonjour",), RIGHT, "fr"))
    assert list(card_is_for(("AB-123-CD", euros(600, "fr")), RIGHT, "fr"))


def report(*alarms: str, sales: int = 1, cents: int = RIGHT.cents) -> StationReport:
    return StationReport(sales, cents, frozenset(alarms), False)
