"""What a station knows, who may open its menu, what a journal continues: invariants over evidence made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec.structs import replace as struct_replace

from firmware.ledger.ledger import Ledger
from firmware.protocol.facts import (
    CountersCollected,
    Fact,
    GenerationBegun,
    InDoubt,
    PinRefused,
    RightGivenBack,
    ServiceOpened,
    Started,
    TicketPrinted,
)
from firmware.protocol.genesis import Position
from simulator.invariants.catalogue import violations
from simulator.invariants.evidence import JournalOrigin, StationEvidence, StationReport
from simulator.invariants.knowledge import added_up
from tests.builders import NOW
from tests.street.made_evidence import DEBIT, MINUTE, RIGHT, SOLD, STARTED, WELL, broken, evidence

FIRST, SECOND = "07", "31"


def knowing(found: StationEvidence, ledger: Ledger | None = None, sales: int = 1, cents: int = RIGHT.cents) -> StationEvidence:
    """The same of a station that has power, and believes this ledger; what its journal adds up to, if none is given."""
    written = added_up(Ledger(), [each.content for each in found.written])
    report = StationReport(sales, cents, frozenset(), False, ledger=ledger or written)
    return replace(found, station=report, ledger=written, instant=10.0)


def typed(*tries: tuple[str, int], after: int | None = None, code: str = "") -> StationEvidence:
    """Wrong PINs of these people, each so many seconds after the first; then the first person opens the menu, so long after the
    last of them."""
    facts: list[Fact] = [PinRefused(person, NOW + timedelta(seconds=seconds)) for person, seconds in tries]
    made = evidence(*facts, *([] if after is None else [ServiceOpened(FIRST, code)]))
    times = [*(seconds for _, seconds in tries), tries[-1][1] + (after or 0)]
    written = tuple(
        replace(each, content=struct_replace(each.content, at=NOW + timedelta(seconds=seconds)))
        for each, seconds in zip(made.written, times, strict=False)
    )
    return replace(made, written=written, city=None, wall=NOW + timedelta(seconds=times[-1]))


def test_what_a_station_knows_is_what_its_journals_add_up_to() -> None:
    sold = knowing(WELL)
    assert broken(sold) == set()
    assert sold.ledger
    assert broken(knowing(WELL, replace(sold.ledger, door_open=True))) == {"I16"}
    assert broken(knowing(WELL, replace(sold.ledger, generation=2))) == {"I16"}
    assert sold.station
    waiting = replace(sold.station, ledger=Ledger(), unwritten=True)
    assert broken(replace(sold, station=waiting)) == set()


def test_what_was_over_long_ago_may_be_forgotten() -> None:
    sold = knowing(WELL)
    assert sold.ledger
    forgotten = knowing(WELL, sold.ledger.without_ended(RIGHT.end + MINUTE))
    assert "I16" in broken(forgotten)
    assert "I16" not in broken(replace(forgotten, wall=RIGHT.end + timedelta(days=30)))


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (typed((FIRST, 0), (FIRST, 1), (FIRST, 2), after=20), {"I17"}),
        (typed((FIRST, 0), (FIRST, 1), (FIRST, 2), after=33), set()),
        (typed((FIRST, 0), (FIRST, 1), after=1), set()),
        (typed((FIRST, 0), (FIRST, 1), (FIRST, 2), (FIRST, 40), after=100), {"I17"}),
        (typed((SECOND, 0), (SECOND, 1), (SECOND, 2), after=20), {"I17"}),
        (typed((FIRST, 0), (FIRST, 1), (FIRST, 2), after=20, code="2026-03-04T10:30Z"), set()),
    ],
)
def test_no_pin_opens_before_the_wait_is_over(found: StationEvidence, names: set[str]) -> None:
    assert broken(found) == names
    assert broken(replace(found, clock_was_wrong=True)) == set()


def test_whoever_typed_wrong_pins_waits_as_long_as_the_journal_says() -> None:
    six = typed(*((FIRST, each) for each in (0, 1, 2, 40, 200, 900)))
    assert broken(knowing(six, sales=0, cents=0)) == set()
    unlocked = knowing(six, added_up(Ledger(), [each.content for each in six.written[:2]]), sales=0, cents=0)
    assert "I17" in broken(unlocked)


def test_a_one_time_code_opens_once() -> None:
    opened = ServiceOpened(FIRST, "2026-03-04T10:30Z")
    assert broken(replace(evidence(opened, ServiceOpened(SECOND, opened.code)), city=None)) == set()
    assert broken(replace(evidence(opened, opened), city=None)) == {"I17"}


def test_a_payment_has_its_end_in_time() -> None:
    begun = replace(knowing(evidence(STARTED), sales=0, cents=0), healed_s=None, city=None)
    assert len(_of("I1", replace(begun, instant=500.0))) == len(_of("I1", replace(begun, instant=300.0))) + 1
    assert begun.station
    waiting = replace(begun, station=replace(begun.station, unwritten=True))
    assert _of("I1", replace(waiting, instant=500.0)) == _of("I1", waiting)
    found = knowing(evidence(STARTED, Started("1", "2026")), sales=0, cents=0)
    assert len(_of("I1", replace(found, instant=190.0))) == len(_of("I1", replace(found, instant=170.0))) + 1


def test_a_new_card_says_what_it_continues() -> None:
    old = WELL.written
    new = evidence(GenerationBegun(32, "card replaced", f"continues generation 1 from entry {old[-1].entry.seq}")).written
    new = tuple(replace(each, generation=32, content=struct_replace(each.content, generation=32)) for each in new)
    end = Position(1, old[-1].entry.seq, old[-1].entry.hash.hex())
    both = replace(WELL, written=(*old, *new), city=None)
    assert broken(replace(both, origins=(JournalOrigin(1, None), JournalOrigin(32, end)))) == set()
    assert broken(replace(both, origins=(JournalOrigin(1, None), JournalOrigin(32, None)))) == {"I6"}
    other = Position(1, 1, end.hash)
    assert broken(replace(both, origins=(JournalOrigin(32, other),))) == {"I6"}
    behind = struct_replace(new[0].content, fact=GenerationBegun(32, "behind a mark", "at a sale: generation 1, entry 9"))
    marked = replace(both, written=(*old, replace(new[0], content=behind)))
    assert "I6" not in broken(replace(marked, origins=(JournalOrigin(32, Position(1, 9, end.hash)),)))
    assert "I6" in broken(replace(marked, origins=(JournalOrigin(32, end),)))
    unsaid = struct_replace(new[0].content, fact=GenerationBegun(32, "card replaced", ""))
    silent = replace(both, written=(*old, replace(new[0], content=unsaid)))
    assert "I6" not in broken(replace(silent, origins=(JournalOrigin(32, end),)))
    for none_of_it in (
        None,
        Position(7, end.seq, end.hash),
        Position(1, end.seq + 1, end.hash),
        Position(1, end.seq, "00" * 32),
    ):
        assert "I6" in broken(replace(silent, origins=(JournalOrigin(32, none_of_it),)))


def test_a_station_knows_how_long_each_plate_may_stay() -> None:
    doubt = evidence(STARTED, InDoubt(RIGHT, "unanswered"), debits=(DEBIT,), status="provisional")
    assert broken(knowing(doubt, sales=0, cents=0)) == set()
    told = knowing(doubt, sales=0, cents=0)
    assert told.ledger
    assert "I13" in broken(knowing(doubt, replace(told.ledger, stays={}), sales=0, cents=0))
    back = (RIGHT.reference, -RIGHT.cents)
    gone = evidence(STARTED, SOLD, RightGivenBack(RIGHT.reference, RIGHT.cents), debits=(DEBIT, back), status="given back")
    assert "I13" not in broken(knowing(gone, sales=0, cents=0))
    staying = replace(Ledger(), stays=told.ledger.stays, classes=told.ledger.classes)
    assert "I13" in broken(knowing(gone, staying, sales=0, cents=0))


def test_tickets_are_counted() -> None:
    printed = evidence(STARTED, SOLD, TicketPrinted(RIGHT.reference), debits=(DEBIT,))
    assert broken(knowing(printed)) == set()
    unprinted = knowing(WELL)
    assert "I14" in broken(knowing(printed, unprinted.ledger))
    again = evidence(STARTED, InDoubt(RIGHT, "unanswered"), TicketPrinted(RIGHT.reference), SOLD, debits=(DEBIT,))
    assert broken(knowing(again)) == set()


def test_collections_add_up() -> None:
    collected = CountersCollected(FIRST, 1, 0, 1, RIGHT.cents)
    nothing = CountersCollected(FIRST, 2, 3, 0, 0)
    assert broken(knowing(evidence(STARTED, SOLD, collected, nothing, debits=(DEBIT,)))) == set()
    assert "I14" in broken(evidence(STARTED, SOLD, struct_replace(collected, cents=0), debits=(DEBIT,)))
    assert "I14" in broken(evidence(STARTED, SOLD, struct_replace(collected, number=2), debits=(DEBIT,)))
    assert "I14" in broken(evidence(STARTED, SOLD, collected, struct_replace(nothing, sales=1), debits=(DEBIT,)))
    uncollected = knowing(WELL)
    assert "I14" in broken(knowing(evidence(STARTED, SOLD, collected, debits=(DEBIT,)), uncollected.ledger))


def test_a_doubt_that_lasts_closes_card_sales() -> None:
    doubt = knowing(evidence(STARTED, InDoubt(RIGHT, "unanswered"), debits=(DEBIT,), status="provisional"), sales=0, cents=0)
    assert broken(replace(doubt, wall=NOW + 3 * MINUTE)) == set()
    assert broken(replace(doubt, wall=NOW + 4 * MINUTE)) == {"I14"}
    assert doubt.station
    closed = replace(doubt, wall=NOW + 4 * MINUTE, station=replace(doubt.station, card_sales_closed=True))
    assert broken(closed) == set()
    cut = evidence(STARTED, InDoubt(RIGHT, "power cut"), debits=(DEBIT,), status="provisional")
    assert broken(replace(knowing(cut, sales=0, cents=0), wall=NOW + 4 * MINUTE)) == set()


def _of(invariant: str, found: StationEvidence) -> list[str]:
    return [each.found for each in violations(found) if each.invariant == invariant]
