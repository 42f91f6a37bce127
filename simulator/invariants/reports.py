"""Invariant of what a station reports, I14: its counters, alarms, door and tickets are what its journal says. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from firmware.protocol.facts import (
    CONTRADICTED,
    MISMATCHED,
    UNANSWERED,
    AlarmCleared,
    AlarmRaised,
    CountersCollected,
    DoorMoved,
    Fact,
    InDoubt,
    PaymentRefused,
    RightGivenBack,
    RightSold,
    SalesResumed,
    Started,
    TicketPrinted,
)
from simulator.invariants.evidence import InvariantFindings, StationEvidence, WrittenEntry, rights_of

CLOSING = 3
"""Doubts that close card sales."""
OWED = (UNANSWERED, CONTRADICTED, MISMATCHED)
"""Why a payment is in doubt, where the terminal owes an answer."""
LONGEST_SILENCE = timedelta(minutes=3, seconds=10)
"""For which it may owe one, and ten seconds until the station has looked."""
MOST_TICKETS = 4
"""Of one right: the ticket, and three duplicates."""


def counters_are_the_journals(evidence: StationEvidence) -> InvariantFindings:
    """I14, at rest: what the statistics say was sold is what the rights of the journals add up to."""
    if evidence.station is None:
        return
    facts = tuple(each.content.fact for each in evidence.written)
    sold = [state.right for state in rights_of(facts).values() if state.status == "sold" and state.right.cents]
    counted, are = (evidence.station.sales, evidence.station.cents), (len(sold), sum(right.cents for right in sold))
    if counted != are:
        yield f"the station counts {counted[0]} sales of {counted[1]} cents, and its journals have {are[0]} of {are[1]}"


def doubts_close_card_sales(evidence: StationEvidence) -> InvariantFindings:
    """I14, at rest: card sales are closed by doubts, and are closed by three that nobody has resolved in this journal."""
    if evidence.station is None:
        return
    closed, latest = evidence.station.card_sales_closed, max((each.generation for each in evidence.written), default=0)
    if closed and not _unresolved(evidence.facts):
        yield "card sales are closed, and no payment is in doubt since a technician opened them"
    here = _unresolved(each.content.fact for each in evidence.written if each.generation == latest)
    if not closed and len(here) >= CLOSING:
        yield f"a card is asked for, and nobody knows the end of {', '.join(sorted(here))}"


def alarms_are_written(evidence: StationEvidence) -> InvariantFindings:
    """I14, while nothing waits to be written: the alarms that are up are up by the journal, and no others."""
    if evidence.station is None or evidence.station.unwritten:
        return
    journal, up = _alarms_in(each.content.fact for each in evidence.written), evidence.station.alarms
    if journal != up:
        yield f"{sorted(up)} are up, and by the journal {sorted(journal)}"


def alarms_are_told(evidence: StationEvidence) -> InvariantFindings:
    """I14, at rest: the alarms that are up are those that the city shows."""
    if evidence.station and evidence.city and evidence.city.alarms != evidence.station.alarms:
        yield f"{sorted(evidence.station.alarms)} are up, and by the city {sorted(evidence.city.alarms)}"


def door_is_told(evidence: StationEvidence) -> InvariantFindings:
    """I14, at rest: the door is as the journal last says."""
    moves = [each.content.fact for each in evidence.written if isinstance(each.content.fact, DoorMoved)]
    if evidence.station and moves and moves[-1].open != evidence.station.door_open:
        yield f"the journal says of the door {moves[-1]}, which is not so"


def doubts_of_long_close_card_sales(evidence: StationEvidence) -> InvariantFindings:
    """I14, at every moment: card sales are closed while a terminal has owed an answer for longer than one asks for a card."""
    station = evidence.station
    if station is None or station.ledger is None or station.unwritten or evidence.clock_was_wrong or station.card_sales_closed:
        return
    open_doubts = _unresolved(each.content.fact for each in evidence.written)
    for each in evidence.written:
        match each.content.fact:
            case InDoubt(right, why) if right.reference in open_doubts and why in OWED:
                if each.content.at + LONGEST_SILENCE < evidence.wall:
                    yield f"a card is asked for, and since {each.content.at.isoformat()} the end of {right.reference} is owed"


def collections_add_up(evidence: StationEvidence) -> InvariantFindings:
    """I14, at every moment: collections are numbered, each has what was sold since the last, and the station counts so."""
    number, before, since = 0, (0, 0), (0, 0)
    sold: dict[str, int] = {}
    for each in evidence.written:
        match each.content.fact:
            case RightSold(right) if right.cents:
                sold[right.reference] = right.cents
                since = since[0] + 1, since[1] + right.cents
            case RightGivenBack(reference):
                since = since[0] - 1, since[1] - sold.get(reference, 0)
            case CountersCollected(_, said, _, sales, cents):
                number += 1
                if (said, sales, cents) != (number, *since):
                    yield f"collection {said} has {sales} sales of {cents} cents; it is number {number}, and there were {since}"
                before, since = (before[0] + since[0], before[1] + since[1]), (0, 0)
    if (station := evidence.station) is None or station.ledger is None or station.unwritten:
        return
    counters = station.ledger.counters
    counted = (counters.before.sales, counters.before.cents), (counters.since.sales, counters.since.cents)
    if counted != (before, since):
        yield f"the station counts {counted} before its last collection and since; its journals have {(before, since)}"


def tickets_are_counted(evidence: StationEvidence) -> InvariantFindings:
    """I14, at every moment: of each right whose ticket may be asked for, the station knows how often it came out."""
    station = evidence.station
    if station is None or station.ledger is None or station.unwritten:
        return
    printed = _tickets(evidence.written)
    for reference, receipt in station.ledger.receipts.kept.items():
        if reference in printed and receipt.printed != printed[reference]:
            yield f"the station knows of {receipt.printed} tickets of {reference}, and {printed[reference]} came out"


def tickets_have_an_end(evidence: StationEvidence) -> InvariantFindings:
    """I14, at every moment: no right has more tickets than the one and its duplicates."""
    for reference, count in _tickets(evidence.written).items():
        if count > MOST_TICKETS:
            yield f"{reference} was printed {count} times"


def _tickets(written: Iterable[WrittenEntry]) -> Counter[str]:
    """How many tickets of each right came out, since it was sold, or in doubt."""
    printed = Counter[str]()
    for each in written:
        match each.content.fact:
            case RightSold(right) | InDoubt(right):
                printed[right.reference] = 0
            case TicketPrinted(reference):
                printed[reference] += 1
    return printed


def _unresolved(facts: Iterable[Fact]) -> set[str]:
    """The payments whose end nobody knows, and no technician has compared."""
    found: set[str] = set()
    for fact in facts:
        match fact:
            case InDoubt(right):
                found.add(right.reference)
            case RightSold(right):
                found.discard(right.reference)
            case PaymentRefused(reference) | RightGivenBack(reference):
                found.discard(reference)
            case SalesResumed():
                found.clear()
    return found


def _alarms_in(facts: Iterable[Fact]) -> frozenset[str]:
    up: set[str] = set()
    for fact in facts:
        match fact:
            case AlarmRaised(alarm):
                up.add(alarm)
            case AlarmCleared(alarm):
                up.discard(alarm)
            case Started():
                up.clear()
    return frozenset(up)
