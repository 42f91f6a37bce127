"""Plate checks of agents: a vehicle that a station sold a right is never refused as if that were certain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from central.core.fields import plausible
from central.db.tables import checks
from central.enforcement.answers import CheckAnswer, PlateCheck
from central.enforcement.checks import CheckQuestion, check
from central.enforcement.reopened import find_reopened
from central.rules.verdict import AllowedBecause
from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import plate_in
from firmware.protocol.facts import InDoubt, PaymentRefused, PaymentStarted, RightGivenBack, RightSold
from firmware.protocol.personal import has_no_plate
from simulator.desk.desk import Desk
from simulator.invariants.evidence import InvariantFindings, WrittenEntry
from simulator.invariants.gather import JournalCopy, city_evidence

AGENT, AUDITOR = "an agent", "an auditor"
LOOK_ALIKE = str.maketrans("0O1I8B5S2Z", "O0I1B8S5Z2")
LOOKED_BACK, MOST = timedelta(days=30), 10_000
"""How far back contradicted refusals are listed, and how many."""
AT_ONCE, SOON = timedelta(seconds=1), timedelta(seconds=30)
"""After a payment has begun, and after a right has begun: an agent reads the plate."""


def wrong_refusals(desk: Desk, copy: JournalCopy) -> InvariantFindings:
    """Check every right that stands at this moment, and as it began."""
    copy.read()
    now = desk.clock.wall()
    for since, right in standing_rights(copy.written):
        for at in {since + AT_ONCE, right.start + SOON, now}:
            yield from wrong_refusal(desk, since, right, at)


@dataclass(frozen=True)
class CertainRefusal:
    """A plate that an agent was told to be without a right for certain."""

    plate: str
    at: datetime
    """The instant asked about."""
    told_at: datetime


def ask(desk: Desk, right: ParkingRight, plate: str, at: datetime) -> PlateCheck:
    """What the city answers of a plate where a right was bought."""
    return check(desk.city, CheckQuestion(plate, right.zone, right.sector, at), AGENT, desk.clock.wall())


def untold_when(answer: CheckAnswer) -> InvariantFindings:
    """What is wrong if a refusal that is not certain does not say from when it can be, or another answer does."""
    if (answer.conclusive_from is not None) != (not answer.allowed and not answer.conclusive):
        when = answer.conclusive_from.isoformat() if answer.conclusive_from else "never"
        yield f"allowed {answer.allowed}, certain {answer.conclusive}: the agent is told to ask again from {when} on"


def wrong_leave(desk: Desk, copy: JournalCopy, answer: PlateCheck) -> InvariantFindings:
    """What is wrong if the city lets a vehicle stay because of a right, and the station wrote none that covers it.

    Of plates that the register holds something for nothing is said: they buy at every station.
    """
    yield from untold_when(answer)
    if answer.because not in (AllowedBecause.RIGHT, AllowedBecause.TOLERANCE):
        return
    copy.read()
    longer = desk.city.rules.tolerance if answer.because is AllowedBecause.TOLERANCE else timedelta()
    if not is_covered((*city_evidence(desk).entries, *copy.written), answer.plate, answer.at, longer):
        yield f"{answer.plate} may stay at {answer.at.isoformat()}: {answer.because.value}, and no station sold one"


def is_covered(written: Sequence[WrittenEntry], plate: str, at: datetime, longer: timedelta = timedelta()) -> bool:
    """Whether a right in these entries, promised ones too, covers a plate; `longer`: or ended so lately, not given back."""
    back = {each.content.fact.reference for each in written if isinstance(each.content.fact, RightGivenBack)}
    covers = _covered(written, plate)
    return any(since <= at < until + (timedelta() if reference in back else longer) for reference, since, until in covers)


def misread(plate: str, place: int) -> str:
    """A plate with a look-alike of the character at a place, or else with it and the next one in the wrong order."""
    place %= len(plate)
    alike = plate[:place] + plate[place].translate(LOOK_ALIKE) + plate[place + 1 :]
    return alike if alike != plate else plate[:place] + plate[place : place + 2][::-1] + plate[place + 2 :]


def wrong_leaves(desk: Desk, copy: JournalCopy) -> InvariantFindings:
    """Check every plate that began to pay here, and one like it, at this moment."""
    copy.read()
    held = {plate_in(plate) for plate, _ in desk.setting.plates}
    started = {
        fact.right.plate: fact.right
        for fact in (each.content.fact for each in copy.written)
        if isinstance(fact, PaymentStarted)
    }
    for plate, right in started.items():
        if plate not in held and not has_no_plate(right):
            for read in (plate, *(misread(plate, place) for place in range(len(plate)))):
                yield from wrong_leave(desk, copy, ask(desk, right, read, desk.clock.wall()))


def certain_too_early(refusals: Sequence[CertainRefusal], written: Sequence[WrittenEntry]) -> InvariantFindings:
    """At rest, of each refusal that was certain: no right was being sold then, and none that was sold came later.

    A payment that was refused and is sold after all is not known before; that is listed (`what_agents_were_told`).
    """
    facts = (each.content.fact for each in written)
    undone = {fact.reference for fact in facts if isinstance(fact, PaymentRefused | RightGivenBack)}
    for refusal in refusals:
        for reference, since, until in _covered(written, refusal.plate):
            if since <= refusal.at < until and reference not in undone:
                told = f"{refusal.plate} was refused for certain, for {refusal.at.isoformat()} at {refusal.told_at.isoformat()}"
                yield f"{told}, and {reference} of {since.isoformat()} covers it"


def _covered(written: Sequence[WrittenEntry], plate: str) -> Iterator[tuple[str, datetime, datetime]]:
    """From when until when each right of a plate covers it: since its payment began, and until its money was given back."""
    since: dict[str, datetime] = {}
    until: dict[str, datetime] = {}
    for each in written:
        match each.content.fact:
            case PaymentStarted(right) | RightSold(right) | InDoubt(right) if right.plate == plate:
                since[right.reference] = min(each.content.at, right.start, since.get(right.reference, right.start))
                if not isinstance(each.content.fact, PaymentStarted):
                    until[right.reference] = right.end
            case RightGivenBack(reference) if reference in until:
                until[reference] = min(until[reference], each.content.at)
    return ((reference, since[reference], end) for reference, end in until.items())


def wrong_refusal(desk: Desk, since: datetime, right: ParkingRight, at: datetime) -> InvariantFindings:
    """Ask the city about a right's plate at an instant; what is wrong if it is refused for certain. Not about the future."""
    if not since <= at < right.end or at > desk.clock.wall():
        return
    answer = ask(desk, right, right.plate, at)
    yield from untold_when(answer)
    if not answer.allowed and answer.conclusive:
        yield f"{right.plate} is refused for {at.isoformat()}, and {right.reference} covers it"
    with desk.city.store.begin() as connection:
        logged = connection.scalar(select(checks.c.plate).where(checks.c.id == answer.id))
    if logged != right.plate:
        yield f"the control of {right.plate} at {at.isoformat()} is not in the log"


