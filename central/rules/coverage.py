"""Which right counts where, and what follows for a vehicle.

The theory. A right says where it was bought; its regime says where it counts. A visitor's counts in the tariff zone that priced
it. One that a plate must be entitled to counts wherever parking is paid or, if the regime has a home, in the sector where it
was bought and in those of the entitlement. It covers a vehicle from the moment it was bought, though it may start later: a
machine starts a right at the next minute that must be paid, so nothing is due in between.

One more right can only turn a refusal into a yes, and nothing here asks in which order rights became known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from central.core.city import Rules
from central.register.holdings import HeldRight
from central.register.parking_rights import RightStatus
from firmware.tariff import Tariffs

WITHOUT_TICKET: Mapping[str, date] = {"cmi_s": date(2015, 1, 1), "low_emission": date(2024, 10, 1)}
"""Holdings that let a vehicle stay by themselves, and since which day."""


@dataclass(frozen=True)
class Place:
    """Where a vehicle stands."""

    zone: int
    """Tariff zone."""
    sector: str
    """Residential sector, `11D`."""


@dataclass(frozen=True)
class RegisteredRight:
    """A right in the register: sold, or promised to a motorist."""

    station: str
    reference: str
    status: RightStatus
    plate: str
    zone: int
    """Where it was bought."""
    sector: str
    regime: str
    vehicle: str
    bought_at: datetime
    start: datetime
    end: datetime
    cents: int
    known_from: datetime
    """Since when the register has it in this status."""

    @property
    def since(self) -> datetime:
        """The first instant it covers."""
        return min(self.bought_at, self.start)


class AllowedBecause(Enum):
    """Why a vehicle may stay."""

    RIGHT = "right"
    REGISTER = "register"
    """The plate holds something that needs no ticket."""
    FREE = "free"
    """Nobody has to pay at this hour."""
    TOLERANCE = "tolerance"
    """A right ended a few minutes ago."""


@dataclass(frozen=True)
class CheckVerdict:
    """What the register says of one plate at one place and instant."""

    because: AllowedBecause | None
    """None: not allowed."""
    until: datetime | None
    """As long as the reason holds; None if it has no end, or there is none."""
    right: RegisteredRight | None = None
    holding: HeldRight | None = None
    just_expired: RegisteredRight | None = None
    """The latest right that ended within the look-back."""


def judge(
    rights: Iterable[RegisteredRight], held: Collection[HeldRight], place: Place, at: datetime, tariffs: Tariffs, rules: Rules
) -> CheckVerdict:
    """What the rights of a plate, and what it holds at `at`, mean for it."""
    here = [right for right in rights if covers(right, held, place, tariffs)]
    expired = _latest(right for right in here if at - rules.look_back < right.end <= at)
    if right := covering(here, at):
        return CheckVerdict(AllowedBecause.RIGHT, covered_until(here, right.end), right, None, expired)
    if holding := ticketless(held, place, tariffs.day(at)):
        return CheckVerdict(AllowedBecause.REGISTER, holding.valid_until, None, holding, expired)
    if not tariffs.calendar.is_paid(at):
        return CheckVerdict(AllowedBecause.FREE, tariffs.calendar.next_opening(at), None, None, expired)
    if expired and at < expired.end + rules.tolerance:
        return CheckVerdict(AllowedBecause.TOLERANCE, expired.end + rules.tolerance, expired, None, expired)
    return CheckVerdict(None, None, None, None, expired)


def covers(right: RegisteredRight, held: Iterable[HeldRight], place: Place, tariffs: Tariffs) -> bool:
    """Whether a right counts at a place. A regime that the tariffs do not know is treated as a visitor's."""
    regime = tariffs.regimes.get(right.regime)
    if regime is None or not regime.rights:
        return right.zone == place.zone
    if regime.places == "everywhere":
        return True
    homes = (holding.sectors for holding in held if holding.holding in regime.rights)
    return right.sector == place.sector or any(place.sector in sectors for sectors in homes)


def covering(rights: Iterable[RegisteredRight], at: datetime) -> RegisteredRight | None:
    """The right that covers an instant; of several, the one that ends last."""
    return _latest(right for right in rights if right.since <= at < right.end)


def covered_until(rights: Iterable[RegisteredRight], until: datetime) -> datetime:
    """How far rights reach that begin before the one before ends."""
    for right in sorted(rights, key=lambda right: right.since):
        if right.since <= until < right.end:
            until = right.end
    return until


def ticketless(held: Iterable[HeldRight], place: Place, day: date) -> HeldRight | None:
    """What a plate holds that needs no ticket at a place on a day; of several, what is valid longest."""
    good = (
        holding
        for holding in held
        if WITHOUT_TICKET.get(holding.holding, date.max) <= day and (not holding.sectors or place.sector in holding.sectors)
    )
    return max(good, key=lambda holding: (holding.valid_until is None, holding.valid_until or holding.valid_from), default=None)


def _latest(rights: Iterable[RegisteredRight]) -> RegisteredRight | None:
    """The one that ends last, the same one in whatever order they come."""
    return max(rights, key=lambda right: (right.end, right.bought_at, right.station, right.reference), default=None)
