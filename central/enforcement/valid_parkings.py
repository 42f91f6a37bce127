"""Every parking that was valid at an instant, page by page, for an auditor. Reading it is a look at many plates: audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, RowMapping, or_, select, tuple_

from central.core import audit
from central.db.tables import rights
from central.rules.evidence import RegisteredRight, RightStatus
from firmware.domain.errors import FieldError

_COLUMNS = [rights.c[name] for name in RegisteredRight.__dataclass_fields__]
_KEY = (rights.c.station, rights.c.reference, rights.c.seq)


@dataclass(frozen=True)
class ValidParkings:
    """A page of what was valid at an instant."""

    at: datetime
    parkings: tuple[RegisteredRight, ...]
    """By where they were bought, and their number."""
    next: str | None
    """To go on, as `after`; None: this was the last page."""


def list_valid(store: Engine, at: datetime, after: str, limit: int, by: str, now: datetime) -> ValidParkings:
    """What covers an instant, as known now, wherever it was bought. Raises FieldError for an `after` that no page gave."""
    columns = rights.c
    valid = (columns.end > at) & or_(columns.bought_at <= at, columns.start <= at) & columns.known_until.is_(None)
    query = select(*_COLUMNS, columns.seq).where(valid, columns.status != RightStatus.STARTED.value).order_by(*_KEY)
    if after:
        query = query.where(tuple_(*_KEY) > tuple_(*_key_in(after)))
    with store.begin() as connection:
        rows = connection.execute(query.limit(limit + 1)).mappings().all()
        page = rows[:limit]
        audit.note(connection, now, by, "valid parkings read", at.isoformat(), count=len(page))
    last = page[-1] if len(rows) > limit else None
    following = f"{last['station']}/{last['reference']}/{last['seq']}" if last else None
    return ValidParkings(at, tuple(map(_right_in, page)), following)


def _right_in(row: RowMapping) -> RegisteredRight:
    values = {name: row[name] for name in RegisteredRight.__dataclass_fields__}
    return RegisteredRight(**{**values, "status": RightStatus(row["status"])})


def _key_in(after: str) -> tuple[str, str, int]:
    station, _, rest = after.partition("/")
    reference, _, seq = rest.partition("/")
    if not (seq.isascii() and seq.isdecimal() and len(seq) <= 18):
        raise FieldError("after", "is no `next` of a page")
    return station, reference, int(seq)
