"""Counters folded from the journal: they reconcile to the cent, and a collection loses nothing."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from firmware.ledger.counters import TICKETS_OF_A_ROLL, Counters, Tally
from firmware.ledger.ledger import ledger_of
from firmware.protocol import facts
from firmware.protocol.facts import (
    CountersCollected,
    Fact,
    InDoubt,
    PaperChanged,
    RightSold,
    ServiceDone,
    TicketFailed,
    TicketPrinted,
)
from tests.builders import PARIS, right

AT = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)
RIGHT = right(start=AT, end=AT.replace(hour=11), units=4, cents=600, tariff="2021-08-01")


def counted(*written: Fact) -> Counters:
    return ledger_of(written).counters


def sold(cents: int) -> RightSold:
    return RightSold(structs.replace(RIGHT, cents=cents))


def test_a_test_sale_is_counted_apart_and_is_no_revenue() -> None:
    tally = counted(sold(600), facts.TestSold("07", "75011-0042-T00001"), sold(0)).total
    assert tally == Tally(sales=1, cents=600, free=1, tests=1)


def test_a_payment_in_doubt_is_no_revenue_until_it_is_sold() -> None:
    doubt = InDoubt(RIGHT, "unanswered")
    assert counted(doubt).total == Tally(doubts=1)
    assert counted(doubt, sold(600)).total == Tally(sales=1, cents=600, doubts=1)


def test_a_collection_names_its_number_its_first_entry_and_its_cents() -> None:
    first = counted(sold(600), sold(1200)).collection("07")
    assert first == CountersCollected("07", 1, 0, 2, 1800)
    assert counted(sold(600), sold(1200), first, sold(300)).collection("08") == CountersCollected("08", 2, 3, 1, 300)


def test_a_new_roll_is_full_and_every_ticket_of_it_counts_those_of_a_technician_too() -> None:
    used = (TicketPrinted("1"), TicketFailed("2", "out"), ServiceDone("07", "test ticket"), ServiceDone("07", "keypad test"))
    assert counted(*used).tickets_left is None
    assert counted(TicketPrinted("0"), PaperChanged("07"), *used).tickets_left == TICKETS_OF_A_ROLL - 3
    assert counted(PaperChanged("07"), *[TicketPrinted("1")] * (TICKETS_OF_A_ROLL + 5)).tickets_left == 0


amounts = st.integers(0, 5000)
events = st.lists(st.one_of(amounts.map(sold), st.just("collect"), st.just(TicketPrinted("1"))), max_size=40)


@given(events)
def test_collections_and_what_came_since_add_up_to_the_whole_journal_to_the_cent(happened: list[Fact | str]) -> None:
    written: list[Fact] = []
    for each in happened:
        written.append(counted(*written).collection("07") if isinstance(each, str) else each)
    counters = counted(*written)
    revenue = sum(fact.right.cents for fact in written if isinstance(fact, RightSold))
    collected = [fact for fact in written if isinstance(fact, CountersCollected)]
    assert counters.total.cents == revenue
    assert sum(fact.cents for fact in collected) + counters.since.cents == revenue
    assert [fact.number for fact in collected] == list(range(1, len(collected) + 1))
    starts = [0, *(seq for seq, fact in enumerate(written, 1) if isinstance(fact, CountersCollected))]
    assert [fact.since_seq for fact in collected] == starts[: len(collected)]