def what_agents_were_told(desk: Desk, copy: JournalCopy) -> InvariantFindings:
    """At rest, of each control of a plate with a right of this station: what came late contradicts its refusal, and what was
    known then is still told as it was told then."""
    waiting, now = city_evidence(desk).waiting, desk.clock.wall()  # what an operator must look at first is no right yet
    rights = [(since, right) for since, right in standing_rights(copy.written) if right.reference not in waiting]
    with desk.city.store.begin() as connection:
        made = connection.execute(select(checks).where(checks.c.plate.in_({right.plate for _, right in rights}))).all()
    listed = {each.check for each in find_reopened(desk.city, now - LOOKED_BACK, now, MOST)} if made else set()
    for row in made:
        if row.asked_by == AGENT:
            covers = [each for since, each in rights if each.plate == row.plate and since <= row.at < each.end]
            if covers and not row.allowed and row.id not in listed:
                yield f"{row.plate} was refused for {row.at.isoformat()}, {covers[0].reference} covers it, and nothing says so"
            asked = CheckQuestion(row.plate, row.zone, row.sector, row.at, known_at=row.checked_at)
            then = check(desk.city, asked, AUDITOR, now).then
            if then is not None and then.allowed != row.allowed:
                told = f"{row.plate} for {row.at.isoformat()} at {row.checked_at.isoformat()}"
                yield f"{told}: the answer was {row.allowed}, and from what was known then it is {then.allowed}"
            if then is not None and (gone := set(row.silent) - set(then.silent)):
                told = f"{row.plate} for {row.at.isoformat()} at {row.checked_at.isoformat()}"
                yield f"{told}: {sorted(gone)} were silent, and from what was known then they were not"


def standing_rights(written: tuple[WrittenEntry, ...]) -> Iterator[tuple[datetime, ParkingRight]]:
    """The rights in these entries, promised ones too, that were not given back; each since its payment began, or its start."""
    back = {each.content.fact.reference for each in written if isinstance(each.content.fact, RightGivenBack)}
    since: dict[str, datetime] = {}
    seen: dict[str, ParkingRight] = {}
    for each in written:
        match each.content.fact:
            case PaymentStarted(right):
                since.setdefault(right.reference, _begin(right, each.content.at))
            case RightSold(right) | InDoubt(right):
                since.setdefault(right.reference, _begin(right, each.content.at))
                seen.setdefault(right.reference, right)
            case PaymentRefused(reference) if reference not in seen:  # a yes after that buys from then on
                since.pop(reference, None)
    standing = (right for right in seen.values() if right.reference not in back and not has_no_plate(right))
    return ((since[right.reference], right) for right in standing)


def _begin(right: ParkingRight, at: datetime) -> datetime:
    """From when a right covers its plate that was written about at this instant, which a clock without power says wrong."""
    return min(at, right.start) if plausible(at) else right.start
