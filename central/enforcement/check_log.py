"""Check log: which plates were looked up, by whom, what was answered, and how that stands today. Reading it is audited too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Row, select, true

from central.core import audit
from central.core.city import City
from central.db.bulk_insert import insert_numbered
from central.db.tables import checks
from central.enforcement.answers import PlateCheck
from central.enforcement.present_state import RefusalState, refusal_states

PAGE = 500
"""Refusals looked at together."""


@dataclass(frozen=True)
class RecordedCheck:
    """One plate check in the log."""

    id: int
    checked_at: datetime
    asked_by: str
    plate: str
    zone: int
    sector: str
    at: datetime
    """The instant asked about."""
    allowed: bool
    because: str | None
    station: str | None
    """Where the right was sold that covered it."""
    reference: str | None
    complete_until: datetime | None
    silent: tuple[str, ...]
    """As it was answered, like all that stands before it."""
    state: RefusalState | None
    """Of a refusal: what the register makes of it when the log is read. None for a yes, and once its plate was deleted."""


def record_checks(connection: Connection, made: Sequence[PlateCheck], asked_by: str) -> list[PlateCheck]:
    """Write checks to the log, in the transaction that answers them: the same checks, each with its number."""
    numbers = insert_numbered(connection, checks, [_row_of(each, asked_by) for each in made])
    return [replace(each, id=number) for each, number in zip(made, numbers, strict=True)]


def _row_of(made: PlateCheck, asked_by: str) -> dict[str, object]:
    return {
        "checked_at": made.checked_at,
        "asked_by": asked_by,
        "plate": made.plate,
        "zone": made.zone,
        "sector": made.sector,
        "at": made.at,
        "allowed": made.allowed,
        "because": made.because.value if made.because else None,
        "station": made.right.station if made.right else None,
        "reference": made.right.reference if made.right else None,
        "complete_until": made.complete_until,
        "silent": list(made.silent),
    }


def list_checks(
    city: City, by: str, now: datetime, after: int = 0, limit: int = 100, state: RefusalState | None = None
) -> tuple[RecordedCheck, ...]:
    """The checks logged after the one with that id, oldest first; with `state`, only the refusals that are in it at `now`.

    By its state it is looked for refusal by refusal, to the end of the log if need be: a millisecond or so for each.
    """
    found: list[RecordedCheck] = []
    for page in _pages(city, after, PAGE if state else limit, now, refused=state is not None):
        found += [each for each in page if state in (None, each.state)]
        if state is None or len(found) >= limit:
            break
    with city.store.begin() as connection:
        audit.note(connection, now, by, "checks read", f"after {after}", count=len(found[:limit]))
    return tuple(found[:limit])


def _pages(city: City, after: int, size: int, now: datetime, *, refused: bool) -> Iterator[list[RecordedCheck]]:
    """Page by page, each in a transaction of its own: nobody waits for the whole log to be read."""
    while True:
        these = (checks.c.id > after) & (checks.c.allowed.is_(False) if refused else true())
        with city.store.begin() as connection:
            rows = connection.execute(select(checks).where(these).order_by(checks.c.id).limit(size)).all()
            states = refusal_states(connection, city, [row for row in rows if not row.allowed], now)
        if not rows:
            return
        yield [_recorded(row, states.get(row.id)) for row in rows]
        after = rows[-1].id


def _recorded(row: Row[tuple[object, ...]], state: RefusalState | None) -> RecordedCheck:
    return RecordedCheck(**{**row._mapping, "silent": tuple(row.silent)}, state=state)
