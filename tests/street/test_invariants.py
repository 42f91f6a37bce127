"""Each invariant over evidence made by hand: what it lets pass, and what it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from firmware.protocol.entry import Entry, EntryContent, body_of, chain_hash
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, PaymentStarted, RightGivenBack, RightSold, UnexpectedEvent
from simulator.invariants.catalogue import INVARIANTS, violations
from simulator.invariants.evidence import CityEvidence, QueueLength, RegisterRow, StationEvidence, WrittenEntry
from tests.builders import NOW, STATION, right

RIGHT = right()
START = b"start"
STARTED, SOLD = PaymentStarted(RIGHT), RightSold(RIGHT)
DEBIT = (RIGHT.reference, RIGHT.cents)


def written(*facts: Fact) -> tuple[WrittenEntry, ...]:
    made, head = [], START
    for seq, fact in enumerate(facts, 1):
        content = EntryContent(seq, STATION, NOW, float(seq), "boot", fact)
        body = body_of(content)
        head = chain_hash(head, body)
        made.append(WrittenEntry(1, START, Entry(seq, body, head), content))
    return tuple(made)


def evidence(*facts: Fact, debits: tuple[tuple[str, int], ...] = (), status: str = "sold") -> StationEvidence:
    entries = written(*facts)
    rights = {fact.right.reference: fact.right for fact in facts if isinstance(fact, RightSold | InDoubt)}
    register = {key: RegisterRow(status, each.plate, each.cents, each.end) for key, each in rights.items()}
    return StationEvidence(debits, entries, str, str, NOW, CityEvidence(entries, register), healed_s=10.0)


def broken(found: StationEvidence) -> set[str]:
    return {each.invariant for each in violations(found, resting=True)}


WELL = evidence(STARTED, SOLD, debits=(DEBIT,))


def test_a_sale_as_it_should_be_breaks_nothing() -> None:
    assert broken(WELL) == set()
    assert broken(evidence(STARTED, PaymentRefused(RIGHT.reference, "refused"))) == set()
    assert broken(evidence(STARTED, InDoubt(RIGHT, "unanswered"), debits=(DEBIT,), status="provisional")) == set()


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (evidence(debits=(DEBIT,)), {"I1"}),
        (evidence(STARTED), {"I1"}),
        (evidence(STARTED, PaymentRefused(RIGHT.reference, "refused"), debits=(DEBIT,)), {"I1"}),
        (evidence(InDoubt(RIGHT, "unanswered"), status="provisional"), {"I1"}),
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


def test_money_that_is_back_explains_a_debit() -> None:
    tenfold = (RIGHT.reference, 10 * RIGHT.cents)
    told = UnexpectedEvent("approval", *tenfold)
    assert broken(evidence(STARTED, InDoubt(RIGHT, "unanswered"), told, debits=(tenfold,), status="provisional")) == set()
    back, returned = RightGivenBack(RIGHT.reference, RIGHT.cents), (RIGHT.reference, -RIGHT.cents)
    assert broken(evidence(STARTED, SOLD, back, debits=(DEBIT, returned), status="given back")) == set()


def test_every_invariant_has_a_sentence_and_its_own_name() -> None:
    assert [each.name for each in INVARIANTS] == [f"I{number}" for number in range(12)]
    assert all(each.says.endswith(".") for each in INVARIANTS)
