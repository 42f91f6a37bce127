"""Present state of recorded refusals: inconclusive, conclusive or contradicted, by what the register holds today.

The theory. Nothing marks a refusal. Its state is a question put to the present register, like the list of reopened refusals:
a refusal becomes conclusive, or contradicted, by itself once the data has passed its instant, and no job has to run for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from enum import Enum

from sqlalchemy import Connection, Row, select

from central.core.city import City
from central.db.tables import holdings
from central.enforcement.completeness import read_completeness
from central.enforcement.right_lookup import find_rights
from central.register.holdings import find_holdings
from central.register.publications import active_tariffs
from central.rules.evidence import Completeness, Evidence, Inquiry, ParkedVehicle, Place, RegisteredRight
from central.rules.plate_match import alike
from central.rules.verdict import AllowedBecause, CheckVerdict, judge

RefusedCheck = Row[tuple[object, ...]]
"""A row of `checks` that was answered no."""


class RefusalState(Enum):
    """What the present register makes of a refusal."""

    INCONCLUSIVE = "inconclusive"
    """A sale that contradicts it may still arrive."""
    CONCLUSIVE = "conclusive"
    CONTRADICTED = "contradicted"
    """There was a right, a holding or a tolerance: the notice is to be withdrawn."""


def refusal_state(connection: Connection, city: City, check: RefusedCheck, now: datetime) -> RefusalState | None:
    """The state of one refusal; None if its plate was deleted."""
    return next((state_of(found) for _, found in judge_again(connection, city, [check], now, completeness=True)), None)


def refusal_states(connection: Connection, city: City, page: Sequence[RefusedCheck], now: datetime) -> dict[int, RefusalState]:
    """The state of each refusal of a page, by its number; none of one whose plate was deleted."""
    return {row.id: state_of(verdict) for row, verdict in judge_again(connection, city, page, now, completeness=True)}


def state_of(verdict: CheckVerdict) -> RefusalState:
    """The state of a refusal whose present verdict this is. What tariffs published since make free contradicts nothing."""
    if verdict.because and verdict.because is not AllowedBecause.FREE:
        return RefusalState.CONTRADICTED
    return RefusalState.CONCLUSIVE if verdict.conclusive else RefusalState.INCONCLUSIVE


def judge_again(
    connection: Connection, city: City, page: Sequence[RefusedCheck], now: datetime, *, completeness: bool
) -> Iterator[tuple[RefusedCheck, CheckVerdict]]:
    """Refusals, the nearest to each other the better, and what the present register says of each that still has its plate.

    Without `completeness`, only those that the register knows anything about: the others cannot be contradicted.
    """
    page = [row for row in page if row.plate]
    rights = _rights_by_plate(connection, city, page) if page else {}
    entitled = _plates_with_holdings(connection, {row.plate for row in page})
    for row in page:
        if completeness or row.plate in rights or row.plate in entitled:
            vehicle = ParkedVehicle(row.plate, Place(row.zone, row.sector), row.at)
            tariffs = active_tariffs(city, connection, row.at)
            inquiry = Inquiry(vehicle, tariffs, city.rules, now, first_asked=row.checked_at)
            held = find_holdings(connection, row.plate, row.at) if row.plate in entitled else ()
            complete = read_completeness(connection, inquiry, everywhere=bool(held)) if completeness else Completeness()
            sold = tuple(rights.get(row.plate, ()))
            yield row, judge(Evidence(inquiry=inquiry, holdings=held, rights=sold, completeness=complete))


def _rights_by_plate(connection: Connection, city: City, page: Sequence[RefusedCheck]) -> dict[str, list[RegisteredRight]]:
    """By plate: what was sold to the plates of a page and had not long ended when they were checked."""
    after = min(row.at for row in page) - city.rules.look_back
    by_plate: dict[str, list[RegisteredRight]] = {}
    for right in find_rights(connection, {alike(row.plate) for row in page}, after):
        by_plate.setdefault(right.plate, []).append(right)
    return by_plate


def _plates_with_holdings(connection: Connection, plates: Collection[str]) -> frozenset[str]:
    """Those of these plates that the register ever held something for."""
    return frozenset(connection.scalars(select(holdings.c.plate).where(holdings.c.plate.in_(plates)).distinct()))
