"""Plate checks of agents: a vehicle that a station sold a right is never refused as if that were certain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from central.db.tables import checks
from central.enforcement.checks import CheckQuestion, check
from central.enforcement.reopened import find_reopened
from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import InDoubt, RightGivenBack, RightSold
from simulator.desk.desk import Desk
from simulator.invariants.evidence import InvariantFindings, WrittenEntry
from simulator.invariants.gather import JournalCopy

AGENT, AUDITOR = "an agent", "an auditor"
LOOKED_BACK, MOST = timedelta(days=30), 10_000
"""How far back contradicted refusals are listed, and how many."""
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
    with desk.city.store.begin() as connection:
        logged = connection.scalar(select(checks.c.plate).where(checks.c.id == answer.id))
    if logged != right.plate:
        yield f"the control of {right.plate} at {at.isoformat()} is not in the log"


def what_agents_were_told(desk: Desk, copy: JournalCopy) -> InvariantFindings:
    """At rest, of each control of a plate with a right of this station: what came late contradicts its refusal, and what was
    known then is still told as it was told then."""
    rights, now = list(standing_rights(copy.written)), desk.clock.wall()
    with desk.city.store.begin() as connection:
        made = connection.execute(select(checks).where(checks.c.plate.in_({right.plate for right in rights}))).all()
    listed = {each.check for each in find_reopened(desk.city, now - LOOKED_BACK, now, MOST)} if made else set()
    for row in made:
        if row.asked_by == AGENT:
            covers = [each for each in rights if each.plate == row.plate and each.start <= row.at < each.end]
            if covers and not row.allowed and row.id not in listed:
                yield f"{row.plate} was refused for {row.at.isoformat()}, {covers[0].reference} covers it, and nothing says so"
            asked = CheckQuestion(row.plate, row.zone, row.sector, row.at, known_at=row.checked_at)
            then = check(desk.city, asked, AUDITOR, now).then
            if then is not None and then.allowed != row.allowed:
                told = f"{row.plate} for {row.at.isoformat()} at {row.checked_at.isoformat()}"
                yield f"{told}: the answer was {row.allowed}, and from what was known then it is {then.allowed}"


def standing_rights(written: tuple[WrittenEntry, ...]) -> Iterator[ParkingRight]:
    """The rights in these entries, promised ones too, that were not given back."""
    facts = [each.content.fact for each in written]
    back = {fact.reference for fact in facts if isinstance(fact, RightGivenBack)}
    seen: dict[str, ParkingRight] = {}
    for fact in facts:
        if isinstance(fact, RightSold | InDoubt):
            seen.setdefault(fact.right.reference, fact.right)
    return (right for reference, right in seen.items() if reference not in back and "*" not in right.plate)
