"""Groups of stations that are alike, and the completeness that they add up to.

The theory. A check counts the stations of a sector, of its tariff zone and, if need be, of the city: which were there at its
instant, how far the data of each goes, which are silent. Thousands of stations are alike for any inquiry of a batch: there all
the time, and reporting all the time. They are counted by the database, one row for each group; a station that some inquiries
count, or find silent, and others not, is a group by itself. So one reading serves two hundred inquiries as it serves one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from central.rules.evidence import NOBODY, Completeness, Inquiry, Place, Reach

PlaceOfSale = tuple[int | None, str]
"""Tariff zone and sector."""
BY_TELEPHONE: PlaceOfSale = (None, "")


@dataclass(frozen=True)
class StationGroup:
    """Stations of one place that every inquiry of a batch counts alike."""

    zone: int | None
    """None: of whoever sells by telephone, and so everywhere."""
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
    """Those that may be silent, by name, if an inquiry stands in the sector, or if they sell everywhere."""
    rights_since: datetime | None = None
    """A right that ended before may have been deleted, wherever it was sold: the same in every group."""

    def counts(self, moment: datetime) -> bool:
        """Whether they were there."""
        return self.since <= moment and (self.until is None or self.until > moment)

    def is_silent(self, late: datetime) -> bool:
        """Whether their data does not reach an instant: that of all of them, or of none."""
        return self.reach is None or self.reach < late


@dataclass(frozen=True)
class SectorReach:
    """How far the data of a sector's stations goes, and which of them are silent, by name."""

    reach: Reach
    silent: tuple[str, ...]


def completeness_of(groups: Sequence[StationGroup], inquiry: Inquiry, *, everywhere: bool) -> Completeness:
    """How complete the data is about the instant of an inquiry. Unless `everywhere`, nobody looks beyond the tariff zone."""
    return completeness_of_all(groups, [inquiry], [everywhere])[0]


def completeness_of_all(
    groups: Sequence[StationGroup], inquiries: Sequence[Inquiry], everywhere: Sequence[bool]
) -> list[Completeness]:
    """The same for many inquiries: stations are added up once for each instant, and seen once from each place at it."""
    reaches: dict[datetime, Mapping[PlaceOfSale, SectorReach]] = {}
    seen: dict[tuple[Place, datetime, bool], Completeness] = {}
    for inquiry, beyond in zip(inquiries, everywhere, strict=True):
        place, moment = inquiry.vehicle.place, inquiry.moment
        if moment not in reaches:
            reaches[moment] = _reaches_at(groups, inquiry)
        if (place, moment, beyond) not in seen:
            since = groups[0].rights_since if groups else None
            seen[place, moment, beyond] = replace(_seen_from(place, reaches[moment], everywhere=beyond), rights_since=since)
    pairs = zip(inquiries, everywhere, strict=True)
    return [seen[inquiry.vehicle.place, inquiry.moment, beyond] for inquiry, beyond in pairs]


def _reaches_at(groups: Sequence[StationGroup], inquiry: Inquiry) -> Mapping[PlaceOfSale, SectorReach]:
    """By zone and sector: the stations that were there at the moment of an inquiry."""
    late = inquiry.moment - inquiry.rules.silent_after
    sectors: dict[PlaceOfSale, list[StationGroup]] = {}
    for group in groups:
        if group.counts(inquiry.moment):
            sectors.setdefault((group.zone, group.sector), []).append(group)
    return {place: _sector_reach(here, late, inquiry.now) for place, here in sectors.items()}


def _sector_reach(groups: Sequence[StationGroup], late: datetime, now: datetime) -> SectorReach:
    names = tuple(sorted(name for group in groups if group.is_silent(late) for name in group.silent))
    return SectorReach(_reach_of(groups, late, now), names)


def _seen_from(place: Place, reaches: Mapping[PlaceOfSale, SectorReach], *, everywhere: bool) -> Completeness:
    here = reaches.get((place.zone, place.sector), SectorReach(NOBODY, ()))
    zone = [each.reach for (zone, sector), each in reaches.items() if zone == place.zone and sector != place.sector]
    beyond = [each.reach for (zone, _), each in reaches.items() if zone not in (place.zone, None)] if everywhere else []
    sellers = reaches.get(BY_TELEPHONE, SectorReach(NOBODY, ()))
    silent = tuple(sorted(here.silent + sellers.silent))
    return Completeness(here.reach, silent, _together(zone), _together(beyond), sellers.reach)


def _together(reaches: Sequence[Reach]) -> Reach:
    """The stalest of them. Counted in one pass: a batch adds up a hundred sectors for each of its places."""
    stations, silent, incidents, known = 0, 0, 0, True
    stalest: datetime | None = None
    for reach in reaches:
        stations, silent, incidents = stations + reach.stations, silent + reach.silent, incidents + reach.incidents
        end = reach.complete_until
        known = known and end is not None
        if end is not None and (stalest is None or end < stalest):
            stalest = end
    return Reach(stations, silent, stalest if known else None, incidents)


def _reach_of(groups: Sequence[StationGroup], late: datetime, now: datetime) -> Reach:
    """The stalest of them; not later than now: our own clock was ahead when a later instant was stored."""
    stations, known = sum(group.stations for group in groups), sum(group.known for group in groups)
    stalest = min((group.reach for group in groups if group.reach), default=now)
    silent = sum(group.stations for group in groups if group.is_silent(late))
    return Reach(
        stations,
        silent,
        min(stalest, now) if known == stations else None,
        sum(group.incidents for group in groups),
    )
