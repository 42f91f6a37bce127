"""What a plate check rests on, as values: the vehicle, its rights and holdings, how complete the data is, the city's rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from firmware.tariff import Tariffs


@dataclass(frozen=True)
class CheckRules:
    """What the city decided about its checks: docs/decisions/0015."""

    tolerance: timedelta = timedelta(minutes=5)
    """A right that ended so lately still lets the vehicle stay."""
    look_back: timedelta = timedelta(hours=2)
    """A right that ended so lately is shown, and lets nobody stay."""
    silent_after: timedelta = timedelta(minutes=3)
    """Three heartbeats missed: whose data is older than that is silent. It describes the fleet, and accuses nobody."""
    heartbeat: timedelta = timedelta(seconds=60)
    """A station that has nothing to tell says so this often (firmware/backoffice/sync.py)."""
    delivery: timedelta = timedelta(seconds=15)
    """What a report needs to arrive: one request that nobody answers, given up after 10 s, and the next one."""
    possible_payers: int = 5
    """Possible payers shown, at most."""
    oldest_control: timedelta = timedelta(days=3)
    """A control is checked at its instant, or so much later at most: a phone that was without a network over a weekend."""
    clock_error: timedelta = timedelta(minutes=1)
    """A phone's clock may be so far ahead; nobody saw a vehicle later than that."""


@dataclass(frozen=True)
class Place:
    """Where a vehicle stands."""

    zone: int
    """Tariff zone."""
    sector: str
    """Residential sector, `11D`."""


@dataclass(frozen=True)
class ParkedVehicle:
    """A plate seen at a place and an instant."""

    plate: str
    """Normalised."""
    place: Place
    at: datetime


@dataclass(frozen=True)
class Inquiry:
    """What a check asks the register: about which vehicle, under which tariffs and rules, and as known when."""

    vehicle: ParkedVehicle
    tariffs: Tariffs
    """Those in force at the instant asked about."""
    rules: CheckRules
    now: datetime
    known_at: datetime | None = None
    """As known then; None: as known now."""
    first_asked: datetime | None = None
    """When a recorded refusal was made: since then its own plate is kept. None: it is asked now for the first time."""

    @property
    def moment(self) -> datetime:
        """The instant asked about, or, if that is to come, the latest that can be known."""
        return min(self.vehicle.at, self.known_at or self.now)


class RightStatus(Enum):
    """Why a right is in the register; each of them but STARTED lets the vehicle stay, GIVEN_BACK until its end."""

    STARTED = "started"
    """Its payment began, and how it ended is not known: it lets nobody stay, and nobody may conclude that it was not paid."""
    SOLD = "sold"
    PROVISIONAL = "provisional"
    PROMISED = "promised"
    GIVEN_BACK = "given back"
    """Its money was returned: it ended at that instant, and no tolerance follows it."""
    STOPPED = "stopped"
    """Sold by telephone, and ended by its driver before it was over."""


@dataclass(frozen=True)
class RegisteredRight:
    """A parking right in the register: sold, promised to a motorist, being paid for, or given back."""

    station: str
    """Where it was bought: a machine, or who sells by telephone."""
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


@dataclass(frozen=True)
class HeldRight:
    """A holding: what the register says a plate is entitled to."""

    series: str
    """Which series says so."""
    holding: str
    sectors: frozenset[str]
    """Where it is at home; empty: wherever parking is paid."""
    valid_from: datetime
    valid_until: datetime | None
    """The first instant it is no longer valid; None: for ever."""

    def is_valid_at(self, at: datetime) -> bool:
        """Whether the plate holds it at an instant."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True)
class NoticeStay:
    """The stay that a notice bought: its vehicle is covered from the control until `end`, in the tariff zone of the control."""

    number: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Reach:
    """How far the data of some stations goes."""

    stations: int
    """How many there were at the instant asked about."""
    silent: int
    """How many of them are silent about it."""
    complete_until: datetime | None
    """All that they wrote before this is here; None if there is none of them, or one never handed in all it had."""
    incidents: int = 0
    """How many of them have an incident that nobody has cleared: their journal is not the one the city holds."""

    def goes_to(self, at: datetime) -> bool:
        """Whether nothing that they wrote until an instant, and at it, can be missing: not a second is forgiven.

        What was written at `complete_until` itself may still come, so the data never reaches the present instant.
        """
        return not self.stations or (not self.incidents and self.complete_until is not None and self.complete_until > at)


NOBODY = Reach(0, 0, None)


@dataclass(frozen=True)
class Completeness:
    """How much of what the stations wrote is here, as seen from one sector."""

    sector: Reach = NOBODY
    silent: tuple[str, ...] = ()
    """The stations of the sector that are silent, and the sellers by telephone, by name."""
    elsewhere: Reach = NOBODY
    """The other sectors of the tariff zone."""
    beyond: Reach = NOBODY
    """The other tariff zones, if they were asked about."""
    sellers: Reach = NOBODY
    """Who sells by telephone, for every place."""
    rights_since: datetime | None = None
    """A right that ended before may have been deleted; None: nothing was."""

    def is_kept(self, at: datetime) -> bool:
        """Whether nothing that ended at an instant, or later, was deleted."""
        return self.rights_since is None or self.rights_since <= at


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything a verdict rests on, as known at one moment."""

    inquiry: Inquiry
    holdings: tuple[HeldRight, ...]
    """What the plate holds at the instant asked about."""
    rights: tuple[RegisteredRight, ...]
    """Of this plate and of those that look like it, that had not ended `look_back` before that instant."""
    completeness: Completeness = Completeness()
    """How far the data goes; nobody's, if that was not asked: a refusal is then never conclusive."""
    notices: tuple[NoticeStay, ...] = ()
    """Of this plate, in the tariff zone where it stands."""
