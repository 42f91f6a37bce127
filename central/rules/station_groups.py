"""Groups of stations that are alike, and the completeness that they add up to.

The theory. A check counts the stations of a sector, of its tariff zone and, if need be, of the city: which were there at its
instant, how far the data of each goes, which are silent. Thousands of stations are alike for any inquiry of a batch: there all
the time, and reporting all the time. They are counted by the database, one row for each group; a station that some inquiries
count, or find silent, and others not, is a group by itself. So one reading serves two hundred inquiries as it serves one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from central.rules.evidence import NOBODY, Completeness, Inquiry, Reach


@dataclass(frozen=True)
class StationGroup:
    """Stations of one place that every inquiry of a batch counts alike."""

    zone: int
    sector: str
    """Empty: sectors of the zone that no inquiry stands in."""
    since: datetime
    """When the last of them was enrolled."""
    until: datetime | None
    """When the first of them was revoked; None: none was, or what is missing of it is still waited for."""
    stations: int
    known: int
    """How many of them have handed in all they had, at some time."""
    reach: datetime | None
    """The data of the stalest of those goes so far."""
    incidents: int
    """How many have an incident that nobody has cleared."""
    silent: tuple[str, ...]
    """Those that may be silent, by name, if an inquiry stands in the sector."""

    def counts(self, moment: datetime) -> bool:
        """Whether they were there."""
        return self.since <= moment and (self.until is None or self.until > moment)

    def is_silent(self, late: datetime) -> bool:
        """Whether their data does not reach an instant: that of all of them, or of none."""
        return self.reach is None or self.reach < late


def completeness_of(groups: Sequence[StationGroup], inquiry: Inquiry, *, everywhere: bool) -> Completeness:
    """How complete the data is about the instant of an inquiry. Unless `everywhere`, nobody looks beyond the tariff zone."""
    place, moment = inquiry.vehicle.place, inquiry.moment
    late = moment - inquiry.rules.silent_after
    there = [group for group in groups if group.counts(moment)]
    zone = [group for group in there if group.zone == place.zone]
    here = [group for group in zone if group.sector == place.sector]
    names = tuple(sorted(name for group in here if group.is_silent(late) for name in group.silent))
    rest = [group for group in zone if group.sector != place.sector]
    beyond = [group for group in there if group.zone != place.zone] if everywhere else []
    sector, elsewhere, others = (_reach_of(part, late, inquiry.now) for part in (here, rest, beyond))
    return Completeness(sector, names, elsewhere, others)


def _reach_of(groups: Sequence[StationGroup], late: datetime, now: datetime) -> Reach:
    """The stalest of them; not later than now: our own clock was ahead when a later instant was stored."""
    if not groups:
        return NOBODY
    stations, known = sum(group.stations for group in groups), sum(group.known for group in groups)
    stalest = min((group.reach for group in groups if group.reach), default=now)
    silent = sum(group.stations for group in groups if group.is_silent(late))
    return Reach(
        stations,
        silent,
        min(stalest, now) if known == stations else None,
        sum(group.incidents for group in groups),
    )
