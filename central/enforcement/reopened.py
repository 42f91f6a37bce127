"""Reopened refusals: checks answered no that the register, with entries that arrived later, contradicts today.

The theory. Nothing marks a refusal as re-opened. The list is a question: what would the present register have answered? A check
and an entry that cross each other can therefore never both miss: when both transactions have ended the register holds both, and
the next look finds it. For the same reason the list begins at a moment of *checking*: a station that was silent for a week
re-opens refusals that are a week old.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, or_, select

from central.core.city import City
from central.db.tables import checks
from central.enforcement.present_state import RefusalState, RefusedCheck, judge_again, state_of
from central.rules.evidence import HeldRight, RegisteredRight
from central.rules.verdict import AllowedBecause

PAGE = 500
"""Refusals looked at together."""


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
    state: RefusalState = RefusalState.CONTRADICTED
    """As the check log tells it."""


def find_reopened(city: City, since: datetime, now: datetime, limit: int = 100) -> tuple[ReopenedRefusal, ...]:
    """Refusals made from `since` until `now` that the present register contradicts, the oldest first; `limit` of them at most.

    To go on, ask again from the last one's `checked_at`; a refusal that is listed twice has one number.
    """
    with city.store.begin() as connection:
        return tuple(islice(_contradicted_refusals(connection, city, since, now), limit))


def _contradicted_refusals(connection: Connection, city: City, since: datetime, now: datetime) -> Iterator[ReopenedRefusal]:
    for page in _refusals(connection, since, now):
        for row, found in judge_again(connection, city, page, now, completeness=False):
            if found.because and state_of(found) is RefusalState.CONTRADICTED:
                refusal = (row.id, row.checked_at, row.asked_by, row.plate, row.zone, row.sector, row.at)
                yield ReopenedRefusal(*refusal, found.because, found.right, found.holding)


def _refusals(connection: Connection, since: datetime, now: datetime) -> Iterator[Sequence[RefusedCheck]]:
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
