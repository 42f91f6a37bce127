"""Revenue and occupancy by sector and day, as the register has them now; the collections of technicians."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine, and_, or_, select

from central.db.fleet_tables import collections
from central.db.tables import rights
from central.rules.evidence import RightStatus
from firmware.domain.errors import FieldError
from hal.time_zone import PARIS

LONGEST_DAYS = 31
DAY = timedelta(days=1)
PAID = (RightStatus.SOLD.value, RightStatus.PROVISIONAL.value, RightStatus.STOPPED.value)
"""Paid for, and not given back: what a driver stopped by telephone cost what was parked until then."""


@dataclass(frozen=True)
class SectorDay:
    """What was sold and parked in a sector on a day, by the clocks of Paris."""

    day: date
    sector: str
    sales: int
    """Rights bought that day and paid for."""
    cents: int
    """What they cost."""
    returned_cents: int
    """What was given back of the rights bought that day."""
    paid_minutes: int
    """Minutes of that day that paid rights cover, of all vehicles together."""

    @property
    def vehicles(self) -> float:
        """Vehicles with a paid right, on average over the 24 hours."""
        return self.paid_minutes / (24 * 60)


@dataclass
class _Sums:
    sales: int = 0
    cents: int = 0
    returned_cents: int = 0
    seconds: float = 0.0


def check_period(first: date, last: date) -> None:
    """Raises FieldError for a period that ends before it begins or is too long."""
    if not timedelta(0) <= last - first < timedelta(days=LONGEST_DAYS):
        raise FieldError("last", f"the period must have 1 to {LONGEST_DAYS} days")


def read_revenue(store: Engine, first: date, last: date) -> tuple[SectorDay, ...]:
    """Every sector and day of a period that has anything, by day and sector. Raises FieldError for a period that is none.

    A sale is of the day on which it was bought, whenever its stay begins: no day depends on the period it is asked in.
    """
    check_period(first, last)
    begins, ends = _midnight(first), _midnight(last + DAY)
    columns = rights.c
    query = select(columns.sector, columns.status, columns.bought_at, columns.start, columns.end, columns.cents).where(
        columns.known_until.is_(None),
        columns.status.in_((*PAID, RightStatus.GIVEN_BACK.value)),
        or_(
            and_(columns.bought_at >= begins, columns.bought_at < ends),
            and_(columns.end > begins, columns.start < ends),
        ),
    )
    sums: defaultdict[tuple[date, str], _Sums] = defaultdict(_Sums)
    with store.begin() as connection:
        for row in connection.execute(query):
            bought = row.bought_at.astimezone(PARIS).date()
            if first <= bought <= last:
                _add_sale(sums[bought, row.sector], row.status, row.cents)
            for day, seconds in _covered(max(row.start, begins), min(row.end, ends)) if row.status in PAID else ():
                sums[day, row.sector].seconds += seconds
    return tuple(_sector_day(day, sector, sums[day, sector]) for day, sector in sorted(sums))


def _add_sale(these: _Sums, status: str, cents: int) -> None:
    these.sales += status in PAID
    these.cents += cents
    these.returned_cents += cents if status not in PAID else 0


def _sector_day(day: date, sector: str, these: _Sums) -> SectorDay:
    minutes = round(these.seconds / 60)
    return SectorDay(day, sector, these.sales, these.cents, these.returned_cents, minutes)


def _covered(start: datetime, end: datetime) -> Iterator[tuple[date, float]]:
    """Each day of a stay, with the seconds of it that lie in that day."""
    while start < end:
        day = start.astimezone(PARIS).date()
        until = min(end, _midnight(day + DAY))
        yield day, (until - start).total_seconds()
        start = until


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)


@dataclass(frozen=True)
class Collection:
    """A statistics ticket that a technician took: the counters since the one before it."""

    station: str
    at: datetime
    """By the station's clock."""
    person: str
    number: int
    sales: int
    cents: int


def list_collections(store: Engine, limit: int = 200) -> tuple[Collection, ...]:
    """The last collections, newest first."""
    columns = collections.c
    query = select(*(columns[name] for name in Collection.__dataclass_fields__)).order_by(columns.at.desc(), columns.station)
    with store.begin() as connection:
        return tuple(Collection(**row) for row in connection.execute(query.limit(limit)).mappings())
