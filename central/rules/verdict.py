"""The verdict of a plate check: may the vehicle stay, why, until when, and can a refusal be acted on.

The theory. The register was read before; here is nothing but values, so every rule can be tried without a database, and the
same evidence always gives the same verdict. Reasons to stay are tried from the strongest to the weakest: a right, the register,
free hours, the tolerance, a notice that was issued already. A refusal also says whether it is conclusive, and who may have paid
under a mistyped plate.

A refusal is conclusive if nothing that is still to come can contradict it: the data of every station that may have sold the
missing right, and of every seller by telephone, reaches the instant asked about, no journal is in dispute, and no payment that
would cover it is without an end. Nor may retention have deleted rights of that instant: an emptied register proves nothing.
About this very instant that is never so: the refusal says from when it can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from central.rules.coverage import counts_at, covered_until, is_good_at, last_to_end, running_right, ticketless_holding
from central.rules.evidence import Completeness, Evidence, HeldRight, Inquiry, RegisteredRight, RightStatus
from central.rules.plate_match import PlateDifference, difference
from central.rules.second_notice import covering_stay


class AllowedBecause(Enum):
    """Why a vehicle may stay."""

    RIGHT = "right"
    REGISTER = "register"
    """The plate holds something that needs no ticket."""
    FREE = "free"
    """Nobody has to pay at this hour."""
    TOLERANCE = "tolerance"
    """A right ended a few minutes ago."""
    NOTICE = "notice"
    """A notice was issued, which buys the maximum stay."""


@dataclass(frozen=True)
class PossiblePayer:
    """A right that covers this place and instant under a plate one keying error away. It lets nobody stay: a person looks."""

    right: RegisteredRight
    difference: PlateDifference


@dataclass(frozen=True)
class CheckVerdict:
    """What the evidence means for one vehicle."""

    because: AllowedBecause | None
    """None: not allowed."""
    until: datetime | None = None
    """As long as the reason holds; None if it has no end, or there is none."""
    right: RegisteredRight | None = None
    holding: HeldRight | None = None
    just_expired: RegisteredRight | None = None
    """The latest right that ended within the look-back."""
    conclusive: bool = True
    """Whether the verdict can be acted on."""
    conclusive_from: datetime | None = None
    """Of a refusal that is not conclusive: the earliest instant at which the data can be expected to have passed `at`."""


def judge(evidence: Evidence) -> CheckVerdict:
    """May the vehicle stay? A pure function: it reads nothing but its argument."""
    inquiry, at = evidence.inquiry, evidence.inquiry.vehicle.at
    tariffs, rules = inquiry.tariffs, inquiry.rules
    here = _rights_that_count(evidence)
    ended = (right for right in here if right.status is not RightStatus.GIVEN_BACK)
    expired = last_to_end(right for right in ended if at - rules.look_back < right.end <= at)
    if right := running_right(here, at):
        return CheckVerdict(AllowedBecause.RIGHT, covered_until(here, right.end), right=right, just_expired=expired)
    if holding := ticketless_holding(evidence.holdings, inquiry.vehicle.place, tariffs.day(at)):
        return CheckVerdict(AllowedBecause.REGISTER, holding.valid_until, holding=holding, just_expired=expired)
    if not tariffs.calendar.is_paid(at):
        return CheckVerdict(AllowedBecause.FREE, tariffs.calendar.next_opening(at), just_expired=expired)
    if expired and at < expired.end + rules.tolerance:
        return CheckVerdict(AllowedBecause.TOLERANCE, expired.end + rules.tolerance, right=expired, just_expired=expired)
    if notice := covering_stay(evidence.notices, at):
        return CheckVerdict(AllowedBecause.NOTICE, notice.end, just_expired=expired)
    if not tariffs.calendar.knows(at):  # nobody has listed the holidays: the day may be free, and waiting tells nobody
        return CheckVerdict(None, just_expired=expired, conclusive=False)
    kept = evidence.completeness.is_kept(at - rules.tolerance)  # what was deleted no waiting brings back
    conclusive = kept and is_complete(evidence.completeness, at) and not has_open_payment(evidence)
    return CheckVerdict(
        None,
        just_expired=expired,
        conclusive=conclusive,
        conclusive_from=None if conclusive or not kept else at + rules.heartbeat + rules.delivery,
    )


def is_complete(complete: Completeness, at: datetime) -> bool:
    """Whether no sale can be missing: the tariff zone has stations, and the data of all that were asked about goes to `at`."""
    parts = (complete.sector, complete.elsewhere, complete.beyond, complete.sellers)
    return any(part.stations for part in parts[:2]) and all(part.goes_to(at) for part in parts)


def has_open_payment(evidence: Evidence) -> bool:
    """Whether a payment was started whose end nobody knows, for a right that would let the vehicle stay if it was paid."""
    vehicle, tariffs, rules = evidence.inquiry.vehicle, evidence.inquiry.tariffs, evidence.inquiry.rules
    return any(
        right.status is RightStatus.STARTED
        and right.plate == vehicle.plate
        and right.since <= vehicle.at < right.end + rules.tolerance
        and is_good_at(right, evidence.holdings, vehicle.place, tariffs)
        for right in evidence.rights
    )


def possible_payers(inquiry: Inquiry, similar: Iterable[RegisteredRight]) -> tuple[PossiblePayer, ...]:
    """Who may have paid for this vehicle under another plate: one right a plate, the likeliest first.

    `similar`: rights of plates one keying error apart.
    """
    vehicle, rules = inquiry.vehicle, inquiry.rules
    by_plate: dict[str, list[RegisteredRight]] = {}
    for right in similar:
        if counts_at(right, (), vehicle.place, inquiry.tariffs):
            by_plate.setdefault(right.plate, []).append(right)
    payers = [
        PossiblePayer(payer, slip)
        for plate, theirs in by_plate.items()
        if (payer := running_right(theirs, vehicle.at)) and (slip := difference(vehicle.plate, plate))
    ]
    return tuple(sorted(payers, key=lambda payer: (payer.difference.rank, payer.right.plate))[: rules.possible_payers])


def _rights_that_count(evidence: Evidence) -> Sequence[RegisteredRight]:
    """Of the plate itself, and not of one that looks like it, where the vehicle stands."""
    vehicle, tariffs = evidence.inquiry.vehicle, evidence.inquiry.tariffs
    return [
        right
        for right in evidence.rights
        if right.plate == vehicle.plate and counts_at(right, evidence.holdings, vehicle.place, tariffs)
    ]
