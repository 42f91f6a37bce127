"""Invariant of stays, I13: whoever prolongs goes on where the stay has come to, on the scale of prices and in time. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import InDoubt, PaymentRefused, PaymentStarted, RightGivenBack, RightSold
from firmware.protocol.personal import has_no_plate
from simulator.invariants.evidence import InvariantFindings, RightOutcome, StationEvidence, WrittenEntry, rights_of


def stays_go_on(evidence: StationEvidence) -> InvariantFindings:
    """I13, at every moment: a right whose plate holds one that still ran begins at its end, and counts its units.

    Of a station whose clock was wrong nothing is said: a stay may be over by one time, and run by the other.
    """
    if evidence.clock_was_wrong:
        return
    for right, held in _prolongations(evidence.written):
        latest = max(held, key=lambda each: each.end)
        if latest.end > right.start:
            yield f"{right.reference} begins {right.start.isoformat()}, before {latest.reference} ends {latest.end.isoformat()}"
        elif latest.end == right.start and right.reached != latest.reached + latest.units:
            yield (
                f"{right.reference} goes on from {right.reached} units, and {latest.reference} had come to "
                f"{latest.reached + latest.units}"
            )


def stays_are_known(evidence: StationEvidence) -> InvariantFindings:
    """I13, at every moment: a station knows each plate's stay to last as long as what was bought, or promised, for it lasts.

    Of a plate whose every right was given back it knows none; where only some were, nothing is said, nor of a wrong clock.
    """
    station = evidence.station
    if station is None or station.ledger is None or station.unwritten or evidence.clock_was_wrong:
        return
    bought: dict[tuple[str, int, str], list[RightOutcome]] = {}
    for state in rights_of(tuple(each.content.fact for each in evidence.written)).values():
        if not has_no_plate(state.right) and state.right.end > evidence.wall:
            bought.setdefault(_stay(state.right), []).append(state)
    for key, states in bought.items():
        back = [state for state in states if state.status == "given back"]
        until, known = max(state.right.end for state in states), station.ledger.stay(*key).end
        if (known != until and not back) or (known is not None and len(back) == len(states)):
            ends = [(each.status, each.right.end.isoformat()) for each in states]
            yield f"the stay of {key[0]} is known until {known}; its rights are {ends}"


def _prolongations(written: Sequence[WrittenEntry]) -> Iterator[tuple[ParkingRight, list[ParkingRight]]]:
    """Each payment that was begun, and the rights of its plate that were known when its motorist came.

    Those are rights that came of a screen: the next motorist comes after it. What a start says of a payment may be written
    while the next one is at the machine. What ended as a refusal, or was given back, may be no part of the stay.
    """
    held: dict[tuple[str, int, str], dict[str, ParkingRight]] = {}
    facts = [each.content.fact for each in written]
    undone = {fact.reference for fact in facts if isinstance(fact, PaymentRefused | RightGivenBack)}
    begun: dict[str, str] = {}
    for each in written:
        match each.content.fact:
            case RightSold(right) | InDoubt(right) if not has_no_plate(right) and right.reference not in undone:
                if not right.cents or begun.get(right.reference) == each.content.boot:
                    held.setdefault(_stay(right), {}).setdefault(right.reference, right)
            case PaymentStarted(right) if not has_no_plate(right):
                begun[right.reference] = each.content.boot
                if known := list(held.get(_stay(right), {}).values()):
                    yield right, known


def _stay(right: ParkingRight) -> tuple[str, int, str]:
    return right.plate, right.zone, right.regime
