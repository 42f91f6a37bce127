"""Evidence made by hand, for the tests of invariants: a sale as it should be, a doubt, and what was written of others."""

from __future__ import annotations

from datetime import timedelta

from firmware.domain.parking_right import ParkingRight
from firmware.protocol.entry import Entry, EntryContent, body_of, chain_hash
from firmware.protocol.facts import Fact, InDoubt, PaymentStarted, RightSold
from simulator.invariants.catalogue import violations
from simulator.invariants.evidence import CityEvidence, RegisterRow, StationEvidence, WrittenEntry
from tests.builders import NOW, STATION, right

MINUTE = timedelta(minutes=1)
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
DOUBT = evidence(STARTED, InDoubt(RIGHT, "unanswered"), debits=(DEBIT,), status="provisional")


def bought(*rights: ParkingRight) -> StationEvidence:
    facts = (fact for each in rights for fact in (PaymentStarted(each), RightSold(each)))
    return evidence(*facts, debits=tuple((each.reference, each.cents) for each in rights))
