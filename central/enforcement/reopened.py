"""Reopened refusals: checks answered no that the register, with entries that arrived later, contradicts today.

The theory. Nothing marks a refusal as re-opened. The list is a question: what would the present register have answered? A check
and an entry that cross each other can therefore never both miss: when both transactions have ended the register holds both, and
the next look finds it. For the same reason the list begins at a moment of *checking*: a station that was silent for a week
re-opens refusals that are a week old.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, Row, or_, select

from central.core.city import City
from central.db.tables import checks, holdings
from central.enforcement.right_lookup import find_rights
from central.register.holdings import find_holdings
from central.register.publications import active_tariffs
from central.rules.evidence import Evidence, HeldRight, Inquiry, ParkedVehicle, Place, RegisteredRight
from central.rules.plate_match import alike
from central.rules.verdict import AllowedBecause, judge

PAGE = 500
"""Refusals looked at together."""
_Refusal = Row[tuple[object, ...]]
"""A row of `checks`."""


@dataclass(frozen=True)
class ReopenedRefusal:
    """A refusal, and what contradicts it."""

    check: int
    """Its number in the list of checks."""
    checked_at: datetime
    asked_by: str
    plate: str
    zone: int
    sector: str
    at: datetime
    """The instant that was asked about."""
    because: AllowedBecause
    """What the answer would be now: a right, the register, or the tolerance after a right."""
    right: RegisteredRight | None
    """What was bought; its `known_from` says when it became known."""
    holding: HeldRight | None
    """What the plate holds that needs no ticket, if that is the reason."""


def find_reopened(city: City, since: datetime, now: datetime, limit: int = 100) -> tuple[ReopenedRefusal, ...]:
    """Refusals made from `since` until `now` that the present register contradicts, the oldest first; `limit` of them at most.

    To go on, ask again from the last one's `checked_at`; a refusal that is listed twice has one number.
    """
    with city.store.begin() as connection:
        return tuple(islice(_contradicted_refusals(connection, city, since, now), limit))


def _contradicted_refusals(connection: Connection, city: City, since: datetime, now: datetime) -> Iterator[ReopenedRefusal]:
    for page in _refusals(connection, since, now):
        rights = _rights_by_plate(connection, city, page)
        entitled = _plates_with_holdings(connection, {row.plate for row in page})
        for row in page:
            if row.plate in rights or row.plate in entitled:
                yield from _judge_again(connection, city, row, rights.get(row.plate, ()), now)


def _judge_again(
    connection: Connection, city: City, row: _Refusal, rights: Sequence[RegisteredRight], now: datetime
) -> Iterator[ReopenedRefusal]:
    """The refusal, if the present register says yes. What tariffs published since make free is none of a station's doing."""
    vehicle = ParkedVehicle(row.plate, Place(row.zone, row.sector), row.at)
    inquiry = Inquiry(vehicle, active_tariffs(city, connection, row.at), city.rules, now)
    found = judge(Evidence(inquiry=inquiry, holdings=find_holdings(connection, row.plate, row.at), rights=tuple(rights)))
    if found.because and found.because is not AllowedBecause.FREE:
        refusal = (row.id, row.checked_at, row.asked_by, row.plate, row.zone, row.sector, row.at)
        yield ReopenedRefusal(*refusal, found.because, found.right, found.holding)


def _refusals(connection: Connection, since: datetime, now: datetime) -> Iterator[Sequence[_Refusal]]:
    """Page by page, the oldest first."""
    columns, last = checks.c, 0
    while True:
        further = or_(columns.checked_at > since, columns.id > last)
        refused = select(checks).where(columns.allowed.is_(False), columns.checked_at.between(since, now), further)
        page = connection.execute(refused.order_by(columns.checked_at, columns.id).limit(PAGE)).all()
        if not page:
            return
        yield page
        since, last = page[-1].checked_at, page[-1].id


def _rights_by_plate(connection: Connection, city: City, page: Sequence[_Refusal]) -> dict[str, list[RegisteredRight]]:
    """By plate: what was sold to the plates of a page and had not long ended when they were checked."""
    after = min(row.at for row in page) - city.rules.look_back
    by_plate: dict[str, list[RegisteredRight]] = {}
    for right in find_rights(connection, {alike(row.plate) for row in page}, after):
        by_plate.setdefault(right.plate, []).append(right)
    return by_plate


def _plates_with_holdings(connection: Connection, plates: Collection[str]) -> frozenset[str]:
    """Those of these plates that the register ever held something for."""
    return frozenset(connection.scalars(select(holdings.c.plate).where(holdings.c.plate.in_(plates)).distinct()))
