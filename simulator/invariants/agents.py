"""Plate checks of agents: a vehicle that a station sold a right is never refused as if that were certain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from central.enforcement.checks import CheckQuestion, check
from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import InDoubt, RightGivenBack, RightSold
from simulator.desk.desk import Desk
from simulator.invariants.evidence import InvariantFindings, WrittenEntry
from simulator.invariants.gather import JournalCopy

AGENT = "an agent"
SOON = timedelta(seconds=30)
"""After a right has begun: an agent reads the plate."""


def wrong_refusals(desk: Desk, copy: JournalCopy) -> InvariantFindings:
    """Check every right that stands at this moment, and as it began."""
    copy.read()
    now = desk.clock.wall()
    for right in standing_rights(copy.written):
        for at in {right.start + SOON, now}:
            yield from wrong_refusal(desk, right, at)


def wrong_refusal(desk: Desk, right: ParkingRight, at: datetime) -> InvariantFindings:
    """Ask the city about a right's plate at an instant; what is wrong if it is refused for certain. Not about the future."""
    if not right.start <= at < right.end or at > desk.clock.wall():
        return
    answer = check(desk.city, CheckQuestion(right.plate, right.zone, right.sector, at), AGENT, desk.clock.wall())
    if not answer.allowed and answer.conclusive:
        yield f"{right.plate} is refused for {at.isoformat()}, and {right.reference} covers it"


def standing_rights(written: tuple[WrittenEntry, ...]) -> Iterator[ParkingRight]:
    """The rights in these entries, promised ones too, that were not given back."""
    facts = [each.content.fact for each in written]
    back = {fact.reference for fact in facts if isinstance(fact, RightGivenBack)}
    seen: dict[str, ParkingRight] = {}
    for fact in facts:
        if isinstance(fact, RightSold | InDoubt):
            seen.setdefault(fact.right.reference, fact.right)
    return (right for reference, right in seen.items() if reference not in back and "*" not in right.plate)
