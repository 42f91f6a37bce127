"""Invariants of journals, city and queues: I3, I6, I7, I8, I10. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from firmware.ledger.plates import KEPT
from firmware.protocol.entry import chain_hash
from firmware.protocol.facts import GenerationBegun, InDoubt, PaymentRefused, PaymentStarted, RightGivenBack, RightSold
from firmware.protocol.personal import has_no_plate
from simulator.invariants.evidence import InvariantFindings, StationEvidence, WrittenEntry, rights_of

SYNCHRONISED_WITHIN = 900.0
"""T of I8, in seconds: the slowest card on the slowest terminal, every time-out after it, and the longest pause of the sync."""
NAMED = re.compile(r"(?:continues|at a sale:|acknowledged:) generation (\d+)(?:,| from) entry (\d+)")
"""In the first entry of a journal: the end of a card that was replaced, or what a mark says that the journal before had."""
PLATES_GO_WITHIN = 2 * KEPT + timedelta(hours=6)
"""Of I7: two days after the right is over and two after the acknowledgement, an upkeep each hour, a clock that is wrong."""


def city_has_the_same(evidence: StationEvidence) -> InvariantFindings:
    """I3, at rest: each entry of the card is at the city, text and plate; and the register has what they say."""
    if evidence.city is None:
        return
    theirs = {each.entry.hash: each.entry for each in evidence.city.entries}
    for each in evidence.written:
        there = theirs.get(each.entry.hash)
        same = there is not None and there.body == each.entry.body
        if there is None or not same or (each.entry.personal is not None and there.personal != each.entry.personal):
            yield f"entry {each.entry.seq} of generation {each.generation} is not at the city as it is in the journal"
    back = {
        each.content.fact.reference: each.content.at
        for each in reversed((*evidence.city.entries, *evidence.written))
        if isinstance(each.content.fact, RightGivenBack)
    }
    register, ended = evidence.city.register, {fact.reference for fact in evidence.facts if isinstance(fact, PaymentRefused)}
    for reference in sorted(evidence.city.begun & ended - evidence.city.waiting):
        yield f"{reference} is refused in the journal; in the register it has no end"
    for reference, state in rights_of(evidence.facts).items():
        row = register.get(reference)
        until = min(state.right.end, back[reference]) if state.status == "given back" else state.right.end
        plate = row.plate if row and has_no_plate(state.right) else state.right.plate
        found = (row.status, row.plate, row.cents, row.end) if row else None
        if found != (state.status, plate, state.right.cents, until) and reference not in evidence.city.waiting:
            yield f"{reference} is {state.status} in the journal; in the register: {found}"


def city_invents_nothing(evidence: StationEvidence) -> InvariantFindings:
    """I3: no entry is twice at the city, and no right twice in what its register knows now."""
    if evidence.city is None:
        return
    hashes = [each.entry.hash for each in evidence.city.entries]
    if len(set(hashes)) != len(hashes):
        yield "an entry is at the city twice"
    for reference in sorted(evidence.city.doubled):
        yield f"{reference} stands in the register more than once"


def no_hole_in_the_sequence(evidence: StationEvidence) -> InvariantFindings:
    """I6, at every moment: each journal counts from 1 without a hole, each hash continues the one before."""
    yield from _holes(evidence.written)


def _holes(written: Iterable[WrittenEntry]) -> InvariantFindings:
    generation, wanted, head = 0, 1, b""
    for each in written:
        if each.generation != generation:
            generation, wanted, head = each.generation, 1, each.start
        if (each.entry.seq, each.content.seq, each.content.generation) != (wanted, wanted, generation):
            yield f"generation {generation}: entry {each.entry.seq} stands where {wanted} should"
        if each.entry.hash != chain_hash(head, each.entry.body):
            yield f"generation {generation}: entry {each.entry.seq} does not continue the one before"
        wanted, head = each.entry.seq + 1, each.entry.hash


def journals_continue(evidence: StationEvidence) -> InvariantFindings:
    """I6, at every moment: what a journal continues is the end of the one before it, or more than is left of that one.

    One that says in its first entry which entry it goes on from, or which one a mark knew of, continues that.
    """
    ends = {each.generation: each.entry for each in evidence.written}
    begun = {each.generation: each.content.fact for each in reversed(evidence.written)}
    for origin in evidence.origins:
        earlier, parent, first = _before(ends, origin.generation), origin.parent, begun.get(origin.generation)
        said = NAMED.match(first.detail) if isinstance(first, GenerationBegun) else None
        if said and (parent is None or (parent.generation, parent.seq) != (int(said[1]), int(said[2]))):
            yield f"generation {origin.generation} continues {parent}, and says: {said[0]}"
        if earlier is None:
            continue
        end = ends[earlier]
        if parent is None or parent.generation != earlier:
            if not said:
                yield f"generation {origin.generation} continues {parent}, and says nothing of it; {earlier} is before it"
        elif (parent.seq, parent.hash) != (end.seq, end.hash.hex()) and not (said and parent.seq > end.seq):
            yield f"generation {origin.generation} continues entry {parent.seq}, and {earlier} ends with {end.seq}"


def _before(generations: Iterable[int], later: int) -> int | None:
    """The greatest generation before one; None if it is the first."""
    return max((each for each in generations if each < later), default=None)


def no_plate_after_its_deadline(evidence: StationEvidence) -> InvariantFindings:
    """I7: beside an entry of a right that is long over, no plate."""
    for each in evidence.written:
        match each.content.fact:
            case RightSold(right) | InDoubt(right) | PaymentStarted(right) if each.entry.personal:
                if max(right.end, each.content.at) + PLATES_GO_WITHIN < evidence.wall:
                    yield f"the plate of entry {each.entry.seq} is still there, its right ended {right.end.isoformat()}"


def no_plate_before_its_deadline(evidence: StationEvidence) -> InvariantFindings:
    """I7, at every moment: a right that has not ended has its plate. Of a clock that was wrong nothing is said."""
    for each in evidence.written if not evidence.clock_was_wrong else ():
        match each.content.fact:
            case RightSold(right) | InDoubt(right) if has_no_plate(right) and right.end > evidence.wall:
                yield f"the plate of entry {each.entry.seq} is gone, and its right runs until {right.end.isoformat()}"


def synchronised_in_time(evidence: StationEvidence) -> InvariantFindings:
    """I8, at rest: once faults have stopped everything is delivered and the station sells, within `SYNCHRONISED_WITHIN`."""
    if evidence.unrest:
        yield f"after the last fault: {evidence.unrest}"
    elif evidence.healed_s is not None and evidence.healed_s > SYNCHRONISED_WITHIN:
        yield f"it took {evidence.healed_s:.0f} s from the last fault until everything was delivered"


def no_unbounded_queue(evidence: StationEvidence) -> InvariantFindings:
    """I10, at every moment: nothing waits in a queue longer than its limit."""
    for queue in evidence.queues:
        if queue.length > queue.limit:
            yield f"{queue.length} wait in {queue.name}, of which {queue.limit} may"
